"""What else an address can pick: choices of view, which keep no film out."""

from __future__ import annotations

from kinograph.films.roles import ROLES
from kinograph.stats import filter_values
from kinograph.stats.filter_kinds import Filter
from kinograph.stats.filter_values import choice_parser
from kinograph.stats.periods import parse_against

OF_VIEW = (
    Filter(name="calendar", canonical=filter_values.parse_year),
    # Viewings by week; by month, where it is not said.
    Filter(name="by", canonical=choice_parser("week"), pages=("", "patterns", "person")),
    # What the strip of release years tells; films, where it is not said.
    Filter(name="strip", canonical=choice_parser("average", "viewings"), pages=("", "year", "person")),
    # Which of the people, in what order, and how far down.
    Filter(name="role", canonical=choice_parser(*ROLES, "actress", "actor"), pages=("people", "person")),
    Filter(name="sort", canonical=choice_parser("best"), pages=("people",)),
    Filter(name="q", canonical=filter_values.parse_word, pages=("people",)),
    Filter(name="page", canonical=filter_values.parse_page, pages=("people", "lists", "person", "collections")),
    # The order of lists, and of what is left of one.
    Filter(name="order", canonical=choice_parser("hours", "stars", "yours", "hidden"), pages=("lists",)),
    Filter(name="left", canonical=choice_parser("wanted", "best", "shortest", "oldest"), pages=("lists",)),
    # What stands against what is picked: the time before it, another period, or everything.
    Filter(name="against", canonical=parse_against),
    # Which of the collections.
    Filter(name="show", canonical=choice_parser("complete", "almost", "begun", "hidden"), pages=("collections",)),
    # Which three of a watchlist: by somebody new, of lists nearly done, and how many others were seen before.
    Filter(name="unmet", canonical=choice_parser("yes"), pages=("watchlist",)),
    Filter(name="near", canonical=choice_parser("yes"), pages=("watchlist",)),
    Filter(name="seed", canonical=filter_values.parse_page, pages=("watchlist",)),
    # What rankings count; what the reader prefers, where the address does not say.
    Filter(name="count", canonical=choice_parser("films", "viewings", "hours")),
)
