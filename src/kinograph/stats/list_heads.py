"""The sentences and figures with which the pages of lists open."""

from __future__ import annotations

from kinograph import i18n
from kinograph.i18n import gettext, ngettext
from kinograph.lists.built_in import built_in
from kinograph.stats.headline import Headline
from kinograph.stats.list_pages import describe_progress
from kinograph.stats.standings import Standing, sort_left, sum_up

NEAREST = 3  # lists in the sentence


def head_lists(shown: list[Standing], begun: list[Standing]) -> Headline:
    """How far the nearest three are from done."""
    if not shown:
        return Headline("", gettext("No list here."), ())
    if begun:
        near = begun[:NEAREST]
        sums = sum_up(near)
        left = sums.films - sums.seen
        films = ngettext("%(n)s film", "%(n)s films", left)
        lists = ngettext("%(n)s finished list", "%(n)s finished lists", len(near))
        return split(gettext("%(films)s away from %(lists)s.", films=films, lists=lists), i18n.number(left))
    if any(each.is_done for each in shown):
        return Headline("", gettext("Every list you began is done."), ())
    return Headline("", gettext("None of these films seen yet."), ())


def head_list(standing: Standing) -> Headline:
    """How far one has come."""
    if standing.is_done:
        said = ngettext("The only film of it is seen.", "All %(n)s films seen.", standing.total)
        return split(said, i18n.number(standing.total))
    return split(f"{describe_progress(standing)}.", i18n.number(standing.seen))


def split(sentence: str, number: str) -> Headline:
    """The number shines where the sentence opens with it."""
    lead = number if sentence.startswith(number) else ""
    return Headline(lead, sentence[len(lead) :].strip(), ())


def tell_cover(standing: Standing) -> str:
    """What a built-in list covers, and what it leaves out."""
    note = built_in()[standing.about.name].note if standing.about.kind == "built-in" else ""
    return gettext(note) if note else ""


def tell_left(standing: Standing) -> list[str]:
    """Of what is left the shortest film, and the one that everyone else likes best, where there is a choice."""
    said = []
    measured = sort_left(standing.left.drop_nulls("runtime_minutes"), "shortest")
    if len(measured) > 1:
        film = measured.row(0, named=True)
        minutes = ngettext("%(n)s minute", "%(n)s minutes", film["runtime_minutes"])
        said.append(gettext("The shortest is “%(film)s”, %(minutes)s.", film=film["title"], minutes=minutes))
    rated = sort_left(standing.left.drop_nulls("vote_average"), "best")
    if len(rated) > 1:
        said.append(gettext("Everyone else likes “%(film)s” best.", film=rated["title"][0]))
    return said


def count_lists(shown: list[Standing]) -> list[tuple[str, str]]:
    """Numbers and what they count, of all lists; nothing without any."""
    if not shown:
        return []
    sums = sum_up(shown)
    hours = i18n.whole_hours(sums.minutes_left)
    figures = [(len(shown), ngettext("list", "lists", len(shown)))]
    figures += [(sums.seen, ngettext("of %(n)s film seen", "of %(n)s films seen", sums.films))]
    figures += [(hours, ngettext("hour left", "hours left", hours))] if hours else []
    figures += [(sums.wanted, gettext("on your watchlist"))] if sums.wanted else []
    return [(i18n.number(number), said) for number, said in figures]


def count_list(standing: Standing) -> list[tuple[str, str]]:
    """Numbers and what they count, of one list."""
    hours, left = i18n.whole_hours(standing.minutes_seen), len(standing.left)
    figures = [(i18n.percent(standing.share), "")]
    figures += [(i18n.number(hours), ngettext("hour seen", "hours seen", hours))] if hours else []
    figures += [(i18n.number(left), gettext("left"))] if left else []
    figures += [(i18n.decimal(standing.mean, 2), gettext("stars from you"))] if standing.mean else []
    return figures
