"""What was backed up comes back whole, and whatever goes wrong leaves everything as it was."""

from __future__ import annotations

import asyncio
import json
import os
import random
import resource
import shutil
import stat
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kinograph import cli, settings
from kinograph.backups import archive, dumping, restoring, script
from kinograph.backups.archive import BackupError
from kinograph.running import postgres_programs
from kinograph.running.postgres_programs import NoPostgres, Programs
from tests.backups.conftest import ask, digest

Make = Callable[[], str]


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in settings.SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KINOGRAPH_DATA_DIR", str(tmp_path / "data"))


def back_up(url: str, path: Path) -> archive.Manifest:
    return asyncio.run(dumping.write_backup(url, path, chosen=None))


def restore(url: str, path: Path) -> archive.Manifest:
    return asyncio.run(restoring.restore(url, path, chosen=None))


def test_what_was_backed_up_comes_back(
    filled: str, empty: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", filled)
    monkeypatch.setenv("TMDB_ACCESS_TOKEN", "the-secret-of-tmdb")
    path = tmp_path / "kept.backup"
    assert cli.main(["backup", str(path)]) == 0
    assert "The TMDB key is not in it." in capsys.readouterr().out
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["kept.backup"]
    assert b"the-secret-of-tmdb" not in path.read_bytes()

    before = digest(filled)
    before["backup_state"] = (0, None)  # written once the backup counts
    target = empty()
    monkeypatch.setenv("DATABASE_URL", target)
    monkeypatch.delenv("TMDB_ACCESS_TOKEN")
    assert cli.main(["restore", str(path)]) == 0
    assert "give it with “kinograph key”" in capsys.readouterr().out
    after = digest(target)
    lists = {"film_lists", "film_list_entries", "films", "tallies"}  # of which a start brings those that are built in
    assert {name: after[name] for name in before if name not in lists} == {
        name: rows for name, rows in before.items() if name not in lists
    }
    assert before["films"][0] > 300 and after["films"][0] >= before["films"][0]


def test_a_backup_is_of_one_moment(filled: str, empty: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = dumping._dump

    def late(*given: object) -> tuple[int, str]:
        ask(filled, "INSERT INTO owners (token_hash) VALUES ('\\x00')")
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(dumping, "_dump", late)
    manifest = back_up(filled, tmp_path / "kept.backup")
    restore(target := empty(), tmp_path / "kept.backup")
    assert ask(target, "SELECT count(*) FROM owners") == [(manifest.tables["owners"],)] == [(0,)]
    assert ask(filled, "SELECT count(*) FROM owners") == [(1,)]


def test_a_backup_that_holds_less_than_the_database_does_not_count(
    filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = dumping._dump

    def less(url: str, *given: object) -> tuple[int, str]:
        monkeypatch.setattr(script, "OPTIONS", (*script.OPTIONS, "--exclude-table-data=public.viewings"))
        told = real(url, *given)  # type: ignore[arg-type]
        monkeypatch.setattr(script, "OPTIONS", script.OPTIONS[:-1])
        return told

    monkeypatch.setattr(dumping, "_dump", less)
    with pytest.raises(BackupError, match="did not match the database"):
        back_up(filled, tmp_path / "kept.backup")
    assert list(tmp_path.iterdir()) == []


def test_it_is_restored_into_an_empty_place_alone(
    filled: str, empty: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    back_up(filled, tmp_path / "kept.backup")
    before = digest(filled)
    monkeypatch.setenv("DATABASE_URL", filled)
    assert cli.main(["restore", "kept.backup"]) == 1
    assert "can only be restored into an empty one" in capsys.readouterr().err
    assert digest(filled) == before

    ask(other := empty(), "CREATE VIEW mine AS SELECT 1 AS one")
    with pytest.raises(BackupError, match="can only be restored into an empty one"):
        restore(other, tmp_path / "kept.backup")


def test_tables_that_somebody_makes_meanwhile_are_left_alone(
    filled: str, empty: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(filled, tmp_path / "kept.backup")
    target = empty()
    real = archive.check_dump

    def slow(*given: object) -> None:
        ask(target, "CREATE TABLE films (id int)")
        real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(archive, "check_dump", slow)
    with pytest.raises(BackupError, match="somebody else made tables meanwhile"):
        restore(target, tmp_path / "kept.backup")
    assert digest(target) == {"films": (0, None)}


@pytest.fixture(scope="module")
def small(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A backup of a database without rows."""
    path = tmp_path_factory.mktemp("small") / "small.backup"
    back_up(server.replace("/postgres?", f"/{template}?"), path)
    yield path


def test_a_damaged_backup_is_a_sentence_wherever_the_damage_is(small: Path, tmp_path: Path) -> None:
    whole = small.read_bytes()
    manifest = archive.read_manifest(small)
    damaged = tmp_path / "damaged.backup"
    chance = random.Random(7)
    headers = [*range(80), *range(len(whole) - 2400, len(whole))]  # and whatever is between
    refused = 0
    for place in chance.sample(headers, 300) + chance.sample(range(len(whole)), 100):
        damaged.write_bytes(whole[:place] + bytes([whole[place] ^ chance.randrange(1, 256)]) + whole[place + 1 :])
        try:
            archive.check_dump(damaged, found := archive.read_manifest(damaged))
            assert found == manifest  # a day or a flag within the ZIP, of which nothing is read
        except BackupError:
            refused += 1
    assert refused > 250
    for length in (0, 1, 100, len(whole) // 2, len(whole) - 1):
        damaged.write_bytes(whole[:length])
        with pytest.raises(BackupError, match=r"damaged\.backup is no backup of Kinograph, or is damaged\."):
            archive.read_manifest(damaged)


def rewrite(path: Path, target: Path, **changed: object) -> Path:
    """The same backup with another manifest."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as archived:
        told = json.loads(source.read(archive.MANIFEST))
        archived.writestr(archive.DUMP, source.read(archive.DUMP))
        archived.writestr(archive.MANIFEST, json.dumps({**told, **changed}))
    return target


def test_what_cannot_be_restored_is_a_sentence(small: Path, tmp_path: Path, empty: Make) -> None:
    target, path = empty(), tmp_path / "other.backup"
    for changed in ({"format": 2, "kinograph": "9.9"}, {"revision": "9999", "kinograph": "9.9"}):
        with pytest.raises(BackupError, match=r"made by a newer Kinograph \(9\.9\)"):
            restore(target, rewrite(small, path, **changed))
    with pytest.raises(BackupError, match="damaged"):
        restore(target, rewrite(small, path, tables={**archive.read_manifest(small).tables, "films": 3}))
    with pytest.raises(NoPostgres, match="PostgreSQL 99 or newer"):
        restore(target, rewrite(small, path, dumped_by=99))
    path.write_bytes(b"Date,Name,Year\n")
    with pytest.raises(BackupError, match="no backup of Kinograph"):
        restore(target, path)
    with pytest.raises(BackupError, match="cannot be read: No such file"):
        restore(target, tmp_path / "nowhere")
    os.mkfifo(pipe := tmp_path / "pipe")  # which nobody writes into
    for endless in (pipe, Path("/dev/zero")):
        with pytest.raises(BackupError, match="no backup of Kinograph"):
            restore(target, endless)
    assert digest(target) == {}


def test_what_is_no_backup_is_not_overwritten(filled: str, tmp_path: Path, small: Path) -> None:
    (mine := tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(BackupError, match="is left alone"):
        back_up(filled, mine)
    assert mine.read_text() == "mine"
    with pytest.raises(BackupError, match="is a folder"):
        back_up(filled, tmp_path)
    with pytest.raises(BackupError, match="cannot be written: No such file"):
        back_up(filled, tmp_path / "nowhere" / "kept.backup")
    with pytest.raises(BackupError, match="cannot be written: File name too long"):
        back_up(filled, tmp_path / ("x" * 300))
    os.mkfifo(pipe := tmp_path / "pipe")
    for endless in (pipe, Path("/dev/full")):
        with pytest.raises(BackupError, match="is left alone"):
            back_up(filled, endless)
    older = Path(shutil.copy(small, tmp_path / "older.backup"))
    for leads_to in (older, tmp_path / "nowhere"):
        (link := tmp_path / "newest.backup").symlink_to(leads_to)
        with pytest.raises(BackupError, match=r"newest\.backup is a link"):
            back_up(filled, link)
        link.unlink()
    assert older.read_bytes() == small.read_bytes()
    back_up(filled, older)
    assert archive.read_manifest(older).tables["films"] > 0


def test_a_full_disk_leaves_the_backup_before(filled: str, tmp_path: Path, small: Path) -> None:
    older = Path(shutil.copy(small, tmp_path / "older.backup"))
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        with pytest.raises(BackupError, match=r"older\.backup cannot be written: File too large"):
            back_up(filled, older)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    assert older.read_bytes() == small.read_bytes()
    assert list(tmp_path.iterdir()) == [older]


def test_an_older_backup_is_migrated(
    server: str, empty: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from alembic import command

    from kinograph import database

    source = empty()
    command.upgrade(database.alembic_config(source), "0012")
    ask(source, "INSERT INTO owners (id, token_hash) VALUES (1, '\\x00')")
    ask(source, "INSERT INTO sessions (id, owner_id, status) VALUES (gen_random_uuid(), 1, 'completed')")
    assert back_up(source, tmp_path / "old.backup").revision == "0012"
    monkeypatch.setenv("DATABASE_URL", target := empty())
    assert cli.main(["restore", "old.backup"]) == 0
    assert ask(target, "SELECT version_num FROM alembic_version") == [(database.newest_revision(),)]
    assert ask(target, "SELECT count(*) FROM sessions WHERE owner_id IS NOT NULL") == [(1,)]


def test_a_pg_dump_older_than_the_server_is_a_sentence(
    filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = next(postgres_programs._client_folders(None))
    monkeypatch.setattr(postgres_programs, "_client_major", lambda folder: 15 if folder == found else None)
    monkeypatch.setenv("DATABASE_URL", filled)
    assert cli.main(["backup", "kept.backup"]) == 1
    complaint = capsys.readouterr().err
    assert "or newer are needed, but only 15 is here" in complaint and complaint.count("\n") == 1
    assert not (tmp_path / "kept.backup").exists()
    assert ask(filled, "SELECT reason FROM backup_state")[0][0] in complaint


def test_the_programs_of_the_server_come_before_newer_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    majors = {Path("/a"): 17, Path("/b"): 19, Path("/c"): 15}
    monkeypatch.setattr(postgres_programs, "_client_folders", lambda chosen: iter(majors))
    monkeypatch.setattr(postgres_programs, "_client_major", majors.get)
    assert postgres_programs.find_clients(chosen=None, server=17) == Programs(Path("/a"), 17)
    assert postgres_programs.find_clients(chosen=None, server=16) == Programs(Path("/b"), 19)
    assert postgres_programs.find_clients(chosen=None, server=15, reads=17) == Programs(Path("/b"), 19)
    with pytest.raises(NoPostgres, match="20 or newer are needed, but only 17, 19, 15 is here"):
        postgres_programs.find_clients(chosen=None, server=20)


def test_no_password_is_seen_in_the_list_of_processes() -> None:
    from kinograph.backups.clients import hide_password

    assert hide_password("postgresql://me:a%40b@host:5432/films?sslmode=require") == (
        "postgresql://me@host:5432/films?sslmode=require",
        "a@b",
    )
    assert hide_password("postgresql://me:x@/films?host=%2Ftmp&password=y") == (
        "postgresql://me@/films?host=%2Ftmp",
        "y",
    )
    assert hide_password("postgresql:///films") == ("postgresql:///films", None)
