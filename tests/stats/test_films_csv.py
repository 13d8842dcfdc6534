"""The films of a page as a file, and whatever films are called."""

import csv as comma_separated
import io
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinograph.sessions.models import Status
from kinograph.sessions.progress import Progress
from kinograph.stats import csv_tables, film_columns, film_table, films_routes
from kinograph.stats.page_context import PageContext
from kinograph.stats.session_page import SessionPage
from kinograph.stats.table_options import TableOptions
from tests.stats.test_cards import Outline
from tests.stats.test_films import DIARY, FILMS, PEOPLE, view

__all__ = ["view"]


def test_the_csv_holds_what_is_shown_on_all_pages(make_view: Callable[..., PageContext]) -> None:
    view = make_view(FILMS, DIARY, PEOPLE, query={"director": "2"})
    columns = tuple(film_columns.COLUMNS)
    assert film_table.write_csv(view, TableOptions(sort="title", falls=False, columns=columns, page=7)).decode() == (
        "\ufeffName,Year,Directors,Rating,Liked,TMDB Score,Difference,Watched Date,First Watched Date,Viewings,Runtime,"
        "Popularity,Original Name,Genres,Countries,Language,Letterboxd URI,TMDB URI\r\n"
        "Cléo from 5 to 7,1962,Agnès Varda,3.0,,7.6,-0.8,2023-02-02,2023-02-02,1,,0.0,Cléo from 5 to 7,,,,,\r\n"
        'Øuzo,2001,"Agnès Varda, Akira Kurosawa",,,5.0,,,,,,0.0,Øuzo,,,,,https://www.themoviedb.org/tv/12\r\n'
    )


DIRECTIONS = {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}


@given(st.text(st.one_of(st.characters(), st.sampled_from("\x1b\x07\x9b\u202e\u2066\u200f\t=+@")), max_size=12))
def test_no_cell_of_the_csv_holds_what_is_not_seen_or_is_a_formula(title: str) -> None:
    written = csv_tables.format_csv(pl.DataFrame({"Name": [title]})).decode("utf-8-sig")
    cells = list(comma_separated.reader(io.StringIO(written, newline="")))[1:]
    told = "".join(cell for row in cells for cell in row)
    assert [sign for sign in told if unicodedata.category(sign) == "Cc" and sign not in "\t\r\n"] == []
    assert [sign for sign in told if unicodedata.bidirectional(sign) in DIRECTIONS] == []
    assert not told.lstrip().startswith(("=", "+", "-", "@"))


def test_no_cell_of_the_csv_is_a_formula(make_view: Callable[..., PageContext]) -> None:
    evil = (
        "=1+1",
        "+1",
        "-1",
        "@ in the mood",
        "\tx",
        "\rx",
        " =1",
        "＝1",
        '=HYPERLINK("x","y")',
        "8½",
        "50/50",
        "a=b",
    )
    view = make_view(tuple((title, 2000, {"state": "pending"}) for title in evil))
    written = film_table.write_csv(view, TableOptions(columns=("title",))).decode()
    assert written.removesuffix("\r\n").split(",2000,,\r\n") == [
        "\ufeffName,Year,Letterboxd URI,TMDB URI\r\n'=1+1",
        "'+1",
        "'-1",
        "'@ in the mood",
        "'\tx",
        '"\'\rx"',
        "' =1",
        "'＝1",
        '"\'=HYPERLINK(""x"",""y"")"',
        "8½",
        "50/50",
        "a=b,2000,,",
    ]


@pytest.mark.parametrize("posters", [False, True])
def test_the_page_is_whole_whatever_films_are_called(make_view: Callable[..., PageContext], posters: bool) -> None:
    evil = '<script>"&'
    view = replace(
        make_view(
            [
                (evil, 2000, {"directors": [1], "genres": [evil], "original_title": evil + "x", "rating": 0.5}),
                ("שלום", 1999, {"liked": True}),
                ("Lost", 1998, {"state": "unmatched"}),
                ("Late", 1997, {"state": "pending"}),
            ],
            [(evil, "2024-01-01")],
            {1: evil},
            query={"released": "1900-"},
        ),
        path="/session/1/films",
        page="films",
    )
    now = datetime.now(UTC)
    progress = Progress(
        session_id=UUID(int=1), owner_id=1, status=Status.COMPLETED, key_state=None,
        created_at=now, expires_at=None, total=4, enriched=2, unmatched=1, failed=0, recently=0, digest=0,
        counted_at=now,
    )  # fmt: skip
    session = SessionPage(progress, is_owner=True)
    choices = TableOptions(search="", columns=tuple(film_columns.COLUMNS), posters=posters)
    html = films_routes.render(session, view, choices, {"theme": "", "lang": "en", "back": "/", "period": None})
    main = html[html.index("<main") : html.index("</main>") + len("</main>")]
    tags = [attributes for _, attributes in Outline(main.replace("<input", "<img")).tags]  # neither is closed
    assert '<script>"' not in main
    assert main.count("not found at TMDB") == main.count("waiting to be looked up") == 1
    assert any(tag.get("href") == "/session/1/repair/2" for tag in tags)
    assert "<bdi>שלום</bdi>" in main
    assert any(tag.get("href") == f"/session/1/films.csv?released=1900-&{choices.to_query()}" for tag in tags)
