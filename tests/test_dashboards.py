"""What stands ready to be pasted into dashboards names fields that the API has."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from httpx import AsyncClient

PAGE = (Path(__file__).parent.parent / "docs" / "dashboards.md").read_text()
ADDRESS = "/api/me/widget"


class Secrets(yaml.SafeLoader):
    """As Home Assistant reads its files."""


Secrets.add_constructor("!secret", lambda loader, node: f"secret {node.value}")


@pytest.fixture
async def fields(client: AsyncClient) -> set[str]:
    description = (await client.get("/api/openapi.json")).json()
    answer = description["paths"][ADDRESS]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    return set(description["components"]["schemas"][answer["$ref"].rpartition("/")[2]]["properties"])


def pasted() -> tuple[Any, Any]:
    homepage, assistant = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.M | re.S)
    return yaml.safe_load(homepage), yaml.load(assistant, Secrets)


async def test_the_page_tells_every_field(fields: set[str]) -> None:
    rows = re.findall(r"^\| (`.*?) \|", PAGE, re.M)
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == fields


async def test_homepage_is_told_fields_there_are(fields: set[str]) -> None:
    widget = pasted()[0][0]["Films"][0]["Kinograph"]["widget"]
    assert (widget["type"], widget["url"].endswith(f":8000{ADDRESS}")) == ("customapi", True)
    assert widget["headers"]["Authorization"].startswith("Bearer {{HOMEPAGE_VAR_")
    named = [mapping["field"] for mapping in widget["mappings"]]
    assert len(named) == 6 and set(named) <= fields


async def test_home_assistant_is_told_fields_there_are(fields: set[str]) -> None:
    (source,) = pasted()[1]["rest"]
    assert (source["resource"].endswith(f":8000{ADDRESS}"), source["headers"]) == (
        True,
        {"Authorization": "secret kinograph_key"},
    )
    named: set[str] = set()
    for sensor in source["sensor"]:
        (value,) = re.findall(r"value_json\.(\w+)", sensor["value_template"])
        assert sensor["unique_id"] == f"kinograph_{value}"
        named |= {value, *sensor.get("json_attributes", ())}
    assert named == fields - {"session_id"}
