"""Starts an image as somebody without a name, uploads an export, stops it: python3 deploy/try_image.py buildah IMAGE

Prints how large it is, what fills it, and how long a start takes. Ends with an error where something is written outside
of /data, where the page does not come, or where it does not stop within ten seconds.
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
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

NOBODYS = 12345  # a user without a name
FILES = {
    "watched.csv": "Date,Name,Year,Letterboxd URI\n2024-01-01,Ran,1985,https://boxd.it/1\n2024-01-02,Ikiru,1952,https://boxd.it/2\n",
    "diary.csv": "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date\n"
    "2024-01-01,Ran,1985,https://boxd.it/1,5,,,2024-01-01\n",
}
OF_BUILDAH = ("/.containerenv", "/hosts", "/hostname", "/resolv.conf")
MOST_BYTES = 650_000_000


def main() -> int:
    builder, image = sys.argv[1:]
    with tempfile.TemporaryDirectory() as name:
        data = Path(name) / "data"
        data.mkdir(mode=0o777)
        data.chmod(0o777)
        Path(name).chmod(0o755)
        with (running_in_docker if builder == "docker" else running_in_buildah)(image, data) as (address, stop):
            begun = time.monotonic()
            wait_for(f"{address}/healthz")
            print(f"the first start took {time.monotonic() - begun:.1f} s")
            try_journey(address)
            begun = time.monotonic()
            stop()
            took = time.monotonic() - begun
            print(f"SIGTERM ended it after {took:.1f} s")
    return 0 if took < 10 else 1


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def run(*command: str) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


@contextmanager
def running_in_docker(image: str, data: Path) -> Iterator[tuple[str, Callable[[], object]]]:
    port = free_port()
    options = ["--detach", "--read-only", "--user", str(NOBODYS), "--volume", f"{data}:/data"]
    container = run("docker", "run", *options, "--publish", f"127.0.0.1:{port}:8000", image)
    check_size(int(run("docker", "image", "inspect", "--format", "{{.Size}}", image)))
    try:
        yield f"http://127.0.0.1:{port}", lambda: run("docker", "stop", "--time", "30", container)
    finally:
        run("docker", "rm", "--force", container)


@contextmanager
def running_in_buildah(image: str, _: Path) -> Iterator[tuple[str, Callable[[], object]]]:
    """It has the machine's processes and network; what its root may not be is looked at afterwards."""
    port = free_port()
    container = run("buildah", "from", "--pull-never", image)
    try:
        root = Path(run("buildah", "mount", container))
        check_size(show_contents(root))
        before = list_files(root)
        # A volume of the image's own is there in any case, and wins over one that is given.
        command = ["buildah", "run", "--isolation", "chroot", "--user", str(NOBODYS)]
        command += ["--env", f"KINOGRAPH_PORT={port}", container, "--", "kinograph", "run"]
        process = subprocess.Popen(command, start_new_session=True)

        def stop() -> None:
            for pid in find_running(b"run"):
                os.kill(pid, signal.SIGTERM)
            while find_running():
                time.sleep(0.05)

        try:
            yield f"http://127.0.0.1:{port}", stop
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if changed := before ^ list_files(root):
            sys.exit(f"written outside of /data: {sorted(changed)[:10]}")
        print("nothing was written outside of /data")
    finally:
        run("buildah", "rm", container)


def find_running(last: bytes = b"") -> list[int]:
    """All processes within, or those whose last word that is: who they run as is nobody else on this machine."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with suppress(OSError):
                words = (entry / "cmdline").read_bytes().rstrip(b"\0").split(b"\0")
                is_within = entry.stat().st_uid == NOBODYS and words != [b""] and words[0] != b"buildah-chroot-exec"
                if is_within and words[-1].endswith(last):
                    found.append(int(entry.name))
    return found


def list_files(root: Path) -> set[tuple[str, int, int]]:
    found = set()
    for folder, _, names in os.walk(root):
        for name in names:
            if f"/{name}" in OF_BUILDAH:
                continue
            stat = (Path(folder) / name).lstat()
            found.add((f"{folder}/{name}", stat.st_size, stat.st_mtime_ns))
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
    until = time.monotonic() + 120
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
