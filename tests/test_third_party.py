"""THIRD_PARTY.md names what is shipped and installed, no more and no less, each under its licence; all is pinned."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import orjson
import pytest

ROOT = Path(__file__).parent.parent


def names_in(*locks: str) -> set[str]:
    return {name for lock in locks for name in re.findall(r"^([a-z0-9-]+)==", (ROOT / lock).read_text(), re.MULTILINE)}


LICENCES = dict(re.findall(r"^\| (\S+) \| ([^|]+?) \|", (ROOT / "THIRD_PARTY.md").read_text(), re.MULTILINE))
LOCKS = ("requirements.lock", "requirements-embedded.lock")
DEV = ("requirements-dev.lock",)
VERSIONS: dict[str, set[str]] = {}
for _lock in LOCKS + DEV:
    for _name, _version in re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / _lock).read_text(), re.MULTILINE):
        VERSIONS.setdefault(_name, set()).add(_version)
LOCKED = names_in(*LOCKS)
LOCKED_DEV = names_in(*DEV)
NPM = orjson.loads((ROOT / "frontend" / "package-lock.json").read_bytes())["packages"]
BUNDLED = NPM[""]["dependencies"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
ALLOWED = {
    *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "MPL-2.0", "OFL-1.1", "PSF-2.0"),
    *("CC0-1.0", "Zlib"),
}
OLDER = {
    "Apache License, Version 2.0": ("Apache-2.0",),
    "Apache Software License": ("Apache-2.0",),
    "BSD License": ("BSD-2-Clause", "BSD-3-Clause"),
    "ISC License (ISCL)": ("ISC",),
    "MIT License": ("MIT",),
    "Mozilla Public License 2.0 (MPL 2.0)": ("MPL-2.0",),
    "Python Software Foundation License": ("PSF-2.0",),
}


def test_every_part_that_is_locked_is_named_and_nothing_else() -> None:
    assert LICENCES.keys() - {"part", "package"} == LOCKED | set(BUNDLED)


@pytest.mark.parametrize("name", sorted(BUNDLED))
def test_a_part_of_the_front_end_is_under_the_licence_it_names(name: str) -> None:
    assert LICENCES[name] == NPM[f"node_modules/{name}"]["license"]


@pytest.mark.parametrize("lock", LOCKS + DEV)
def test_a_lock_holds_exact_versions_with_hashes_and_nothing_else(lock: str) -> None:
    """Neither addresses nor options: whoever installs says where from."""
    lines = [
        line for line in (ROOT / lock).read_text().replace(" \\\n    ", " ").splitlines() if not line.startswith("#")
    ]
    pinned = re.compile(r"[a-z0-9-]+==[0-9][0-9a-z.]*(?: ; [^;]+?)?(?: --hash=sha256:[0-9a-f]{64})+")
    assert lines
    assert [line for line in lines if not pinned.fullmatch(line)] == []


def test_what_the_front_end_is_made_with_has_versions_hashes_and_an_allowed_licence() -> None:
    parts = {name: part for name, part in NPM.items() if name}
    assert all(part["integrity"].startswith("sha512-") and part["version"] for part in parts.values())
    assert {name for name, part in parts.items() if part["license"] not in ALLOWED} == set()


def test_tools_that_no_lock_names_have_exact_versions() -> None:
    told = (ROOT / "Makefile").read_text()
    tools = re.findall(r"(?:install|--from) (uv|pip-audit)(\S*)", told)
    assert {name for name, _ in tools} == {"uv", "pip-audit"}
    assert [version for _, version in tools if not re.fullmatch(r"==[0-9.]+", version)] == []
    assert re.fullmatch(r"hatchling==[0-9.]+", *PROJECT["build-system"]["requires"])


@pytest.mark.parametrize("name", sorted(LOCKED | LOCKED_DEV))
def test_a_python_package_is_the_locked_one_under_an_allowed_licence(name: str) -> None:
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        pytest.skip("not for this system")
    assert told["Version"] in VERSIONS[name]
    expression = told["License-Expression"]
    named = split(expression) if expression else spell_older(told)
    assert named and named <= ALLOWED
    if name in LOCKED:
        assert LICENCES[name] == expression if expression else split(LICENCES[name]) <= named


def split(expression: str) -> set[str]:
    return set(re.split(r" (?:AND|OR) ", expression.replace("(", "").replace(")", "")))


def spell_older(told: metadata.PackageMetadata) -> set[str]:
    """The licences of a package that names them in words of its own, or by its classifiers."""
    classifiers = [line.partition("License :: OSI Approved :: ")[2] for line in told.get_all("Classifier") or ()]
    words = [told["License"] or "", *classifiers]
    return {licence for word in words for licence in OLDER.get(word, (word,) if word in ALLOWED else ())}
