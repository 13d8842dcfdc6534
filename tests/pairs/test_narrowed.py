"""Filters on the films hold for both sides of a pair."""

from __future__ import annotations

from tests.pairs.test_page import THEIRS, Two, two, words
from tests.sessions.test_api import upload

__all__ = ["two"]


async def test_filters_on_films_narrow_both_sides(two: Two) -> None:
    token = await two.share()
    page = (await two.get(f"/{token}?title=1&rating=4&count=films")).text
    told = words(page)
    for said in ("3 films you have both seen.", "100% of your 3 films", "“1” in the title", "narrow both sides"):
        assert said in told, said
    assert "rated" not in told.split("Filters on the films")[0] and "to lend" not in told
    for end in ("?title=1&amp;part=both", "/picture?title=1", "/filter?title=1"):
        assert f'href="/session/{two.id}/with/{token}{end}"' in page, end
    assert (await two.get(f"/{token}?title=1&part=both")).text.count('class="film-row"') == 3
    picture = (await two.get(f"/{token}/picture?title=1&rating=4")).text
    assert f'href="/session/{two.id}/with/{token}?title=1"' in picture
    assert "No film in common yet." in words((await two.get(f"/{token}?title=nowhere")).text)
    assert "narrow both sides" not in words((await two.get(f"/{token}")).text)


async def test_the_panel_of_a_pair_offers_what_narrows_it(two: Two) -> None:
    token = await two.share()
    panel = (await two.get(f"/{token}/filter?title=1&rating=4")).text
    assert 'name="title" value="1"' in panel and "Show with 3 films" in panel
    for own in ("rating", "liked", "unseen", "tag", "list", "watchlist"):
        assert f'name="{own}' not in panel, own
    counted = (await two.get(f"/{token}/filter.json?title=1")).json()
    assert (counted["films"], counted["href"]) == (3, f"/session/{two.id}/with/{token}?title=1")
    leads = await two.get(f"/{token}/filter?title=1&do=show")
    assert (leads.status_code, leads.headers["location"]) == (303, counted["href"])
    assert (await two.get("/nobody/filter")).status_code == 404
    assert (await two.other.get(f"/session/{two.id}/with/{token}/filter")).status_code == 403


async def test_filters_come_along_on_the_way_to_a_pair(two: Two) -> None:
    second = (await upload(two.me, THEIRS)).json()["session_id"]
    overview = (await two.me.get(f"/session/{two.id}?title=1")).text
    assert f'href="/session/{two.id}/with?title=1"' in overview
    chosen = (await two.get("?title=1&liked=yes")).text
    assert f'href="/session/{two.id}/with/{second}?title=1"' in chosen
    assert f'action="/session/{two.id}/with?title=1"' in chosen
    answer = await two.me.post(f"/session/{two.id}/with?title=1", data={"link": f"/session/{second}"})
    assert answer.headers["location"] == f"/session/{two.id}/with/{second}?title=1"
