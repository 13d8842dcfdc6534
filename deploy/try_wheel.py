"""Starts the wheel alone as the README says, uploads an export, stops it: python3 deploy/try_wheel.py UV FOLDER

FOLDER holds the wheel, and nothing else of ours is within reach. Ends with an error where a file is not in the wheel,
where the page does not come, or where it does not stop within ten seconds.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from contextlib import suppress
from pathlib import Path

from try_image import free_port, run, try_journey, wait_for

SPEC = "kinograph[embedded]"
PIPX = "pipx==1.18.4"


def main() -> int:
    uv, folder = (str(Path(given).absolute()) for given in sys.argv[1:])
    (wheel,) = Path(folder).glob("*.whl")
    check_contents(wheel)
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)  # for the account that PostgreSQL runs as where we are root
        took = try_uvx(uv, folder, Path(name))
        try_pipx(uv, folder, wheel, Path(name))
    return 0 if took < 10 else 1


def check_contents(wheel: Path) -> None:
    tracked = run("git", "ls-files", "src/kinograph").splitlines()
    made = [str(path) for name in ("static", "pictures/fonts") for path in Path("src/kinograph", name).iterdir()]
    left_out = {path.removeprefix("src/") for path in tracked + made} - set(zipfile.ZipFile(wheel).namelist())
    if left_out:
        sys.exit(f"not in the wheel: {sorted(left_out)[:10]}")
    print(f"{wheel.name} has all {len(tracked)} files, and {len(made)} that were built")


def clean(data: Path, port: int) -> dict[str, str]:
    own = {name: said for name, said in os.environ.items() if not name.startswith(("KINOGRAPH_", "TMDB_", "DATABASE_"))}
    return own | {"KINOGRAPH_DATA_DIR": str(data), "KINOGRAPH_PORT": str(port)}


def try_uvx(uv: str, folder: str, place: Path) -> float:
    """uvx --from 'kinograph[embedded]' kinograph run. Seconds from SIGTERM to the end."""
    port = free_port()
    options = ["--isolated", "--refresh-package=kinograph", f"--find-links={folder}"]
    command = [uv, "tool", "run", *options, "--from", SPEC, "kinograph", "run"]
    process = subprocess.Popen(command, cwd=place, env=clean(place / "data", port), start_new_session=True)
    try:
        begun = time.monotonic()
        wait_for(f"http://127.0.0.1:{port}/healthz")
        print(f"installed and started in {time.monotonic() - begun:.1f} s")
        try_journey(f"http://127.0.0.1:{port}")
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        print(f"SIGTERM ended it after {time.monotonic() - begun:.1f} s")
        return time.monotonic() - begun
    finally:
        with suppress(ProcessLookupError):  # uv is not the only one
            os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def try_pipx(uv: str, folder: str, wheel: Path, place: Path) -> None:
    """pipx run --spec 'kinograph[embedded]' kinograph version: what it installs is what was started above."""
    environ = clean(place / "data", free_port()) | {"PIPX_HOME": str(place / "pipx")}
    options = ["run", f"--pip-args=--find-links={folder}", "--spec", SPEC, "kinograph", "version"]
    command = [uv, "tool", "run", "--quiet", "--from", PIPX, "pipx", *options]
    said = subprocess.run(command, cwd=place, env=environ, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    if said != wheel.name.split("-")[1]:
        sys.exit(f"pipx ran {said}")
    print(f"pipx ran {said}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main())
