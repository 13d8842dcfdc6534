"""The Dockerfile, as far as it can be held to without building it; `make image` builds and tries it."""

from __future__ import annotations

import re
from pathlib import Path

from babel.core import get_global

from kinograph import i18n
from kinograph.sessions import written_days

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text()
LINES = [line.strip() for line in DOCKERFILE.replace("\\\n", " ").splitlines() if line.strip() and line[0] != "#"]


def test_what_is_copied_is_there_and_sent_to_the_build() -> None:
    copied = {
        name for line in LINES if line.startswith("COPY ") and "--from=" not in line for name in line.split()[1:-1]
    }
    assert {name for name in copied if not (ROOT / name).exists()} == set()
    sent = set(re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    assert copied == sent


def test_the_base_is_a_tag_without_a_host_or_an_invented_digest() -> None:
    assert re.fullmatch(r"ARG BASE=[a-z]+:[a-z-]+(@sha256:[0-9a-f]{64})?", LINES[0])
    assert [line for line in LINES if line.startswith("FROM ")] == ["FROM ${BASE} AS build", "FROM ${BASE}"]


def test_nothing_that_compiles_is_in_the_result() -> None:
    result = DOCKERFILE.rpartition("FROM ${BASE}")[2]
    assert not re.search(r"\b(gcc|g\+\+|build-essential|nodejs|npm|pip)\b", result)


def test_it_runs_as_somebody_with_a_number_and_its_volume_comes_last() -> None:
    """A number can be compared by whoever forbids root. What is written below a volume after it is lost."""
    assert "USER 10001:10001" in LINES
    assert LINES[-1] == "VOLUME /data"
    assert any(line.startswith("HEALTHCHECK ") and "/healthz" in line for line in LINES)


def test_every_language_whose_dates_are_read_or_written_is_left_in() -> None:
    """Of Babel's thousand locales; some are made of another."""
    kept = set(re.findall(r'LOCALES="([a-z|]+)"', DOCKERFILE)[0].split("|"))
    needed = {*written_days._LANGUAGES, *(language.locale for language in i18n.LANGUAGES.values()), "root"}
    parents = get_global("parent_exceptions")
    needed |= {parents[name] for name in needed if name in parents}
    assert kept == {name.partition("_")[0] for name in needed}
