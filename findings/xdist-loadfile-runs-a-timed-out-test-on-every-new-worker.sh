#!/usr/bin/env bash
# Date: 2026-11-28. pytest 9.2.0, pytest-xdist 3.8.0, pytest-timeout 2.4.0, Python 3.11.
# Expected: with pytest's own faulthandler_exit_on_timeout, a test that never ends costs its worker: it is reported once, a
# new worker takes its place, and the tests after it run, as they do with --dist=load.
# What happens: with --dist=loadfile (loadscope and loadgroup, too) the new worker begins with the very same test, and the
# next, until all the restarts are spent: one test is reported as failed many times over, each after the whole timeout,
# and the tests after it in its file never run.
# Why it matters: a timeout of ten minutes that is to save a CI run makes an hour and a half of it. pytest-timeout's signal
# method fails the test within its process instead: one failure, with the stack, and all others run.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
timeout 600 "$work/env/bin/pip" install -q -q --no-compile --disable-pip-version-check pytest==9.2.0 pytest-xdist==3.8.0 \
    pytest-timeout==2.4.0
cd "$work"
cat >test_waits.py <<'PY'
import threading

def test_before(): pass
def test_waits(): threading.Event().wait(60)
def test_after(): pass
def test_last(): pass
PY
run() {
    timeout 300 "$work/env/bin/python" -m pytest -q -p no:cacheprovider -n 1 "$@" test_waits.py 2>/dev/null | tail -1 || true
}
own=(-o faulthandler_timeout=2 -o faulthandler_exit_on_timeout=true)
load=$(run --dist=load "${own[@]}")
loadfile=$(run --dist=loadfile "${own[@]}")
plugin=$(run --dist=loadfile -o timeout=2)
echo "load: $load"
echo "loadfile: $loadfile"
echo "loadfile with pytest-timeout: $plugin"
[[ $load == "1 failed, 3 passed"* && $plugin == "1 failed, 3 passed"* ]] || { echo "NOT AS DESCRIBED"; exit 1; }
[[ $loadfile =~ ^([0-9]+)\ failed,\ 1\ passed ]] && ((BASH_REMATCH[1] > 1)) || { echo "NOT AS DESCRIBED"; exit 1; }
echo "REPRODUCED"
