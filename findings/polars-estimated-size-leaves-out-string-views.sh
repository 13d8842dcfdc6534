#!/usr/bin/env bash
# Date: 2026-11-27. Polars 2.1.0, pyarrow 26.0.1.
# Expected: estimated_size(), "the sum of the size of its buffers", is near what a frame holds; for a million two-letter
# country codes that is 16 MB, since each string of a Polars column is a view of 16 bytes (short ones lie within it).
# What happens: a String column counts its letters alone: 2 MB, an eighth of what the views take.
# The same column as Arrow's string type, with 4 to 8 bytes of offset a row, says 10 MB.
# Why it matters: a cache of frames bounded by estimated_size() holds many times its bound. Add 16 bytes a row for each
# String column.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
timeout 600 "$work/env/bin/pip" install -q -q --no-compile --disable-pip-version-check polars==2.1.0 pyarrow==26.0.1
timeout 150 "$work/env/bin/python" - <<'PY'
import os
import sys
import polars as pl


def resident():
    with open("/proc/self/statm") as f:
        return int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


rows, copies = 1_000_000, 10
codes = pl.Series(["DE", "FR", "JP", "US"])
index = pl.int_range(rows, eager=True) % 4
codes.gather(index)
before = resident()
held = [codes.gather(index) for _ in range(copies)]
grown = (resident() - before) / copies
estimate, arrow = held[0].estimated_size(), held[0].to_arrow(compat_level=pl.CompatLevel.oldest()).nbytes
numbers = pl.Series([0] * rows, dtype=pl.Int64).estimated_size()
print(f"{rows:,} codes: estimated {estimate:,}, as Arrow {arrow:,}, resident memory grew by {grown:,.0f} a copy")
print(f"{rows:,} Int64: estimated {numbers:,}")
sys.exit(0 if estimate == 2 * rows and grown > 10 * rows and numbers == 8 * rows and arrow >= 6 * rows else 1)
PY
