"""Backup and restore of the database that Kinograph brings, running or not."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kinograph import cli, settings
from kinograph.backups import restoring
from kinograph.running import postgres
from tests import cluster, leftovers
from tests.backups.conftest import ask


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    with cluster.made() as made:
        yield made


@pytest.fixture
def place(made: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name in settings.SETTINGS:
        monkeypatch.delenv(name, raising=False)
    with tempfile.TemporaryDirectory(prefix=leftovers.name_folder()) as name:
        Path(name).chmod(0o711)
        monkeypatch.chdir(name)
        monkeypatch.setenv("KINOGRAPH_DATA_DIR", f"{name}/data")
        yield Path(name)


def test_before_the_first_start_there_is_nothing_to_back_up(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["backup", "kept.backup"]) == 1
    assert "There is no database yet" in capsys.readouterr().err


def test_a_backup_moves_to_another_data_folder(
    place: Path, made: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    subprocess.run(["cp", "-a", made, place / "data"], check=True)
    with postgres.open_cluster(place / "data") as opened, opened.serving() as url:
        ask(url, "CREATE TABLE alembic_version (version_num text)")
        ask(url, "INSERT INTO alembic_version VALUES ('0001')")
        assert cli.main(["backup", "running.backup"]) == 0  # beside the one that runs
    assert cli.main(["backup", "stopped.backup"]) == 0

    kept = [line.partition("MB, ")[2] for line in capsys.readouterr().out.splitlines()]
    assert kept == ["1 rows) and read back. The TMDB key is not in it."] * 2

    # What migrating then does is tried elsewhere.
    monkeypatch.setattr(cli, "_bring_up_to_date", lambda url: None)
    monkeypatch.setenv("KINOGRAPH_DATA_DIR", str(place / "other"))
    assert cli.main(["restore", "running.backup"]) == 0
    with postgres.open_cluster(place / "other") as opened, opened.serving() as url:
        assert ask(url, "SELECT version_num FROM alembic_version") == [("0001",)]
        assert cli.main(["restore", "running.backup"]) == 1
    assert "already running" in capsys.readouterr().err
    assert cli.main(["restore", "running.backup"]) == 1
    assert "can only be restored into an empty one" in capsys.readouterr().err


def test_a_restore_that_fails_leaves_an_empty_place(
    place: Path, made: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    subprocess.run(["cp", "-a", made, place / "data"], check=True)
    with postgres.open_cluster(place / "data") as opened, opened.serving() as url:
        ask(url, "CREATE TABLE alembic_version (version_num text)")
        ask(url, "INSERT INTO alembic_version VALUES ('0001')")
        assert cli.main(["backup", "kept.backup"]) == 0
    monkeypatch.setenv("KINOGRAPH_DATA_DIR", str(place / "other"))
    damaged = bytearray((place / "kept.backup").read_bytes())
    damaged[len(damaged) // 3] ^= 1
    (place / "damaged.backup").write_bytes(damaged)
    assert cli.main(["restore", "damaged.backup"]) == 1
    assert "is damaged" in capsys.readouterr().err
    assert not (place / "other").exists()  # nothing was made for it

    monkeypatch.setattr(cli, "_bring_up_to_date", lambda url: None)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(restoring, "FIRST", "BEGIN; SELECT nothing;\n")
        assert cli.main(["restore", "kept.backup"]) == 1
    assert (place / "other" / "postgres").exists()
    assert cli.main(["restore", "kept.backup"]) == 0
