"""A process that makes PNGs: JSON of `layers.write_picture` comes in on stdin, a picture goes out on stdout.

Asked for LETTERS it tells which the fonts of the system have, as JSON of `system_letters`.

Each message is its length in four bytes, then itself. An answer begins with a byte that says whether it is a picture.
The process ends when stdin does or when it has been idle. Whoever asks ends it after a number of pictures: typst keeps
the last ten compilations, and not all that they took is used again.
"""

from __future__ import annotations

import json
import os
import resource
import select
import struct
import sys
from contextlib import suppress
from pathlib import Path

from kinograph.pictures.system_letters import read_letters

FOLDER = Path(__file__).parent
FONTS = FOLDER / "fonts"
PER_INCH = 144
IDLE = 120.0  # seconds
MEMORY = 2 << 30  # bytes of address space
LENGTH = struct.Struct(">I")
DONE, FAILED = b"\x01", b"\x00"
LETTERS = b"letters"


def main() -> None:
    import typst  # 30 MB that nobody else needs

    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if sys.platform == "linux":
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    compiler = typst.Compiler(
        FOLDER / "picture.typ",
        root=FOLDER,
        font_paths=[FONTS],
    )
    while (message := _receive()) is not None:
        if message == LETTERS:
            fonts = typst.Fonts(include_embedded_fonts=False).fonts()
            ranges = read_letters((Path(font.path), font.index) for font in fonts if font.path)
            _send(DONE + json.dumps(ranges).encode())
            continue
        try:
            made = compiler.compile(format="png", ppi=PER_INCH, sys_inputs={"picture": message.decode()})
        except typst.TypstError:  # its words quote what the picture says
            made = None
        # Of a picture that ran over, typst gives a list of pages.
        _send(DONE + made if isinstance(made, bytes) else FAILED)


def _receive() -> bytes | None:
    """None when there is nothing more to do."""
    if not select.select([0], [], [], IDLE)[0]:
        return None
    head = _read(LENGTH.size)
    return _read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else None


def _read(size: int) -> bytes:
    parts = []
    while size and (part := os.read(0, size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _send(answer: bytes) -> None:
    rest = memoryview(LENGTH.pack(len(answer)) + answer)
    while rest:
        rest = rest[os.write(1, rest) :]


if __name__ == "__main__":
    main()
