"""THIRD_PARTY.md names what is shipped and installed, no more and no less, each under its licence."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

import orjson
import pytest

ROOT = Path(__file__).parent.parent
LICENCES = dict(re.findall(r"^\| (\S+) \| ([^|]+?) \|", (ROOT / "THIRD_PARTY.md").read_text(), re.MULTILINE))
LOCKS = ("requirements.lock", "requirements-embedded.lock")
LOCKED = {name for lock in LOCKS for name in re.findall(r"^([a-z0-9-]+)==", (ROOT / lock).read_text(), re.MULTILINE)}
NPM = orjson.loads((ROOT / "frontend" / "package-lock.json").read_bytes())["packages"]
BUNDLED = NPM[""]["dependencies"]


def test_every_part_that_is_locked_is_named_and_nothing_else() -> None:
    assert LICENCES.keys() - {"part", "package"} == LOCKED | set(BUNDLED)


@pytest.mark.parametrize("name", sorted(BUNDLED))
def test_a_part_of_the_front_end_is_under_the_licence_it_names(name: str) -> None:
    assert LICENCES[name] == NPM[f"node_modules/{name}"]["license"]


@pytest.mark.parametrize("name", sorted(LOCKED))
def test_a_python_package_is_under_the_licence_it_names(name: str) -> None:
    """Older packages tell it in words of their own, or not at all."""
    try:
        named = metadata.metadata(name).get_all("License-Expression", [LICENCES[name]])
    except metadata.PackageNotFoundError:
        pytest.skip("not for this system")
    assert LICENCES[name] == named[0]
