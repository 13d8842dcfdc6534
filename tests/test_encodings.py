"""Pages that are kept compressed, and what is compressed as it is sent, go uncompressed to whoever refuses gzip."""

from __future__ import annotations

import pytest
from httpx import AsyncClient


@pytest.mark.usefixtures("sampled")
@pytest.mark.parametrize("path", ["/sample", "/api/openapi.json"])
async def test_gzip_goes_to_those_who_read_it_and_not_to_those_who_refuse_it(client: AsyncClient, path: str) -> None:
    for asked, answered in {
        "gzip": "gzip",
        "br, gzip;q=0.5": "gzip",
        "gzip;q=0.001": "gzip",
        "gzip;q=0": None,
        "br, GZIP ; q=0.000, identity": None,
        "gzip;q=0, br": None,
        "identity": None,
    }.items():
        answer = await client.get(path, headers={"accept-encoding": asked})
        assert (answer.status_code, answer.headers.get("content-encoding")) == (200, answered), asked
        assert "accept-encoding" in answer.headers["vary"].lower()
