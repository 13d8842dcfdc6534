"""What a process gives back, and that it works on."""

from __future__ import annotations

import subprocess
import sys

import pytest

from kinograph.running.freeing import find_clean

SMAPS = """\
00400000-00500000 r-xp 00000000 08:01 77 /usr/bin/python3.11
Size:               1024 kB
Anonymous:             0 kB
7f0000000000-7f0000001000 r--p 00000000 08:01 12 /opt/a b/libone.so
Rss:                   4 kB
Anonymous:             0 kB
7f0000001000-7f0000003000 r-xp 00001000 08:01 12 /opt/a b/libone.so
Anonymous:             0 kB
7f0000003000-7f0000004000 r--p 00003000 08:01 12 /opt/a b/libone.so
Anonymous:             4 kB
7f0000004000-7f0000005000 rw-p 00004000 08:01 12 /opt/a b/libone.so
Anonymous:             0 kB
7f0000005000-7f0000006000 r--p 00000000 00:00 0
Anonymous:             0 kB
7f0000006000-7f0000007000 r-xp 00000000 08:01 13 /lib/libc.so.6 (deleted)
Anonymous:             0 kB
7fff00000000-7fff00001000 r-xp 00000000 00:00 0 [vdso]
Anonymous:             0 kB
"""


def test_nothing_is_taken_out_but_what_is_as_in_the_file_of_a_library() -> None:
    assert [(hex(start), hex(end)) for start, end in find_clean(SMAPS)] == [
        ("0x7f0000000000", "0x7f0000001000"),
        ("0x7f0000001000", "0x7f0000003000"),
        ("0x7f0000006000", "0x7f0000007000"),
    ]


MAPPED = """
import re
from pathlib import Path
import polars as pl
from kinograph.running.freeing import unmap_code

def count():
    frame = pl.DataFrame({"a": list(range(10_000))}).with_columns((pl.col("a") % 7).alias("b"))
    return frame.group_by("b").agg(pl.col("a").sum()).sort("b").to_dicts()

def mapped():
    found, polars = 0, False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if re.match("[0-9a-f]+-[0-9a-f]+ ", line):
            polars = "_polars_runtime" in line and " r-xp " in line
        elif polars and line.startswith("Rss:"):
            found += int(line.split()[1])
    return found

first = count()
before = mapped()
unmap_code()
after = mapped()
assert count() == first
print(before, after, mapped())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is taken out")
def test_code_that_was_taken_out_is_there_again_when_it_runs() -> None:
    ran = subprocess.run([sys.executable, "-c", MAPPED], capture_output=True, text=True, check=True)
    before, after, again = map(int, ran.stdout.split())
    assert before > 1_000  # kB
    assert after < before / 10
    assert again > after
