"""Templates to pages: one Jinja environment; templates stand beside the code that fills them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from kinograph import i18n
from kinograph.layout import notices, preferences
from kinograph.layout.compiling import Compiler, Once, put, trust

PACKAGE = Path(__file__).parent.parent
STATIC = PACKAGE / "static"
# All that the address of a page may say. What else stands in one is not repeated in its links and forms.
# fmt: off
KINDS = ("any", "all", "not")
OF_KINDS = (
    "cast", "collection", "composer", "country", "director", "editor", "genre", "keyword", "language", "lead", "list",
    "person", "photography", "producer", "studio", "tag", "writer",
)
PARAMETERS = frozenset({
    # Filters.
    *OF_KINDS, *(f"{name}.{kind}" for name in OF_KINDS for kind in KINDS),
    "liked", "logged", "month", "pause", "rated", "rating", "released", "reviewed", "rewatched",
    "runtime", "score", "unseen", "viewed", "votes", "watchlist", "weekday", "wished",
    # Choices of view, of corrections, of pictures and of links.
    "by", "calendar", "columns", "count", "left", "look", "order", "page", "q", "role", "size", "sort", "strip",
    "against", "back", "done", "invite", "part", "query", "show", "since", "title",
    "card", "light", "near", "paper", "seed", "shape", "slide", "unmet",
    "filters", "of", "pages", "shows",
})
# fmt: on


@lru_cache
def _manifest() -> dict[str, str]:
    """Name to hashed name, as the front end's build wrote it."""
    path = STATIC / "manifest.json"
    names: dict[str, str] = orjson.loads(path.read_bytes()) if path.exists() else {}
    return names


def link_static(name: str) -> str:
    """The address of a static file; the hash in its name lets browsers keep it for ever."""
    return f"/static/{_manifest().get(name, name)}"


class _Environment(Environment):
    code_generator_class = Compiler
    template_class = Once

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._found: dict[str, Template] = {}

    def get_template(self, name: str | Template, parent: str | None = None, globals: Any = None) -> Template:
        """Found once, as they do not change: a page asks forty times, and Jinja locks its table for each."""
        if globals or not isinstance(name, str):
            return super().get_template(name, parent, globals)
        if name not in self._found:
            self._found[name] = super().get_template(name, parent)
        return self._found[name]


@lru_cache
def make_environment() -> Environment:
    env = _Environment(
        loader=FileSystemLoader(PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,  # it asks the disk for each template of each card whether it has changed
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    env.globals.update(_=_gettext, gettext=_gettext, ngettext=_ngettext)
    env.newstyle_gettext = True  # type: ignore[attr-defined]
    env.globals.update(static=link_static, languages=i18n.LANGUAGES)
    env.filters.update(number=i18n.number, decimal=i18n.decimal, percent=i18n.percent, rounded=i18n.rounded)
    env.filters.update(date=i18n.date, moment=i18n.moment, digest=_digest, rows=_write_rows)
    return env


def _gettext(text: str, /, **places: object) -> Markup:
    """Of a template: its places are filled, and what is put into them is escaped."""
    return _fill(i18n.catalogue().gettext(text), places) if places else _said(text, i18n.language())


def _ngettext(one: str, many: str, number: int, /, **places: object) -> Markup:
    """The same by number, which stands at %(num)s unless something else does."""
    if len(places) == 1 and type(text := places.get("n")) is str:
        return _said_of(one, many, number, text, i18n.language())
    return _fill(i18n.catalogue().ngettext(one, many, number), {"num": number, **places})


def _fill(text: str, places: Mapping[str, object]) -> Markup:
    # As `Markup % places`, which wraps them one by one. All places of our texts are %(name)s.
    return trust(text % {name: put(place) for name, place in places.items()})  # a text of ours


@lru_cache(4096)
def _said(text: str, language: str) -> Markup:
    """A text without places; `language` is the reader's."""
    return _fill(i18n.catalogue().gettext(text), {})


@lru_cache(4096)
def _said_of(one: str, many: str, number: int, written: str, language: str) -> Markup:
    """A text whose only place is its number, as it is `written`."""
    return _fill(i18n.catalogue().ngettext(one, many, number), {"num": number, "n": written})


def _write_rows(rows: Iterable[Sequence[object]]) -> Markup:
    """Of a table, the first cell of each names the row: the largest has a hundred, and a page ten tables."""
    written = []
    for row in rows:
        head, *cells = map(put, row)
        written.append(f'<tr><th scope="row">{head}</th>{"".join([f"<td>{cell}</td>" for cell in cells])}</tr>')
    return trust("".join(written))


def render(template: str, /, **values: Any) -> Markup:
    """The template named by its path in the package ("layout/landing.html"), filled and escaped."""
    return trust(make_environment().get_template(template).render(**values))  # autoescaped by the environment


def describe_visitor(request: Request) -> dict[str, str]:
    """What every page wants to know of whoever looks at it, for `render`."""
    # Written anew: a page is kept under what its address says, however that was written.
    known = urlencode([(name, value) for name, value in request.query_params.multi_items() if name in PARAMETERS])
    back = request.url.path + (f"?{known}" if known else "")
    return {
        "theme": preferences.read_preferences(request).theme,
        "lang": i18n.language(),
        "back": back,
        "notice": notices.read_notice(request),
    }


def read_page_number(text: str) -> int:
    """Of a page of a list, as an address says it: the first, where that is no number."""
    return int(text) if re.fullmatch(r"[1-9][0-9]{0,5}", text) else 1


def make_tag(request: Request, *told: object) -> str:
    """The ETag of a page that tells so, to whoever looks at it. Weak, for it may be compressed on its way."""
    return f'W/"{_digest(repr((hash_build(), str(i18n.locale()), describe_visitor(request), told)))}"'


def answer_unchanged(request: Request, tag: str, headers: Mapping[str, str]) -> Response | None:
    """The short answer to a browser that has the page of this tag already; None to one that has not."""
    known = request.headers.get("if-none-match", "")
    if tag not in (each.strip() for each in known.split(",")):
        return None
    return Response(status_code=304, headers={**headers, "ETag": tag})


@lru_cache
def hash_build() -> str:
    """Changes with whatever pages are made by, in a release and in a clone alike."""
    sources = sorted(
        path for path in PACKAGE.rglob("*") if path.suffix in (".py", ".html", ".json", ".po", ".tsv", ".typ")
    )
    return _digest("".join(_digest(path.read_bytes()) for path in sources))


def _digest(content: str | bytes) -> str:
    return blake2b(content.encode() if isinstance(content, str) else content, digest_size=8).hexdigest()
