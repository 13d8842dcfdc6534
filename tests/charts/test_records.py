"""Records: what a page makes a thousand of, equal and hashed as frozen dataclasses are."""

from __future__ import annotations

from dataclasses import field, replace

import pytest

from kinograph.charts.records import record


@record
class Mark:
    label: str
    number: int = 0
    note: str = field(default="", compare=False)


def test_records_are_equal_by_what_they_hold() -> None:
    assert Mark("a", 1) == Mark("a", number=1) != Mark("a", 2)
    assert Mark("a", note="here") == Mark("a", note="there")
    assert len({Mark("a"), Mark("a", note="again"), Mark("b")}) == 2


def test_records_hold_no_other_value() -> None:
    with pytest.raises(AttributeError):
        Mark("a").other = 1  # type: ignore[attr-defined]
    assert not hasattr(Mark("a"), "__dict__")


def test_a_record_can_be_copied_with_another_value() -> None:
    assert replace(Mark("a", 1, note="n"), number=2) == Mark("a", 2)
