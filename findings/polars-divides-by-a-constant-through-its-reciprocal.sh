#!/usr/bin/env bash
# Date: 2026-11-27. Polars 2.1.0.
# Expected: dividing a Float64 column by a number gives the correctly rounded quotient of IEEE 754, as Python, NumPy and
# Polars' own Series by Series do: 760.0 / 100.0 is 7.6.
# What happens: dividing by a number, by pl.lit, or by a column made with pl.lit multiplies by the reciprocal, which rounds
# twice: 760.0 / 100.0 is 7.6000000000000005. Only a Series that holds every divisor divides exactly.
# Of the whole numbers below 10,000, divided by 100, more than a tenth come out one bit off.
# Why it matters: round-half rules and group keys. Scaling 7.6 up to 760, rounding, and scaling down again is no way back
# to 7.6; values meant to be equal are two groups, and == 7.6 finds nothing. Round once more after dividing.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
timeout 600 "$work/env/bin/pip" install -q -q --no-compile --disable-pip-version-check polars==2.1.0
timeout 150 "$work/env/bin/python" - <<'PY'
import sys
import polars as pl

numbers = pl.Series([float(n) for n in range(10_000)])
exact = [n / 100.0 for n in numbers]
by_number = (numbers / 100.0).to_list()
by_series = (numbers / pl.Series([100.0] * len(numbers))).to_list()
frame = numbers.to_frame("n").with_columns(hundred=pl.lit(100.0))
by_literal = frame.select(pl.col("n") / pl.lit(100.0)).to_series().to_list()
by_column = frame.select(pl.col("n") / pl.col("hundred")).to_series().to_list()


def off(found):
    return sum(a != b for a, b in zip(found, exact, strict=True))


print("760.0 / 100.0 by number:", by_number[760])
for name, found in (("number", by_number), ("series", by_series), ("literal", by_literal), ("column", by_column)):
    print(f"by a {name}: {off(found):,} of 10,000 differ from Python's")
rounded_twice = min(off(by_number), off(by_literal), off(by_column)) > 1_000
sys.exit(0 if by_number[760] == 7.6000000000000005 and rounded_twice and not off(by_series) else 1)
PY
