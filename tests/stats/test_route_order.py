"""Routes are tried one after another, and the pages asked for most come first."""

from __future__ import annotations

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from kinograph.stats.routers import FIRST
from tests import applications

PLACES = ("/session/00000000-0000-4000-8000-000000000000", "/sample", "/s/token")
PATHS = [route.path for router in FIRST for route in router.routes if isinstance(route, APIRoute)]


@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_found_among_the_first_routes_and_its_address_fits_no_other(path: str) -> None:
    for n, place in enumerate(PLACES, start=1):
        fit = [
            number
            for number, route in enumerate(iter_route_contexts(applications.list_routes()))
            if "GET" in (route.methods or ()) and route.path_regex.match(place + path)
        ]
        assert len(fit) == 1 and fit[0] <= n * len(PATHS) + 2
