"""What the words on the pages mean, each in a sentence and a formula.

docs/statistics.md and the page "How this is counted" are both made of this and of the cards' own definitions;
`make texts` writes the former. Formulas are the same in every language: their names are those of the columns in
`frame_schema`.
"""

from __future__ import annotations

from typing import NamedTuple

from kinograph.i18n import gettext_noop


class Definition(NamedTuple):
    """`name` is its anchor; for a card, the card's."""

    name: str
    title: str
    sentence: str
    formula: str


WORDS = (
    Definition(
        "films",
        gettext_noop("Films"),
        gettext_noop(
            "Films you have watched: the rows of watched.csv, or without that file every film you rated, logged or"
            " reviewed."
        ),
        "films = n(watched)",
    ),
    Definition(
        "viewings",
        gettext_noop("Viewings"),
        gettext_noop("Entries of your diary; without a diary, dated reviews. A film without an entry has no viewing."),
        "viewings = n(diary entries)",
    ),
    Definition(
        "undated",
        gettext_noop("Undated films"),
        gettext_noop("Films you have watched without a diary entry. They are counted beside viewings, never as one."),
        "undated = n(watched films with viewings = 0)",
    ),
    Definition(
        "hours",
        gettext_noop("Hours"),
        gettext_noop(
            "The runtime of each viewing, and once the runtime of each watched film without a viewing. Films of "
            "unknown runtime add nothing. Where viewings are filtered, only those count."
        ),
        "hours = Σ runtime × max(1, viewings) / 60",
    ),
    Definition(
        "series",
        gettext_noop("Hours of a series"),
        gettext_noop(
            "An estimate: the average length of its episodes, or that of the latest one where TMDB gives no average,"
            " times the number of episodes."
        ),
        "runtime = mean(episode minutes) × episodes",
    ),
    Definition(
        "likes",
        gettext_noop("Likes"),
        gettext_noop("All films you liked. Where only watched ones are counted, the label says so."),
        "likes = n(liked); watched films liked = n(watched and liked)",
    ),
    Definition(
        "seen-more-than-once",
        gettext_noop("Seen more than once"),
        gettext_noop("Watched films with two diary entries, or with one that is marked as a rewatch."),
        "n(films with viewings ≥ 2 or a rewatch)",
    ),
    Definition(
        "rewatches",
        gettext_noop("Rewatches"),
        gettext_noop("Diary entries that are marked as a rewatch."),
        "rewatches = n(viewings marked as rewatch)",
    ),
    Definition(
        "days",
        gettext_noop("Days logged in bulk"),
        gettext_noop(
            "Nobody watches 20 films in a day: a day with 20 diary entries or more was logged in bulk. Its entries "
            "are viewings without a day, so no chart over time, year, week, streak or comparison counts them."
        ),
        "day counts ⇔ n(entries of the day) < 20",
    ),
    Definition(
        "stars",
        gettext_noop("Stars"),
        gettext_noop(
            "The film's present stars, from ratings.csv; without that file, those of its newest rated entry. Where the"
            " stars of a viewing are meant, the label says so."
        ),
        "stars(film) = ratings.csv",
    ),
    Definition(
        "average",
        gettext_noop("Averages"),
        gettext_noop("The mean of your stars over the watched films that fit the filters. Unrated films do not count."),
        "average = Σ stars / n(rated films)",
    ),
    Definition(
        "everyone-else",
        gettext_noop("Everyone else"),
        gettext_noop(
            "TMDB's score, halved into stars. Where you and everyone else stand side by side, both means are over the"
            " same films: those you rated and that have a score. The difference is that of the two means as printed."
        ),
        "theirs = mean(TMDB score / 2); difference = mean(stars) − theirs",
    ),
    Definition(
        "votes",
        gettext_noop("Too few votes"),
        gettext_noop(
            "Where films are ranked by TMDB's score, those with fewer than 20 votes are left out; where they are ranked"
            " by the number of votes, those with fewer than 5."
        ),
        "by score: votes ≥ 20; by votes: votes ≥ 5",
    ),
    Definition(
        "ranking",
        gettext_noop("Rankings"),
        gettext_noop(
            "Most watched: by films, viewings or hours, as you choose. Best rated: of those with at least 3 "
            "ratings, in the order of an average to which 5 ratings at your overall average are "
            "added. The average printed is the true one, with its number of ratings."
        ),
        "order = (Σ stars + 5 × your average) / (ratings + 5)",
    ),
    Definition(
        "picked",
        gettext_noop("Active filters"),
        gettext_noop(
            "A page counts the films that fit every filter. A filter on viewings keeps the viewings that fit, and "
            "the films that have one. A chart still shows what lies outside its own filter, drawn pale, so that you"
            " can pick it."
        ),
        "picked = films that fit, with a viewing that fits all filters on viewings",
    ),
    Definition(
        "shares",
        gettext_noop("Gray bars"),
        gettext_noop(
            "Behind the filtered bars they show everything. Both are drawn as shares of their own totals, as the "
            "axis says; the numbers are still counts. On the page of a year they are the months of the year before,"
            " on the same scale."
        ),
        "share = n / Σ n of the same color",
    ),
    Definition(
        "missing",
        gettext_noop("What is missing"),
        gettext_noop(
            "The notes under a card count the films this card leaves out: those still being looked up, those not "
            "found at TMDB, those TMDB did not answer for, and those for which it lacks what the card needs."
        ),
        "missing = n(films the card is about without what it needs)",
    ),
    Definition(
        "half",
        gettext_noop("Medians"),
        gettext_noop(
            "“Half of these films are from 2008 or later” gives the median: as many films lie before it as after."
        ),
        "median",
    ),
    Definition(
        "a-week",
        gettext_noop("Films a week"),
        gettext_noop(
            "Viewings that have a day, divided by the weeks from the first day of the diary to the last. Where days"
            " are filtered, only the weeks among them count. The least is one week."
        ),
        "a week = viewings with a day / max(1, days / 7)",
    ),
    Definition(
        "new",
        gettext_noop("New that year"),
        gettext_noop("Watched in the year in which it came out, or before it came out."),
        "new ⇔ release year ≥ year of the viewing",
    ),
    Definition(
        "rounding",
        gettext_noop("Rounding"),
        gettext_noop(
            "Exact halves are rounded away from zero: averages to two decimals, scores and films a week to one, "
            "percentages and hours to whole numbers. Each percentage is rounded by itself, so they need not add up "
            "to 100."
        ),
        "3.125 → 3.13; 150 minutes → 3 hours",
    ),
)
