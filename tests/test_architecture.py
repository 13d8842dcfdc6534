"""Facts about the house that would otherwise become wishes."""

from __future__ import annotations

import ast
import functools
import inspect
import re
from dataclasses import fields
from pathlib import Path

import pytest

from kinograph import jobs, settings
from kinograph.settings import SETTINGS, Settings
from kinograph.stats.pages import CARD_PAGES

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "kinograph"
TESTS = ROOT / "tests"

# Each folder, and the folders it may know: stats → lists → sessions → films; charts know nothing but numbers.
MAY_KNOW = {
    "films": set(),
    "charts": set(),
    "sessions": {"films", "layout"},
    "lists": {"sessions", "films", "layout"},
    "accounts": {"shares", "changes", "stats", "lists", "sessions", "films", "charts", "layout"},
    "changes": {"stats", "sessions", "films", "charts", "layout"},
    "corrections": {"sessions", "films", "charts", "layout"},
    "stats": {"lists", "sessions", "films", "charts", "layout"},
    "pictures": {"stats", "sessions", "charts", "layout"},
    "reports": {"pictures", "stats", "sessions", "charts", "layout"},
    "stories": {"pictures", "stats", "sessions", "charts", "layout"},
    "shares": {"pictures", "stats", "lists", "sessions", "films", "charts", "layout"},
    "views": {"shares", "stats", "sessions", "films", "layout"},
    "pairs": {"shares", "changes", "pictures", "stats", "lists", "sessions", "films", "charts", "layout"},
    "sample": {"sessions", "films"},
    "layout": set(),
    "running": set(),
    "backups": {"running"},
    "worker": {"films", "backups", "running"},
    "operator": {"stats", "films"},
    "web": {
        "accounts",
        "changes",
        "charts",
        "corrections",
        "layout",
        "lists",
        "operator",
        "pairs",
        "pictures",
        "reports",
        "running",
        "sample",
        "sessions",
        "shares",
        "stats",
        "stories",
        "views",
    },
}
# What stands beside the rooms, known by all of them; a package may take the place of a module.
ROOT_MODULES = {"cli", "settings", "database", "errors", "i18n", "jobs", "logs"}


