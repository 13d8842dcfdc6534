"""The rules for Prometheus and the dashboard for Grafana: held to a real answer of /metrics, and to the doctor."""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph import database
from kinograph.operator import doctor
from kinograph.operator.doctor import Ill
from kinograph.settings import Settings
from kinograph.worker import leader
from tests.fake_tmdb import FakeTmdb
from tests.films.test_enrichment import completed, until
from tests.films.test_nothing_lost import full_disk, working
from tests.sessions.test_intake import EXPORT
from tests.test_watching import Figures, ask, read_figures

ROOT = Path(__file__).parent.parent
RULES: list[dict[str, Any]] = [
    rule for group in yaml.safe_load((ROOT / "deploy" / "alerts.yml").read_text())["groups"] for rule in group["rules"]
]
BOARD = json.loads((ROOT / "deploy" / "grafana.json").read_text())
PANELS: list[dict[str, Any]] = [panel for panel in BOARD["panels"] if panel["type"] != "row"]
EXPRESSIONS = [target["expr"] for panel in PANELS for target in panel["targets"]] + [rule["expr"] for rule in RULES]

# What /metrics does not tell, and why.
NOT_ALERTED = {Ill.PROVIDER: "nobody but doctor asks the provider, and only when it is run"}
# Of /metrics, what the dashboard does without, and why.
NOT_SHOWN = {
    "kinograph_tmdb_request_seconds_sum": "of TMDB half and 95 % say enough",
    "kinograph_tmdb_request_seconds_count": "requests are told by outcome",
}
PROMETHEUS_OWN = {"job", "instance", "le"}
SIMPLE = re.compile(r'(?:(min|max) by \(job\) \((\w+)\)|up\{job="kinograph"\}) (==|>) (\d+)')


@pytest.fixture
def tmdb() -> Iterator[FakeTmdb]:
    with FakeTmdb(invent=True) as tmdb:
        yield tmdb


@pytest.fixture
async def figures(
    client: AsyncClient, engine: AsyncEngine, settings: Settings, tmdb: FakeTmdb, monkeypatch: pytest.MonkeyPatch
) -> Figures:
    """All that can be told: a worker has been at work, a page was asked for, a job waits, a backup was made."""
    monkeypatch.setattr(leader, "REPORT_SECONDS", 0.1)
    sent = await client.post("/api/upload", files={"files": (EXPORT.name, EXPORT.content)})
    session_id = UUID(sent.json()["session_id"])

    async def reported() -> bool:
        async with engine.connect() as db:
            told = await db.scalar(text("SELECT figures FROM worker_reports"))
        return bool(told) and told["outcomes"].get("ok", 0) > 0

    async with working(replace(settings, tmdb_base_url=tmdb.url, tmdb_access_token=tmdb.token)):
        await completed(engine, session_id)
        await until(reported)
    async with engine.begin() as db:
        await db.execute(text("INSERT INTO backup_state (made_at, n_bytes) VALUES (now(), 1000)"))
        await db.execute(text("INSERT INTO pgqueuer (priority, entrypoint, status) VALUES (0, 'a_job', 'queued')"))
    await client.get(f"/session/{session_id}/films")
    answer = (await client.get("/metrics")).text
    found = read_figures(answer)
    described = set(re.findall(r"^# TYPE (\w+)", answer, re.M))
    assert described == {re.sub(r"(?<=_seconds)_(bucket|sum|count)$", "", name) for name, _ in found}
    return found


async def test_expressions_name_what_metrics_tell_and_what_they_tell_is_named(figures: Figures) -> None:
    labels: dict[str, set[str]] = {}
    for name, of in figures:
        labels.setdefault(name, set()).update(label for label, _ in of)
    assert not set.union(*labels.values()) & {"job", "instance"}  # which Prometheus gives itself
    named: set[str] = set()
    for expression in EXPRESSIONS:
        names = set(re.findall(r"\bkinograph_\w+", expression))
        assert names <= set(labels), expression
        if not names:
            assert expression.startswith("up{"), expression
        asked = re.findall(r"by \(([^)]+)\)", expression)
        for label in {label.strip() for group in asked for label in group.split(",")} - PROMETHEUS_OWN:
            assert all(label in labels[name] for name in names), expression
    for panel in PANELS:
        for target in panel["targets"]:
            named |= set(re.findall(r"\bkinograph_\w+", target["expr"]))
            shown = set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
            grouped = re.search(r"by \(([^)]+)\)", target["expr"])
            assert shown <= (set(grouped[1].split(", ")) if grouped else set()), target
    assert set(labels) - named == set(NOT_SHOWN)


async def test_the_table_of_the_docs_names_every_metric(figures: Figures) -> None:
    rows = re.findall(r"^\| (`kinograph_.*?) \| (.+?) \|", (ROOT / "docs" / "operations.md").read_text(), re.M)
    told = {name for names, _ in rows for name in re.findall(r"`(kinograph_\w+)`", names)}
    assert told == {re.sub(r"(?<=_seconds)_(bucket|sum|count)$", "", name) for name, _ in figures}
    for name, of in figures:
        (said,) = [
            unit for names, unit in rows if f"`{re.sub(r'(?<=_seconds)_(bucket|sum|count)$', '', name)}`" in names
        ]
        assert all(f"`{label}`" in said for label, _ in of if label != "le"), name


