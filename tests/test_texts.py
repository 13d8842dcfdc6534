"""That every text a person reads can be translated, and is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from jinja2 import nodes

from kinograph import i18n
from kinograph.layout import templates
from tests.texts import SOURCES, forms, missing, translated, written

TEMPLATES = sorted(SOURCES.rglob("*.html"))
OTHERS = [language for language in i18n.LANGUAGES if language != i18n.SOURCE]

# Names, commands and addresses are the same in every language.
NAMES = {"KIN", "GRAPH", "Kinograph", "Letterboxd", "TMDB", "letterboxd.com", "themoviedb.org", "kinograph key"}
READ = {"aria-label", "title", "placeholder", "alt", "label", "content", "summary"}
IDENTIFIERS = {"name", "span"}  # blocks that hold a name for programs
ADDRESS = re.compile(r"https?://\S+")
BRITISH = re.compile(
    r"\b(?:grey|colour|favourite|cancelled|centre|theatre|programme|(?:recogn|organ|summar)ise)", re.IGNORECASE
)


def bare(source: str) -> str:
    """A template as HTML without what is filled in; of that, only the texts that are written out in it."""
    html = "".join(_written_out(templates.make_environment().parse(source)))
    return re.sub(r"<(/?)(?=[\s>])", r"<\1i", html)  # a tag whose name is filled in


def _written_out(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, nodes.Block) and node.name in IDENTIFIERS:
        return
    if isinstance(node, nodes.Output):
        for child in node.nodes:
            yield child.data if isinstance(child, nodes.TemplateData) else " ".join(literals(child))
    elif not isinstance(node, nodes.Expr):
        for inner in node.iter_child_nodes():
            yield from _written_out(inner)


def literals(node: nodes.Node) -> Iterator[str]:
    """The texts an expression may come to, but for those that went through gettext or anything else."""
    match node:
        case nodes.Const(value=str() as text):
            yield text
        case nodes.CondExpr():
            for each in (node.expr1, node.expr2):
                yield from literals(each) if each else ()
        case nodes.Concat():
            for each in node.nodes:
                yield from literals(each)
        case nodes.Or() | nodes.Add():
            yield from (*literals(node.left), *literals(node.right))
        case nodes.Filter(node=nodes.Node() as inner):
            yield from literals(inner)


class Escaped(HTMLParser):
    """Gathers the texts between tags, and those of attributes that are read."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if value and (name in READ or name.startswith("data-say-")) and tag != "meta":
                self.handle_data(value)

    def handle_data(self, text: str) -> None:
        for part in re.split(r"[\s·:,()]{2,}|\n", ADDRESS.sub("", text).strip()):
            if re.search(r"[^\W\d_]{2}", part) and part.strip(" .:,()·") not in NAMES:
                self.found.append(part)


def escaped(html: str) -> list[str]:
    parser = Escaped()
    parser.feed(html)
    parser.close()
    return parser.found


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCES)))
def test_no_text_of_a_template_escapes_its_translators(path: Path) -> None:
    assert escaped(bare(path.read_text())) == []


def test_a_text_that_escapes_is_found() -> None:
    template = """
        <p class="note">{{ _("Fine") }} {{ count|number }} films</p><i title="{{ "Left" if left else other }}"></i>
        <img alt="A poster" src="x">{% if a %}{{ "Or " ~ name }}{% endif %}
    """
    assert escaped(bare(template)) == ["films", "Left", "A poster", "Or"]


@pytest.mark.parametrize("language", OTHERS)
def test_the_catalogue_has_just_the_texts_of_the_sources(language: str) -> None:
    assert i18n.po(language).read_text() == written(language), "run `make texts`"


def test_texts_are_spelled_as_in_america() -> None:
    texts = [text for message in translated(OTHERS[0]) if message.id for text in forms(message.id)]
    assert len(texts) > 1000
    assert [text for text in texts if BRITISH.search(text)] == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated(language: str) -> None:
    assert missing(translated(language)) == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_translation_fills_the_places_of_its_text(language: str) -> None:
    catalogue = translated(language)
    wrong = [str(error) for message in catalogue if message.id for error in message.check(catalogue)]
    assert wrong + [forms(message.id)[0] for message in catalogue if message.id and not _fits(message)] == []


def _fits(message: Message) -> bool:
    """One of something may do without its number: "logged once"."""
    texts, translations = forms(message.id), forms(message.string)
    many = _marks(texts[-1])
    fit = all(_marks(each) == many for each in translations[1:])
    return fit and many - {"%(n)s"} <= _marks(translations[0]) | _left_out(texts) and _marks(translations[0]) <= many


def _left_out(texts: tuple[str, ...]) -> set[str]:
    """What the English itself says only of several."""
    return _marks(texts[-1]) - _marks(texts[0])


def _marks(text: str) -> set[str]:
    """Places, tags, and the room at the ends."""
    room = {("before" if text[:1].isspace() else ""), ("after" if text[-1:].isspace() else "")} - {""}
    return {*re.findall(r"%\(\w+\)s|\{\w+\}|</?\w[^>]*>", text), *room}