@functools.cache
def imports(path: Path) -> set[str]:
    """The modules of ours that a file imports, below the package's name."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "kinograph":
            module = (node.module or "").removeprefix("kinograph").lstrip(".")
            found |= {f"{module}.{name.name}".strip(".") for name in node.names}
        elif isinstance(node, ast.Import):
            found |= {name.name.removeprefix("kinograph.") for name in node.names if name.name.startswith("kinograph.")}
    return found


@pytest.mark.parametrize("folder", MAY_KNOW)
def test_imports_run_one_way(folder: str) -> None:
    known = {
        (path.relative_to(PACKAGE).as_posix(), module.split(".")[0])
        for path in (PACKAGE / folder).rglob("*.py")
        for module in imports(path)
        if module.split(".")[0] in MAY_KNOW
    }
    assert {(path, name) for path, name in known if name not in MAY_KNOW[folder] | {folder}} == set()


def test_every_folder_has_its_arrows() -> None:
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert folders - ROOT_MODULES == set(MAY_KNOW)


def test_the_root_holds_seven_modules() -> None:
    modules = {path.stem for path in PACKAGE.glob("[!_]*.py")} | {
        path.parent.name for path in PACKAGE.glob("*/__init__.py")
    }
    assert modules - set(MAY_KNOW) == ROOT_MODULES


def test_settings_know_no_room() -> None:
    known = {module.split(".")[0] for path in (PACKAGE / "settings").glob("*.py") for module in imports(path)}
    assert known & set(MAY_KNOW) == set()


def test_charts_touch_neither_database_nor_request() -> None:
    outside = {"sqlalchemy", "fastapi", "asyncpg", "polars", "aiohttp"}
    for path in (PACKAGE / "charts").glob("*.py"):
        names = {
            (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name) or ""
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Import | ast.ImportFrom)
        }
        assert not {name.split(".")[0] for name in names} & outside, path.name


CARDS = {card.__name__.rpartition(".")[2]: card for page in CARD_PAGES for card in page.cards}


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
def test_every_card_has_its_template_its_sentence_and_its_test(card: object) -> None:
    name = card.__name__.rpartition(".")[2]  # type: ignore[attr-defined]
    assert (card.__doc__ or "").strip()
    assert (PACKAGE / "stats" / "cards" / f"{name}.html").exists()
    own = TESTS / "stats" / f"test_{name}.py"
    imported = {module for path in TESTS.rglob("test_*.py") for module in imports(path)}
    assert own.exists() or any(f"{module}.".startswith(f"stats.cards.{name}.") for module in imported)


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
def test_every_card_is_rendered_in_a_glance(card: object) -> None:
    assert len(inspect.getsource(card.render).splitlines()) < 30  # type: ignore[attr-defined]


def test_every_card_stands_on_a_page() -> None:
    folder = PACKAGE / "stats" / "cards"
    assert {path.stem for path in folder.glob("[!_]*.py")} == set(CARDS)


def test_every_setting_is_documented_with_its_default() -> None:
    text = (ROOT / "docs" / "operations.md").read_text()
    documented: dict[str, str] = dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]+?) \|", text, re.MULTILINE))
    assert documented.keys() == SETTINGS.keys()
    defaults = {field.name: field.default for field in fields(Settings)}
    described = set()
    for name, default in documented.items():
        if value := re.fullmatch(r"`([^`]+)`", default):
            assert settings._parse(name, value[1]) == defaults[settings._field(name)], name
        elif default == "none":
            assert defaults[settings._field(name)] is None, name
        else:
            described.add(name)
    assert described == {
        "KINOGRAPH_DATA_DIR",
        "KINOGRAPH_SESSION_DAYS",
        "KINOGRAPH_POSTGRES_BIN",
        "KINOGRAPH_ACCOUNTS",
    }


def test_every_periodic_task_is_documented() -> None:
    text = (ROOT / "docs" / "operations.md").read_text()
    assert [p.task.__name__ for p in jobs.PERIODS if f"`{p.task.__name__}`" not in text] == []


def test_every_folder_is_in_the_picture_of_the_house() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    assert [name for name in MAY_KNOW if f"{name}/" not in text] == []


def test_nothing_is_written_into_elements() -> None:
    """The policy forbids inline style and script, and a browser would leave them out in silence."""
    for path in PACKAGE.rglob("*.html"):
        assert not re.search(r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=", path.read_text()), path.name


def test_no_module_is_a_drawer() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "misc", "core", "services", "repositories", "schemas"}
    assert {path.stem for path in PACKAGE.rglob("*.py")} & drawers == set()


LONGEST_MODULE, LONGEST_FUNCTION = 300, 45  # lines


@functools.cache
def modules() -> dict[str, str]:
    """The source of each module by its path; migrations are history and stay as they are."""
    paths = (path for folder in (PACKAGE, TESTS, ROOT / "bench") for path in folder.rglob("*.py"))
    return {path.relative_to(ROOT).as_posix(): path.read_text() for path in paths if path.parent.name != "versions"}


def test_every_module_is_short() -> None:
    assert {name for name, source in modules().items() if len(source.splitlines()) > LONGEST_MODULE} == set()


def test_every_function_is_short() -> None:
    assert {
        f"{name} {node.name}"
        for name, source in modules().items()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= LONGEST_FUNCTION
    } == set()


def test_migrations_are_one_line() -> None:
    """Two that were written side by side have the same number, or leave two ends."""
    files = [path.read_text() for path in (PACKAGE / "migrations" / "versions").glob("*.py")]
    pattern = r'^revision = "(.+)"\ndown_revision = (?:"(.+)"|None)$'
    links = [match.groups() for match in (re.search(pattern, text, re.MULTILINE) for text in files) if match]
    assert len(links) == len(files)
    revisions, before = zip(*links, strict=True)
    assert len(set(revisions)) == len(set(before)) == len(files)
    assert len(set(revisions) - set(before)) == 1