def test_the_board_has_its_rows_and_takes_any_data_source() -> None:
    rows = [panel["title"] for panel in BOARD["panels"] if panel["type"] == "row"]
    assert rows == ["Pages", "Look-ups", "Queue", "Database", "Backups"]
    source, job = BOARD["templating"]["list"]
    assert (source["name"], source["type"], source["query"]) == ("datasource", "datasource", "prometheus")
    sources = [job["datasource"], *(each["datasource"] for panel in PANELS for each in (panel, *panel["targets"]))]
    assert {source["uid"] for source in sources} == {"${datasource}"}
    assert len({panel["id"] for panel in BOARD["panels"]}) == len(BOARD["panels"])
    taken = [
        (x, y)
        for place in (panel["gridPos"] for panel in BOARD["panels"])
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(taken) == len(set(taken)) and max(x for x, _ in taken) < 24
    for panel in PANELS:
        for target in panel["targets"]:
            assert target["expr"].count('{job="$job"}') == target["expr"].count("kinograph_"), target["expr"]


def test_the_doctor_calls_nothing_ill_that_no_rule_is_named_after() -> None:
    assert {rule["alert"] for rule in RULES} == {f"Kinograph{ill}" for ill in Ill if ill not in NOT_ALERTED}
    (silent,) = [rule["expr"] for rule in RULES if rule["alert"] == "KinographNoWorker"]
    assert int(silent.split()[-1]) == doctor.SILENT_SECONDS
    for rule in RULES:
        assert rule["labels"]["severity"] in ("critical", "warning") and rule["annotations"]["summary"].endswith(".")


def list_firing(figures: Figures | None) -> set[str]:
    """Rules that hold of one web process, as soon as they do; None: it did not answer."""
    told = {name: value for (name, labels), value in (figures or {}).items() if not labels}
    told["up"] = float(figures is not None)
    firing = set()
    for rule in RULES:
        found = SIMPLE.fullmatch(rule["expr"])
        assert found, rule["expr"]
        _, name, sign, number = found.groups()
        value = told.get(name or "up")  # nothing is compared where there is nothing
        if value is not None and {"==": operator.eq, ">": operator.gt}[sign](value, float(number)):
            firing.add(rule["alert"])
    return firing


WELL = (
    "INSERT INTO worker_reports (rate_group, figures, reported_at) VALUES ('default', CAST(:told AS jsonb), now())",
    "INSERT INTO tmdb_state (rate_group, key_state) VALUES ('default', 'ok')",
    "INSERT INTO backup_state (made_at, n_bytes) VALUES (now(), 1000)",
)
FIGURES = {
    "outcomes": {},
    "within": [0] * 9,
    "seconds": 0,
    "limit": 40,
    "rate": 40,
    "achieved": 0,
    "last_error": None,
    "last_error_at": None,
    "backs_up": True,
}
ILL = {
    None: "SELECT 1",
    Ill.TABLES: "UPDATE alembic_version SET version_num = '9999'",
    Ill.WORKER: "UPDATE worker_reports SET reported_at = now() - interval '40 s'",
    Ill.KEY: "UPDATE tmdb_state SET key_state = 'bad_key'",
    Ill.TMDB: "UPDATE tmdb_state SET key_state = 'away'",
    Ill.BACKUP_FAILED: "UPDATE backup_state SET failed_at = now(), reason = 'No room.'",
    Ill.BACKUP_LATE: "UPDATE backup_state SET made_at = now() - interval '49 h'",
}


@pytest.fixture
async def well(engine: AsyncEngine) -> None:
    async with engine.begin() as db:
        for statement in WELL:
            await db.execute(text(statement), {"told": json.dumps(FIGURES)} if ":told" in statement else {})


@pytest.mark.usefixtures("well")
@pytest.mark.parametrize("ill", ILL)
async def test_a_rule_holds_when_the_doctor_calls_that_ill(
    client: AsyncClient, engine: AsyncEngine, settings: Settings, tmp_path: Path, database_url: str, ill: Ill | None
) -> None:
    async with engine.begin() as db:
        await db.execute(text(ILL[ill]))
    findings = await doctor.examine(replace(settings, backup_dir=tmp_path), database_url)
    assert {finding.ill for finding in findings} == {None, ill}
    assert list_firing(await ask(client)) == ({f"Kinograph{ill}"} if ill else set())


@pytest.mark.usefixtures("well")
async def test_an_old_backup_is_nobodys_fault_where_no_worker_makes_them(
    client: AsyncClient, engine: AsyncEngine, settings: Settings, tmp_path: Path, database_url: str
) -> None:
    async with engine.begin() as db:
        await db.execute(text(ILL[Ill.BACKUP_LATE]))
        await db.execute(text("UPDATE worker_reports SET figures = figures || '{\"backs_up\": false}'"))
    for said in (settings, replace(settings, backup_dir=tmp_path)):
        assert {finding.ill for finding in await doctor.examine(said, database_url)} == {None}
    assert list_firing(await ask(client)) == set()


@pytest.mark.usefixtures("well")
async def test_a_rule_holds_of_a_full_disk_and_of_a_database_that_is_away(
    client: AsyncClient, web: FastAPI, engine: AsyncEngine, settings: Settings, database_url: str
) -> None:
    async with full_disk(engine, "uploads_under_way"):
        assert Ill.DISK in {finding.ill for finding in await doctor.examine(settings, database_url)}
        assert list_firing(await ask(client)) == {f"Kinograph{Ill.DISK}"}
    nowhere = "postgresql://someone@127.0.0.1:1/nothing"
    assert {finding.ill for finding in await doctor.examine(settings, nowhere)} == {Ill.DATABASE}
    there, web.state.engine = web.state.engine, database.connect(nowhere)
    assert (await client.get("/metrics")).status_code == 503
    web.state.engine = there
    assert list_firing(None) == {f"Kinograph{Ill.DATABASE}"}


async def test_that_no_worker_ever_ran_is_told_as_well(client: AsyncClient) -> None:
    assert list_firing(await ask(client)) == {f"Kinograph{Ill.WORKER}"}
