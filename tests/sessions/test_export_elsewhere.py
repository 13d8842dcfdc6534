"""Files of other services: told by their header, else by their name, and what to do with them."""

from __future__ import annotations

import pytest

from kinograph.errors import AppError
from kinograph.sessions.export import Upload, read
from tests.sessions.elsewhere import ELSEWHERE, IMDB
from tests.sessions.export_files import FILM, table, zipped


@pytest.mark.parametrize(("upload", "told"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_file_of_another_service_is_named_and_told_what_to_do_with(upload: Upload, told: str) -> None:
    with pytest.raises(AppError) as refused:
        read([upload])
    assert told in str(refused.value)


def test_the_header_decides_whatever_the_file_is_called() -> None:
    watched = table(FILM, "2024-01-01,Alpha,2001,https://boxd.it/10")
    assert len(read([Upload("imdb-watched.csv", watched)]).watched) == 1
    with pytest.raises(AppError, match="comes from IMDb"):
        read([Upload("watched.csv", IMDB)])


def test_beside_an_export_it_is_told_in_a_remark() -> None:
    export = zipped(watched=table(FILM, "2024-01-01,Alpha,2001,https://boxd.it/10"))
    found = read([export, Upload("imdb.csv", IMDB)])
    assert len(found.watched) == 1
    assert any("“imdb.csv” comes from IMDb" in str(warning) for warning in found.warnings)


def test_of_many_tables_the_one_that_is_recognised_speaks() -> None:
    with pytest.raises(AppError, match="comes from IMDb"):
        read([Upload("a.csv", table("One,Two", "1,2")), Upload("b.csv", IMDB)])
