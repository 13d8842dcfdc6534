"""Damage to a ZIP: its bytes, its headers and its directory."""

from __future__ import annotations

import random
import re
import struct
import zlib

_SIGNATURES = (b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_NUMBERS = (0, 1, 2, 7, 8, 255, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)


def flip(content: bytes, chance: random.Random) -> bytes:
    spoilt = bytearray(content)
    for _ in range(chance.choice((1, 2, 8, 50)) if spoilt else 0):
        spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
    return bytes(spoilt)


def cut(content: bytes, chance: random.Random) -> bytes:
    start, end = sorted((place(content, chance), place(content, chance)))
    return chance.choice((content[:end], content[start:], content[start:end], content[:start] + content[end:]))


def splice(content: bytes, chance: random.Random) -> bytes:
    """A piece of it, or noise, put elsewhere."""
    start, end = sorted((place(content, chance), place(content, chance)))
    noise = (
        chance.randbytes(chance.randint(1, 300)),
        bytes(chance.randint(1, 300)),
        b"\xff" * 9,
        chance.choice(_SIGNATURES),
    )
    piece = chance.choice((content[start:end], *noise))
    at = place(content, chance)
    over = chance.choice((0, len(piece)))
    return content[:at] + piece + content[at + over :]


def place(content: bytes, chance: random.Random) -> int:
    return chance.randint(0, len(content))


def edit_header(content: bytes, chance: random.Random) -> bytes:
    """A number behind one of a ZIP's signatures becomes another."""
    places = [found.start() for found in re.finditer(b"PK(?:\x01\x02|\x03\x04|\x05\x06)", content)]
    if not places:
        return content
    at = chance.choice(places) + 4 + chance.randrange(42)
    number = chance.choice(("<H", "<I"))
    value = chance.choice((*_NUMBERS, chance.getrandbits(32), len(content))) & (
        0xFFFF if number == "<H" else 0xFFFFFFFF
    )
    packed = struct.pack(number, value)
    return content[:at] + packed + content[at + len(packed) :]


def edit_directory(content: bytes, chance: random.Random) -> bytes:
    """Entries of the central directory repeated, taken out or turned round, its end made to fit."""
    start = content.find(b"PK\x01\x02")
    end = content.rfind(b"PK\x05\x06")
    if not 0 <= start < end or len(content) - end < 22:
        return content
    entries = [b"PK\x01\x02" + rest for rest in content[start:end].split(b"PK\x01\x02")[1:]]
    entries = chance.choice(
        (
            entries * chance.choice((2, 30, 6000 // len(entries))),
            chance.sample(entries, len(entries) // 2),
            entries[::-1],
        )
    )
    directory = b"".join(entries)
    count = min(len(entries), 0xFFFF) if chance.random() < 0.7 else 1
    numbers = struct.pack("<2H2I", count, count, len(directory), start)
    return content[:start] + directory + content[end : end + 8] + numbers + content[end + 20 :]


def wrap(content: bytes, chance: random.Random) -> bytes:
    return chance.choice(
        (b"MZ" + content, content + bytes(70_000), content + content, content + b"PK\x05\x06" + bytes(18))
    )


def make_zip64(content: bytes, chance: random.Random) -> bytes:
    end = content.rfind(b"PK\x05\x06")
    start = content.find(b"PK\x01\x02")
    if not 0 <= start < end:
        return content
    numbers = [chance.choice((1, end - start, start, 2**63, 2**64 - 1, chance.getrandbits(40))) for _ in range(4)]
    record = struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, *numbers)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, end, 1)
    return content[:end] + record + locator + content[end:]


def bomb(content: bytes, chance: random.Random) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    block = packer.compress(bytes([chance.choice(b"\0 a,\n")]) * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    data = block * chance.choice((1, 20, 300))
    name = b"watched.csv"
    local = b"PK\x03\x04" + struct.pack("<5H3I2H", 20, 0, 8, 0, 33, 0, len(data), 1 << 29, len(name), 0) + name + data
    entry = (20, 20, 0, 8, 0, 33, 0, len(data), 1 << 29, len(name), 0, 0, 0, 0, 0, 0)
    directory = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", *entry) + name
    return local + directory + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, len(directory), len(local), 0)
