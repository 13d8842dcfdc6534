"""Starts an image on a root that nobody may write to, and uploads an export: python3 deploy/try_image.py buildah IMAGE

Once as its own user and once as somebody without a name. Prints how large it is, what fills it, and how long a start
takes. Ends with an error where the page does not come, the database is not in /data, the HEALTHCHECK says otherwise,
or it does not stop within ten seconds.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

NOBODYS = 12345  # a user without a name
FILES = {
    "watched.csv": "Date,Name,Year,Letterboxd URI\n2024-01-01,Ran,1985,https://boxd.it/1\n2024-01-02,Ikiru,1952,https://boxd.it/2\n",
    "diary.csv": "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date\n"
    "2024-01-01,Ran,1985,https://boxd.it/1,5,,,2024-01-01\n",
}
BACKUPS = "KINOGRAPH_BACKUP_DIR=/data/backups"  # as in compose.yaml
PATIENCE = 600  # seconds; a start takes some, where nothing else runs
MOST_BYTES = 650_000_000


@dataclass(frozen=True)
class Started:
    address: str
    check: Sequence[str]
    """The command of its HEALTHCHECK."""
    stop: Callable[[], object]
    """Sends SIGTERM, and returns when all of it has ended."""
    execute: Callable[[Sequence[str]], bool]
    """Runs a command in it, and says whether that went well."""


def main() -> int:
    builder, image = sys.argv[1:]
    running = running_in_docker if builder == "docker" else running_in_buildah
    took = 0.0
    for user in ("", str(NOBODYS)):
        with tempfile.TemporaryDirectory() as name:
            data = Path(name) / "data"
            data.mkdir(mode=0o777)
            data.chmod(0o777)
            Path(name).chmod(0o755)
            with running(image, data, user) as started:
                took = max(took, try_started(started, user))
    return 0 if took < 10 else 1


def try_started(started: Started, user: str) -> float:
    """Seconds from SIGTERM to the end."""
    begun = time.monotonic()
    wait_for(f"{started.address}/healthz")
    print(f"{user or 'its own user'}: the first start took {time.monotonic() - begun:.1f} s")
    try_journey(started.address)
    for command in (started.check, ["test", "-d", "/data/postgres"], ["kinograph", "backup"]):
        if not started.execute(command):
            sys.exit(f"this fails in it: {' '.join(command)}")
    begun = time.monotonic()
    started.stop()
    took = time.monotonic() - begun
    print("it must fail where nothing runs, and does:")
    if started.execute(started.check):
        sys.exit("the HEALTHCHECK succeeds where nothing runs")
    print(f"a backup was made, the HEALTHCHECK tells, SIGTERM ended it after {took:.1f} s; its root was read-only")
    return took


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def run(*command: str) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


@contextmanager
def running_in_docker(image: str, _: Path, user: str) -> Iterator[Started]:
    port = free_port()
    options = ["--detach", "--read-only", "--env", BACKUPS, *(["--user", user] if user else [])]
    options += ["--volume", "kinograph-try:/data"]
    container = run("docker", "run", *options, "--publish", f"127.0.0.1:{port}:8000", image)
    if not user:
        check_size(int(run("docker", "image", "inspect", "--format", "{{.Size}}", image)))
    (told,) = json.loads(run("docker", "image", "inspect", image))
    try:
        yield Started(
            f"http://127.0.0.1:{port}",
            told["Config"]["Healthcheck"]["Test"][1:],
            lambda: run("docker", "stop", "--time", "30", container),
            lambda command: subprocess.run(["docker", "exec", container, *command]).returncode == 0,
        )
    finally:
        run("docker", "rm", "--force", container)
        run("docker", "volume", "rm", "kinograph-try")


# As a container has them: a root that nobody may write to, and below it /data, /proc and /dev.
ENTER = """
set -e
mount --bind "$1" "$1"
mount --bind "$2" "$1/data"
mount --rbind /proc "$1/proc"
mount --rbind /dev "$1/dev"
mount -o remount,bind,ro "$1"
if touch "$1/written" 2>/dev/null; then echo "the root can be written to" >&2; exit 1; fi
root=$1 user=$3
shift 3
exec chroot --userspec="$user" "$root" "$@"
"""


@contextmanager
def running_in_buildah(image: str, data: Path, user: str) -> Iterator[Started]:
    """It has the machine's processes and network, and mounts of its own. As somebody other than root this is to be
    called by `buildah unshare`."""
    port = free_port()
    told = json.loads(run("buildah", "inspect", "--type", "image", image))["Docker"]["config"]
    container = run("buildah", "from", "--pull-never", image)
    try:
        root = Path(run("buildah", "mount", container))
        if not user:
            check_size(show_contents(root))
        within = ["/usr/bin/env", "--ignore-environment", f"--chdir={told['WorkingDir']}", *told["Env"]]
        enter = ["unshare", "--mount", "sh", "-c", ENTER, "sh", str(root), str(data)]
        enter += [f"{user}:0" if user else told["User"], *within, f"KINOGRAPH_PORT={port}", BACKUPS]
        process = subprocess.Popen([*enter, *told["Entrypoint"], *told["Cmd"]], start_new_session=True)

        def stop() -> None:
            process.send_signal(signal.SIGTERM)
            process.wait()
            until = time.monotonic() + 20
            while (left := find_running(int(user or told["User"].partition(":")[0]))) and time.monotonic() < until:
                time.sleep(0.05)
            if left:
                sys.exit(f"still running: {left}")

        try:
            yield Started(
                f"http://127.0.0.1:{port}",
                told["Healthcheck"]["Test"][1:],
                stop,
                lambda command: subprocess.run([*enter, *command]).returncode == 0,
            )
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    finally:
        run("buildah", "rm", container)


def find_running(user: int) -> list[str]:
    """Processes of somebody who is nobody else on this machine, by their command lines; those that have ended have
    none."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with suppress(OSError):
                said = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
                if said and entry.stat().st_uid == user:
                    found.append(said)
    return found


