"""What the pages and the API say of a film's match."""

from __future__ import annotations

from kinograph.films.matching import folded
from kinograph.i18n import gettext, gettext_noop
from kinograph.repairs.listing import FilmWithMatch, TmdbEntry

UNMATCHED = {
    "ambiguous": gettext_noop("Several entries at TMDB fit, and none safely."),
    "deleted": gettext_noop("TMDB has deleted the entry that fitted."),
    "nothing_found": gettext_noop("Nothing at TMDB has this title."),
}


def why(film: FilmWithMatch) -> str:
    """How the match came about, or why there is none."""
    if film.wanted:
        return _wanted(film)
    if film.answer:
        return gettext("You chose it.") if film.answer == "entry" else gettext("You said it is not on TMDB.")
    match film.state:
        case "pending":
            return gettext("It is still being looked up.")
        case "failed":
            return gettext("TMDB did not answer, however often it was asked.")
        case "unmatched":
            return gettext(UNMATCHED.get(film.reason or "", UNMATCHED["nothing_found"]))
    if film.twin:
        return gettext("Two of your films have the same match: this one and %(other)s.", other=film.twin)
    if film.is_namesake:
        return gettext("Two of your films have this name and year. Which of them is which, we had to guess.")
    if film.match is None or film.is_sure:
        return (
            gettext("There is no doubt about the match.")
            if film.confidence is not None
            else gettext("Several people here matched it this way.")
        )
    return _doubt(film, film.match)


def _wanted(film: FilmWithMatch) -> str:
    match film.wanted_reason:
        case None:
            return gettext("TMDB is being asked for the entry you chose.")
        case "not_found":
            return gettext("TMDB has no such entry as you chose, so nothing was changed.")
    return gettext("TMDB could not be asked for the entry you chose. Choose it again.")


def _doubt(film: FilmWithMatch, match: TmdbEntry) -> str:
    titles = {folded(match.title), folded(match.original_title)}
    differs = folded(film.title) not in titles
    if film.year and match.year and film.year != match.year:
        if differs:
            return gettext("We are not sure: neither its title nor its year is quite that of your export.")
        return gettext(
            "We are not sure: at TMDB it is of %(theirs)s, in your export of %(yours)s.",
            theirs=match.year,
            yours=film.year,
        )
    if differs:
        return gettext("We are not sure: its title at TMDB is not quite that of your export.")
    return gettext("We are not sure: others fit nearly as well.")


def hours(minutes: int) -> str:
    """A running time, not to be broken between lines: 45 min, 2 h 5 min."""
    whole, rest = divmod(minutes, 60)
    if not whole:
        time = gettext("%(minutes)s min", minutes=rest)
    elif not rest:
        time = gettext("%(hours)s h", hours=whole)
    else:
        time = gettext("%(hours)s h %(minutes)s min", hours=whole, minutes=rest)
    return time.replace(" ", "\N{NO-BREAK SPACE}")
