"""What the first `make run` says while it installs."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.skipif(not shutil.which("make"), reason="needs make")
def test_each_step_is_said_before_it_begins_with_its_size_and_time() -> None:
    planned = subprocess.run(
        ["make", "--dry-run", "--always-make", "run"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    said = re.findall(r'^echo "(.+)"$', planned, re.M)
    steps = [text for text in said if re.match(r"\d of 4 ", text)]
    assert [text[0] for text in steps] == ["1", "2", "3", "4"]
    assert all(re.search(r"second|minute", text) for text in steps)
    assert all(re.search(r"\d+ MB", text) for text in steps[1:])
    assert said[-1].startswith("Starting Kinograph")
    for step, work in zip(
        steps, ("-m venv", "requirements.lock", "--editable", "requirements-embedded.lock"), strict=True
    ):
        assert work in planned[planned.index(step) :]
        assert f"install {work}" not in planned[: planned.index(step)]
