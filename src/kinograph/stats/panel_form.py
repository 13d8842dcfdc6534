"""What the form of all filters says, in an address of its own, as the filters that pages understand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kinograph.stats.address import Filters
from kinograph.stats.filter_kinds import ALL, ANY, KINDS
from kinograph.stats.filters import FILTERS
from kinograph.stats.page_context import PageContext
from kinograph.stats.panel import FACETS, RANGES, find_value

FROM, TO, FIND, AS = "from", "to", "find", "as"
"""The ends of a range, a value by its name and the kind it is to be picked by, each after the filter and a dot."""

FIELDS = frozenset(
    {f"{name}.{end}" for name in RANGES for end in (FROM, TO)}
    | {f"{name}.{part}" for name in FACETS for part in (FIND, AS)}
)
"""The names that no filter has."""


def read_form(view: PageContext, query: Iterable[tuple[str, str]]) -> PageContext:
    """The page with what the form says picked as well; what is no number, and nobody's name, is left out."""
    said = {name: value.strip() for name, value in query if name in FIELDS and value.strip()}
    filters = view.filters
    for name in RANGES:
        ends = said.get(f"{name}.{FROM}", ""), said.get(f"{name}.{TO}", "")
        if any(ends):
            filters = _with(filters, name, _join(*ends))
    for name in FACETS:
        kind = said.get(f"{name}.{AS}", ANY)
        if (text := said.get(f"{name}.{FIND}")) and (value := find_value(name, text, view.all, owner=view.owner)):
            filters = _with(filters, f"{name}.{kind if kind in KINDS else ANY}", value)
    return replace(view, filters=_plain(filters))


def _join(low: str, high: str) -> str:
    return low if low == high else f"{low}-{high}"


def _with(filters: Filters, name: str, value: str) -> Filters:
    try:
        return filters.with_(name, value)
    except ValueError:
        return filters


def _plain(filters: Filters) -> Filters:
    """All of one country is that country: written so, as marks of charts do."""
    for name, entry in FILTERS.items():
        if entry.kind == ALL and filters.get(entry.base) is None:
            values = [value for picked, value in filters.picked if picked == name]
            if len(values) == 1:
                pairs = [(entry.base if pair[0] == name else pair[0], pair[1]) for pair in filters.picked]
                filters = replace(filters, picked=tuple(pairs))
    return filters
