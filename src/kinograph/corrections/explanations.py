"""What the pages and the API say of a film's match."""

from __future__ import annotations

from kinograph.corrections.queries import FilmWithMatch, TmdbEntry
from kinograph.films.titles import folded
from kinograph.i18n import gettext, gettext_noop

UNMATCHED = {
    "ambiguous": gettext_noop("Several TMDB entries fit, none of them clearly."),
    "deleted": gettext_noop("TMDB has deleted the entry that was matched."),
    "nothing_found": gettext_noop("Nothing at TMDB has this title."),
}


def explain_match(film: FilmWithMatch) -> str:
    """How the match came about, or why there is none."""
    if film.wanted:
        return _explain_wanted(film)
    if film.answer:
        return gettext("You chose it.") if film.answer == "entry" else gettext("You said it is not on TMDB.")
    match film.state:
        case "pending":
            return gettext("It is still being looked up.")
        case "failed":
            return gettext("TMDB did not answer, even after several tries.")
        case "unmatched":
            return gettext(UNMATCHED.get(film.reason or "", UNMATCHED["nothing_found"]))
    if film.twin:
        return gettext("Two of your films have the same match: this one and %(other)s.", other=film.twin)
    if film.is_namesake:
        return gettext("Two of your films have this title and year. We had to guess which is which.")
    if film.match is None or film.is_sure:
        return (
            gettext("There is no doubt about the match.")
            if film.confidence is not None
            else gettext("Several people here matched it this way.")
        )
    return _explain_doubt(film, film.match)


def _explain_wanted(film: FilmWithMatch) -> str:
    match film.wanted_reason:
        case None:
            return gettext("TMDB is being asked for the entry you chose.")
        case "not_found":
            return gettext("TMDB does not have the entry you chose, so nothing was changed.")
    return gettext("TMDB did not answer about the entry you chose. Choose it again.")


def _explain_doubt(film: FilmWithMatch, match: TmdbEntry) -> str:
    titles = {folded(match.title), folded(match.original_title)}
    differs = folded(film.title) not in titles
    if film.year and match.year and film.year != match.year:
        if differs:
            return gettext("We are not sure: both title and year at TMDB differ from your export.")
        return gettext(
            "We are not sure: TMDB says %(theirs)s, your export says %(yours)s.",
            theirs=match.year,
            yours=film.year,
        )
    if differs:
        return gettext("We are not sure: the title at TMDB differs from your export.")
    return gettext("We are not sure: others fit nearly as well.")


def format_minutes(minutes: int) -> str:
    """A running time, not to be broken between lines: 45 min, 2 h 5 min."""
    whole, rest = divmod(minutes, 60)
    if not whole:
        time = gettext("%(minutes)s min", minutes=rest)
    elif not rest:
        time = gettext("%(hours)s h", hours=whole)
    else:
        time = gettext("%(hours)s h %(minutes)s min", hours=whole, minutes=rest)
    return time.replace(" ", "\N{NO-BREAK SPACE}")
