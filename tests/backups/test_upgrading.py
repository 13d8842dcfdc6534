"""To the next PostgreSQL, with that of the system as the one before."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from kinograph import cli, database, settings
from kinograph.running import postgres, postgres_programs
from kinograph.running.postgres_programs import NoPostgres, Programs
from kinograph.sample import session as sample
from tests import leftovers
from tests.backups.conftest import ask, digest
from tests.browser import free_port


@pytest.fixture(scope="module")
def older() -> Programs:
    """A PostgreSQL of the system that is older than the one Kinograph brings."""
    brought = postgres_programs.find_programs(chosen=None, major=None)
    for folder in postgres_programs._folders(None):
        major = postgres_programs._major(folder)
        if major and postgres_programs.OLDEST <= major < brought.major:
            return Programs(folder, major)
    warnings.warn("NOT TRIED: no older PostgreSQL is installed (postgresql-15), so no upgrade was made", stacklevel=1)
    pytest.skip("no older PostgreSQL is installed")


@pytest.fixture(scope="module")
def made(older: Programs) -> Iterator[tuple[Path, dict[str, tuple[int, str | None]]]]:
    """A data folder of the older version with the sample in it, and what is in its tables."""
    with tempfile.TemporaryDirectory(prefix=leftovers.name_folder()) as name:
        Path(name).chmod(0o711)
        with postgres.open_cluster(Path(name) / "data", chosen=older.folder) as opened, opened.serving() as url:
            database.migrate(url)
            sample.seed(url)
            rows = digest(url)
        yield Path(name) / "data", rows


@pytest.fixture
def data(made: tuple[Path, object], monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name in settings.SETTINGS:
        monkeypatch.delenv(name, raising=False)
    with tempfile.TemporaryDirectory(prefix=leftovers.name_folder()) as place:
        Path(place).chmod(0o711)
        subprocess.run(["cp", "-a", made[0], f"{place}/data"], check=True)
        monkeypatch.chdir(place)
        monkeypatch.setenv("KINOGRAPH_DATA_DIR", f"{place}/data")
        yield Path(place) / "data"


def read(data: Path, *, chosen: Path | None = None) -> dict[str, tuple[int, str | None]]:
    with postgres.open_cluster(data, chosen=chosen) as opened, opened.serving() as url:
        return digest(url)


def test_run_refuses_data_of_another_version_and_says_what_to_type(
    data: Path, older: Programs, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KINOGRAPH_PORT", str(free_port()))
    assert cli.main(["run"]) == 1
    complaint = capsys.readouterr().err
    assert f"made by PostgreSQL {older.major}, and this Kinograph brings" in complaint
    assert "Type “kinograph upgrade”" in complaint
    assert f"KINOGRAPH_POSTGRES_BIN={older.folder}." in complaint
    assert not (data / "postgres" / "data" / "postmaster.pid").exists()


def test_an_upgrade_brings_every_row_and_keeps_the_data_before(
    data: Path, made: tuple[Path, object], older: Programs, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["upgrade", "--delete-old"]) == 1
    assert "There is no old database to delete" in capsys.readouterr().err
    assert cli.main(["upgrade", "--from", str(older.folder)]) == 0
    old = data / "postgres" / f"data.old-{older.major}"
    assert f"kept in {old}" in capsys.readouterr().out
    assert read(data) == made[1]
    assert (old / "PG_VERSION").read_text() == f"{older.major}\n"
    assert not (data / "upgrade.backup").exists()

    assert cli.main(["upgrade"]) == 0
    assert "already" in capsys.readouterr().out and old.exists()
    assert cli.main(["upgrade", "--delete-old"]) == 0
    assert capsys.readouterr().out == f"Deleted {old}.\n"
    assert not old.exists() and read(data) == made[1]


# Ends at the n-th time that the renames of an upgrade are written to the disk, or that a restore begins (0).
KILLED = """
import os, signal, sys
from kinograph import cli
from kinograph.backups import restoring, upgrading
count = 0
def end(*given, **named):
    global count
    count += 1
    if count >= int(sys.argv[1]):
        os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[1] == "0":
    restoring.restore = end
else:
    upgrading.sync_folder = end
cli.main(["upgrade"])
"""


def kill_upgrade(moment: int) -> None:
    ended = subprocess.run([sys.executable, "-c", KILLED, str(moment)], check=False)
    assert ended.returncode == -9


def test_an_upgrade_that_is_killed_leaves_the_data_before_or_is_finished_by_the_next_start(
    data: Path, made: tuple[Path, object], older: Programs
) -> None:
    kill_upgrade(0)
    assert read(data, chosen=older.folder) == made[1]
    with pytest.raises(NoPostgres, match="kinograph upgrade"), postgres.open_cluster(data):
        pass
    kill_upgrade(1)  # all that was new is there, and not in its place
    assert (data / "postgres" / "data" / "PG_VERSION").read_text() == f"{older.major}\n"
    # Whoever goes on with the old one meanwhile loses nothing of that.
    with postgres.open_cluster(data, chosen=older.folder) as opened, opened.serving() as url:
        ask(url, "INSERT INTO owners (token_hash) VALUES ('\\x00')")
        rows = digest(url)
    kill_upgrade(2)  # nothing is in its place
    assert not (data / "postgres" / "data").exists()
    assert read(data) == rows
    assert (data / "postgres" / f"data.old-{older.major}").exists()


def test_what_cannot_be_upgraded_is_a_sentence(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def complaint(*arguments: str) -> str:
        assert cli.main(["upgrade", *arguments]) == 1
        return capsys.readouterr().err

    assert f"they are not in {tmp_path}" in complaint("--from", str(tmp_path))
    version = data / "postgres" / "data" / "PG_VERSION"
    version.write_text("12\n")
    assert "Install your system's postgresql-12" in complaint()
    version.write_text("99\n")
    assert "made by PostgreSQL 99, but only" in complaint()
    version.write_text("")
    assert "PG_VERSION is no number" in complaint()
    with postgres_locked(data):
        assert "already running" in complaint()
    shutil.rmtree(data / "postgres" / "data")
    assert "There is no database yet" in complaint()
    monkeypatch.setenv("DATABASE_URL", "postgresql://nowhere")
    assert "“kinograph backup” and “kinograph restore”" in complaint()


def postgres_locked(data: Path) -> subprocess.Popen[bytes]:
    """A process that is at work with the data."""
    program = (
        "import pathlib, sys\nfrom kinograph.running import postgres_folders\n"
        "with postgres_folders.locked(pathlib.Path(sys.argv[1])):\n print(flush=True)\n sys.stdin.read()"
    )
    process = subprocess.Popen([sys.executable, "-c", program, data], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    return process
