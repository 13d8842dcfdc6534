"""Which filters of an address narrow both sides of a pair: those that ask what is so of a film whoever has seen it."""

from __future__ import annotations

from kinograph.films.roles import ROLES
from kinograph.stats.address import Filters
from kinograph.stats.filters import FILTERS
from kinograph.stats.page_context import PageContext

OF_FILMS = frozenset(
    {"genre", "country", "language", "person", "keyword", "studio", "collection"}
    | {"released", "score", "votes", "runtime", "title"}
    | set(ROLES)
)
"""The others ask for stars, days, tags or lists, which are one person's own, and which a link may hide."""


def keep_of_films(filters: Filters) -> Filters:
    return Filters(tuple(pair for pair in filters.picked if FILTERS[pair[0]].base in OF_FILMS))


def drops_any(view: PageContext) -> bool:
    """Whether the address filters by more than what narrows a pair."""
    return any(FILTERS[name].label and FILTERS[name].base not in OF_FILMS for name, _ in view.filters.picked)
