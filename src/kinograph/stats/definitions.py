"""What the words on the pages mean, each in a sentence and a formula.

docs/statistics.md and the page "How this is counted" are both made of this and of `card_definitions`; `make texts`
writes the former. Formulas are the same in every language: their names are those of the columns in `frames`.
"""

from __future__ import annotations

from typing import NamedTuple

from kinograph.i18n import noop


class Definition(NamedTuple):
    """`name` is its anchor; for a card, the card's."""

    name: str
    title: str
    sentence: str
    formula: str


WORDS = (
    Definition(
        "films",
        noop("Films"),
        noop("Films you have watched: the rows of watched.csv, or without that file every film you logged or rated."),
        "films = n(watched)",
    ),
    Definition(
        "viewings",
        noop("Viewings"),
        noop("Entries of your diary; without a diary, dated reviews. A film without an entry has no viewing."),
        "viewings = n(diary entries)",
    ),
    Definition(
        "undated",
        noop("Undated films"),
        noop("Films you have watched without a diary entry. They are counted beside viewings, never as one."),
        "undated = n(watched films with viewings = 0)",
    ),
    Definition(
        "hours",
        noop("Hours"),
        noop(
            "The runtime of every viewing, and once that of a watched film without a viewing. Films whose runtime is"
            " unknown add nothing. Where viewings are picked, only those count."
        ),
        "hours = Σ runtime × max(1, viewings) / 60",
    ),
    Definition(
        "series",
        noop("Hours of a series"),
        noop(
            "An estimate: the average length of its episodes, or that of the latest one where TMDB gives no average,"
            " times the number of episodes."
        ),
        "runtime = mean(episode minutes) × episodes",
    ),
    Definition(
        "likes",
        noop("Likes"),
        noop("All films you liked. Where only watched ones are counted, the label says so."),
        "likes = n(liked); watched films liked = n(watched and liked)",
    ),
    Definition(
        "seen-more-than-once",
        noop("Seen more than once"),
        noop("Watched films with two diary entries, or with one that is marked as a rewatch."),
        "n(films with viewings ≥ 2 or a rewatch)",
    ),
    Definition(
        "rewatches",
        noop("Rewatches"),
        noop("Diary entries that are marked as a rewatch."),
        "rewatches = n(viewings marked as rewatch)",
    ),
    Definition(
        "days",
        noop("Days filled in at one go"),
        noop(
            "A day with 20 diary entries or more was not watched but filled in. Its entries are viewings without a day:"
            " no chart over time, year, week, streak or comparison has them."
        ),
        "day counts ⇔ n(entries of the day) < 20",
    ),
    Definition(
        "stars",
        noop("Stars"),
        noop(
            "The film's present stars, from ratings.csv; without that file, those of its newest rated entry. Where the"
            " stars of a viewing are meant, the label says so."
        ),
        "stars(film) = ratings.csv",
    ),
    Definition(
        "average",
        noop("Averages"),
        noop("The mean of the stars of the rated films among those watched and picked; unrated films do not count."),
        "average = Σ stars / n(rated films)",
    ),
    Definition(
        "everyone-else",
        noop("Everyone else"),
        noop(
            "TMDB's score, halved into stars. Where you and everyone else stand side by side, both means are over the"
            " same films: those you rated and that have a score."
        ),
        "theirs = mean(TMDB score / 2); difference = mean(stars − TMDB score / 2)",
    ),
    Definition(
        "ranking",
        noop("Rankings"),
        noop(
            "Most watched: by films, viewings or hours, as you choose. Best rated: from 3 ratings on, in the order of"
            " an average that leans toward yours as if there were 5 more ratings at it; what is printed is the true"
            " average, with its number of ratings."
        ),
        "order = (Σ stars + 5 × your average) / (ratings + 5)",
    ),
    Definition(
        "picked",
        noop("What is picked"),
        noop(
            "A page counts the films that fit every filter. A filter on viewings keeps the viewings that fit, and the"
            " films that have one. The charts keep the parts that were not picked, drawn pale."
        ),
        "picked = films that fit, with a viewing that fits all filters on viewings",
    ),
    Definition(
        "a-week",
        noop("Films a week"),
        noop("Viewings that have a day, by the weeks from the first day of the diary to the last, at least one."),
        "a week = viewings with a day / max(1, days of the diary / 7)",
    ),
    Definition(
        "new",
        noop("New that year"),
        noop("Watched in the year in which it came out, or before it came out."),
        "new ⇔ release year ≥ year of the viewing",
    ),
    Definition(
        "rounding",
        noop("Rounding"),
        noop("Exact halves are rounded up, away from zero; percentages and hours to whole numbers."),
        "3.125 → 3.13; 150 minutes → 3 hours",
    ),
)
