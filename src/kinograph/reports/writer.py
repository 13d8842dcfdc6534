"""A process that sets one report and ends: JSON of `contents.write_report` comes in on stdin, a PDF goes out on stdout.

It is started anew for each, for typst keeps what it took. It sees no fonts of the system unless a letter needs them, so
that all machines set alike; and nothing of our environment.
"""

from __future__ import annotations

import json
import resource
import sys
from contextlib import suppress
from pathlib import Path

PACKAGE = Path(__file__).parent.parent
FONTS = PACKAGE / "pictures" / "fonts"
MEMORY = 1 << 30  # bytes of address space
SECONDS = 60  # of the CPU
SYSTEM_FONTS = "system-fonts"  # the argument that lets it use them


def main() -> None:
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        if sys.platform == "linux":
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    import typst

    text = sys.stdin.buffer.read().decode()
    compiler = typst.Compiler(
        PACKAGE / "reports" / "report.typ",
        root=PACKAGE,
        font_paths=[FONTS],
        ignore_system_fonts=SYSTEM_FONTS not in sys.argv[1:],
    )
    try:
        pdf = compiler.compile(format="pdf", sys_inputs={"report": text}, pdf_tags=json.loads(text)["tagged"])
    except typst.TypstError:  # its words quote what the report says
        sys.exit(1)
    assert isinstance(pdf, bytes)
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()