def show_contents(root: Path) -> int:
    """Prints what fills it. Returns all bytes."""
    packages = next((root / "opt/kinograph/lib").glob("python3*/site-packages"))
    sizes = {path.name: measure(path) for path in packages.iterdir() if path.is_dir()}
    for name, size in sorted(sizes.items(), key=lambda pair: -pair[1])[:8]:
        print(f"{size / 1e6:8.1f} MB  {name}")
    everything, ours = measure(root), measure(root / "opt/kinograph")
    print(
        f"{(ours - sum(sizes.values())) / 1e6:8.1f} MB  others of ours\n{(everything - ours) / 1e6:8.1f} MB  the system"
    )
    return everything


def measure(place: Path) -> int:
    return sum(
        (Path(folder) / name).lstat().st_size
        for folder, _, names in os.walk(place)
        if not Path(folder).is_relative_to(place / "proc")
        for name in names
    )


def check_size(n_bytes: int) -> None:
    print(f"{n_bytes / 1e6:8.1f} MB unpacked")
    if n_bytes > MOST_BYTES:
        sys.exit(f"that is more than {MOST_BYTES / 1e6:.0f} MB")


def wait_for(url: str) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
        time.sleep(0.1)


def try_journey(address: str) -> None:
    border = "kinograph-try-image"
    parts = [
        f'--{border}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n{text}\r\n'
        for name, text in FILES.items()
    ]
    body = ("".join(parts) + f"--{border}--\r\n").encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={border}"}
    with urllib.request.urlopen(urllib.request.Request(f"{address}/api/upload", body, headers), timeout=60) as answer:
        told = json.load(answer)
    session_id = told.get("session_id") or told["id"]
    with urllib.request.urlopen(f"{address}/api/session/{session_id}/summary", timeout=60) as answer:
        summary = json.load(answer)
    with urllib.request.urlopen(f"{address}/session/{session_id}", timeout=60) as answer:
        page = answer.read().decode()
    with urllib.request.urlopen(f"{address}/sample/picture.png", timeout=60) as answer:
        picture = answer.read(8)
    if (summary["films"], summary["viewings"]) != (2, 1) or "<main" not in page or picture[1:4] != b"PNG":
        sys.exit(f"the page is not as it should be: {summary}")
    print("an export was uploaded, counted and drawn; so was a picture")


if __name__ == "__main__":
    if shutil.which(sys.argv[1]) is None:
        sys.exit(__doc__)
    sys.exit(main())
