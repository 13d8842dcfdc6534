"""The picture of a pair, as every page has one: its sentence, how far the two agree, and the films both love."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from kinograph.i18n import decimal, gettext, ngettext, percent
from kinograph.layout import preferences, templates
from kinograph.layout.headers import PAIRED
from kinograph.layout.methods import answer_head, is_head
from kinograph.pairs.others import set_beside
from kinograph.pairs.page import list_shares, say_common
from kinograph.pairs.pair import Pair
from kinograph.pairs.routes import find_other_of, read_of_films
from kinograph.pictures.canvas import Picture
from kinograph.pictures.card_reader import CardContent, Fact, Film
from kinograph.pictures.choices import PictureChoices
from kinograph.pictures.page_picture import PageContent, compose_page
from kinograph.pictures.routes import PNG, list_choices
from kinograph.shares.owned import OwnedOf
from kinograph.stats.address import with_query
from kinograph.stats.narrowing import keep_of_films
from kinograph.stats.session_page import make_view

router = APIRouter(include_in_schema=False)

MOST_FILMS = 18


@router.get("/with/{other}/picture.png")
async def draw(request: Request, session: OwnedOf, other: str) -> Response:
    """Painted anew for each request: a share that has ended has no picture any more."""
    choices = _read_choices(request)
    found = await find_other_of(request, session, other)
    if is_head(request):
        return answer_head(PAIRED, media_type=PNG)
    view = await make_view(request, session, "with")
    pair = await set_beside(request, view.all, found, keep_of_films(view.filters))
    png = await request.app.state.painters.paint(lambda: compose_pair(pair, choices.shape), choices.light)
    return Response(png, media_type=PNG, headers=PAIRED)


@router.get("/with/{other}/picture")
async def show(request: Request, session: OwnedOf, other: str) -> HTMLResponse:
    """Where it is seen before it is posted."""
    choices = _read_choices(request)
    found = await find_other_of(request, session, other)
    here, kept = f"{session.home}/with/{found.key}", read_of_films(request, session).to_query()
    html = templates.render(
        "pictures/picture.html",
        name=gettext("Side by side"),
        back_href=with_query(here, kept),
        file_name=f"kinograph-with-{choices.shape}-{choices.light}.png",
        is_sample=False,
        **list_choices(choices, with_query(f"{here}/picture", kept), with_query(f"{here}/picture.png", kept)),
        **templates.describe_visitor(request),
    )
    return HTMLResponse(html, headers=PAIRED)


def _read_choices(request: Request) -> PictureChoices:
    query = {name: request.query_params.get(name, "") for name in ("shape", "light")}
    return PictureChoices.parse(query, theme=preferences.read_preferences(request).theme)


def compose_pair(pair: Pair, shape: str) -> Picture:
    said = say_common(pair)
    shown = pair.loved if len(pair.loved) else pair.both
    return compose_page(
        PageContent(
            name=gettext("Side by side"),
            lead=said.lead,
            rest=said.rest,
            credits=tuple(list_shares(pair)),
            card=_read_agreement(pair),
            films=tuple(
                Film(title, year) for title, year in shown.head(MOST_FILMS).select("title", "year").iter_rows()
            ),
        ),
        shape,
    )


def _read_agreement(pair: Pair) -> CardContent | None:
    """As figures, which are read at any size; the number never without what it is made of."""
    agreement = pair.agreement
    if agreement.share is None or agreement.distance is None:
        return None
    films = ngettext("over %(n)s film you both rated", "over %(n)s films you both rated", agreement.films)
    means = gettext("after evening out who rates higher overall")
    facts = (
        Fact(percent(agreement.share), gettext("agreement"), films),
        Fact(decimal(agreement.distance), gettext("stars apart on average"), means),
    )
    title = gettext("Agreement")
    return CardContent("agreement", title, "", (), charts=(), means=None, note="", parts=(), facts=facts, films=())
