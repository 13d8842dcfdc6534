#!/usr/bin/env bash
# Date: 2026-11-27. Polars 2.1.0.
# Expected: a mean answers in Float64 and lies between the smallest and the largest value. Series.sum() and group_by's
# sum widen small integers before adding, so mean_horizontal, whose result is Float64, is thought to do as much.
# What happens: pl.mean_horizontal adds in the columns' own type, wraps, and only then divides: the mean of the UInt8
# values 200 and 100 is 22.0, of two Int16 of 30,000 it is -2768.0. No error, no warning. mean() down a column is right.
# Why it matters: small types are what one picks for a big frame (votes, runtimes, pixels), and the answer is a plausible
# float. Cast to Float64 first.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
timeout 600 "$work/env/bin/pip" install -q -q --no-compile --disable-pip-version-check polars==2.1.0
timeout 150 "$work/env/bin/python" - <<'PY'
import sys
import polars as pl

u8 = pl.DataFrame({"a": [200], "b": [100]}, schema={"a": pl.UInt8, "b": pl.UInt8})
i16 = pl.DataFrame({"a": [30_000], "b": [30_000]}, schema={"a": pl.Int16, "b": pl.Int16})
across = [df.select(m=pl.mean_horizontal("a", "b")) for df in (u8, i16)]
down = [pl.Series([200, 100], dtype=pl.UInt8).mean(), pl.Series([30_000, 30_000], dtype=pl.Int16).mean()]
widened = pl.Series([200, 100], dtype=pl.UInt8).sum()
wide = i16.select(m=pl.mean_horizontal(pl.col("a", "b").cast(pl.Float64))).item()
print("polars", pl.__version__)
print("mean down a column:", down, "and sum:", widened)
print("mean_horizontal:", [df.item() for df in across], [df.dtypes[0] for df in across], "after a cast:", wide)
sys.exit(0 if [df.item() for df in across] == [22.0, -2768.0] and across[0].dtypes == [pl.Float64]
         and down == [150.0, 30_000.0] and widened == 300 and wide == 30_000.0 else 1)
PY
