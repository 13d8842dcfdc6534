"""A backup a day by the worker that leads, and how long ago it was."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.backups import archive, folder, periodic
from kinograph.operator import doctor
from kinograph.settings import Settings
from tests.films.test_enrichment import until
from tests.films.test_nothing_lost import working

NOW = datetime(2026, 11, 28, 4, tzinfo=UTC)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups"


@pytest.fixture
def periodic_settings(settings: Settings, place: Path) -> Settings:
    return replace(settings, backup_dir=place, backup_keep=2)


def made(place: Path, *days: int) -> list[Path]:
    """Empty files in place of backups, of so many days ago; the newest first."""
    paths = [folder.name_next(place, NOW - timedelta(days=day)) for day in days]
    for path in paths:
        path.touch()
    return paths


def test_one_is_due_each_day(place: Path) -> None:
    assert folder.is_due(place, NOW)
    made(place, 0)
    assert not folder.is_due(place, NOW + timedelta(hours=23))
    assert folder.is_due(place, NOW + timedelta(hours=24))
    assert folder.is_due(place, NOW - timedelta(days=2))  # the clock was wrong when it was made


def test_the_newest_are_kept_and_files_of_other_names(place: Path) -> None:
    first, second, *_ = made(place, 0, 1, 2, 30)
    mine = place / "kinograph-before-the-move.backup"
    mine.touch()
    folder.delete_old(place, 2)
    assert sorted(place.iterdir()) == sorted([first, second, mine])


async def test_the_leader_alone_backs_up_and_doctor_and_metrics_say_when(
    engine: AsyncEngine, periodic_settings: Settings, place: Path, client: AsyncClient, database_url: str
) -> None:
    made(place, 3, 2, 1)

    async def is_noted() -> bool:
        async with engine.connect() as db:
            return bool(await db.scalar(text("SELECT made_at IS NOT NULL FROM backup_state")))

    before = await doctor.examine(periodic_settings, database_url)
    assert any("There is no backup yet" in finding.sentence for finding in before)
    async with working(periodic_settings), working(periodic_settings):
        await until(is_noted)
    newest, second = folder.list_backups(place)
    assert archive.read_manifest(newest).tables["films"] == 0
    assert second == folder.name_next(place, NOW - timedelta(days=1))

    lines = dict(line.rsplit(" ", 1) for line in (await client.get("/metrics")).text.splitlines())
    assert 0 <= float(lines["kinograph_backup_age_seconds"]) < 600
    assert float(lines["kinograph_backup_bytes"]) < newest.stat().st_size
    assert lines["kinograph_backup_failed"] == "0"
    async with engine.begin() as db:
        await db.execute(text("UPDATE backup_state SET made_at = now() - interval '50 hours'"))
    late = await doctor.examine(periodic_settings, database_url)
    assert [f.sentence for f in late if f.needs_a_hand and "backup" in f.sentence] == ["The last backup is 2 days old."]


async def test_one_that_fails_is_told_and_not_tried_for_an_hour(
    engine: AsyncEngine,
    periodic_settings: Settings,
    place: Path,
    client: AsyncClient,
    database_url: str,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (place / "bin").mkdir()
    backups = periodic.Backups(replace(periodic_settings, postgres_bin=place / "bin"))
    with caplog.at_level(logging.ERROR):
        await backups.back_up(engine)
        await backups.back_up(engine)
    assert [record.getMessage()[:22] for record in caplog.records] == ["no backup was made: ki"]
    assert folder.list_backups(place) == []
    assert "kinograph_backup_failed 1" in (await client.get("/metrics")).text.splitlines()
    found = await doctor.examine(periodic_settings, database_url)
    assert any("failed" in f.sentence and "pg_dump" in f.sentence for f in found if f.needs_a_hand)

    monkeypatch.setattr(periodic, "TRIED_AGAIN_SECONDS", 0)
    await periodic.Backups(periodic_settings).back_up(engine)
    assert len(folder.list_backups(place)) == 1
    assert "kinograph_backup_failed 0" in (await client.get("/metrics")).text.splitlines()


async def test_a_worker_that_ends_takes_its_backup_along(
    engine: AsyncEngine, periodic_settings: Settings, place: Path
) -> None:
    backing_up = asyncio.create_task(periodic.Backups(periodic_settings).back_up(engine))

    async def has_begun() -> bool:
        return any(place.glob(".*.partial"))

    await until(has_begun)
    backing_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await backing_up
    assert folder.list_backups(place) == []


@pytest.fixture
def no_folder(place: Path) -> Iterator[Path]:
    place.rmdir()
    yield place


async def test_a_folder_that_is_not_there_is_not_made(
    engine: AsyncEngine, periodic_settings: Settings, no_folder: Path, database_url: str
) -> None:
    elsewhere = replace(periodic_settings, data_dir=no_folder / "data")
    await periodic.Backups(elsewhere).back_up(engine)
    assert not no_folder.exists()
    found = await doctor.examine(elsewhere, database_url)
    assert any(f"there is no folder {no_folder}." in f.sentence for f in found if f.needs_a_hand)


async def test_one_in_the_data_folder_is_made(
    engine: AsyncEngine, periodic_settings: Settings, no_folder: Path
) -> None:
    """Where the volume of a container is new."""
    await periodic.Backups(replace(periodic_settings, data_dir=no_folder.parent)).back_up(engine)
    assert len(folder.list_backups(no_folder)) == 1
    assert no_folder.stat().st_mode & 0o777 == 0o700
