"""Templates of ours say what Jinja's own would."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import DictLoader, Environment, StrictUndefined
from jinja2.exceptions import UndefinedError
from markupsafe import Markup

from kinograph import i18n
from kinograph.layout.compiling import QuickMacro, put
from kinograph.layout.templates import make_environment


class Spoken:
    def __html__(self) -> str:
        return "<em>spoken</em>"


VALUES = (
    "plain",
    "Tom & <Jerry> \"'",
    "",
    "Žižek ★",
    Markup("<b>bold</b>"),
    Spoken(),
    None,
    0,
    2.5,
    ["<"],
    {"a": "'"},
    i18n.Sentence("<said>"),
)


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize(
    "source",
    [
        "{{ value }}",
        "{{ value ~ '<' }}",
        "{% set kept %}<p>{{ value }}</p>{% endset %}{{ kept }}{{ kept|length }}",
        "{% macro row(name, more='<') %}<li>{{ name }}{{ more }}</li>{% endmacro %}"
        "{% macro box(name) %}<p>{{ name }}{{ caller() }}</p>{% endmacro %}"
        "{{ row(value) }}{{ row(name=value, more=value) }}{% call box(value) %}<i>{{ value }}</i>{% endcall %}",
        "{% for each in [value, value] %}{{ loop.cycle('<', '>') }}{{ each }}{% endfor %}",
        "{{ say(value) }}{{ say('<', more=value) }}",
    ],
)
def test_a_template_says_what_jinjas_own_compiler_has_it_say(source: str, value: object) -> None:
    def say(text: object, more: object = "&") -> str:
        return f"{text}{more}"

    plain = Environment(autoescape=True).from_string(source).render(value=value, say=say)
    ours = make_environment().from_string(source)

    assert ours.render(value=value, say=say) == plain


def test_text_that_needs_no_escaping_is_put_as_it_is() -> None:
    text = "plain"

    assert put(text) is text


def test_texts_are_escaped_in_their_places_alone() -> None:
    source = "{{ _('100%% of <b>%(what)s</b>', what='<'|string) }} {{ ngettext('%(num)s film', '%(num)s films', 2) }}"

    assert make_environment().from_string(source).render() == "100% of <b>&lt;</b> 2 films"


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
async def test_a_text_takes_what_is_put_into_it_as_markup_would(value: object, language: str) -> None:
    i18n.speak(language)
    for text in ("Picture of “%(card)s”", "100%% of %(card)s"):
        expected = Markup(i18n.gettext(text)) % {"card": value}
        assert make_environment().from_string("{{ _(text, card=value) }}").render(text=text, value=value) == expected
    for text in ("Add a film", "100%%"):
        assert make_environment().from_string("{{ _(text) }}").render(text=text) == Markup(i18n.gettext(text)) % {}


@pytest.mark.parametrize(
    "source",
    [
        "{% macro row(name) %}{{ name }}{% endmacro %}{{ row(1, 2) }}",
        "{% macro row(name) %}{{ name }}{% endmacro %}{{ row(1, color=2) }}",
        "{% macro row(name) %}{{ name }}{% endmacro %}{{ row() }}",
        "{% macro box() %}{{ caller() }}{% endmacro %}{{ box() }}",
        "{% macro row() %}{{ varargs|length }}{{ kwargs|length }}{% endmacro %}{{ row(1, 2, color=3) }}",
    ],
)
def test_macros_take_and_refuse_what_jinjas_own_do(source: str) -> None:
    def say(environment: Environment) -> str:
        try:
            return environment.from_string(source).render()
        except (TypeError, UndefinedError) as error:
            return type(error).__name__

    assert say(make_environment()) == say(Environment(autoescape=True, undefined=StrictUndefined))


def test_macros_of_other_templates_are_defined_once(monkeypatch: pytest.MonkeyPatch) -> None:
    defined: list[str] = []
    define = QuickMacro.__init__

    def note(macro: QuickMacro, *said: Any) -> None:
        defined.append(said[2])
        define(macro, *said)

    monkeypatch.setattr(QuickMacro, "__init__", note)
    source = "{% from 'layout/_macros.html' import difference %}{{ difference('+3') }}"
    said = [make_environment().from_string(source).render() for _ in range(3)]

    assert said[0] == said[2] != ""
    assert defined.count("difference") <= 1


def test_rows_of_a_table_are_written_as_a_loop_would_write_them() -> None:
    looped = (
        '{% for row in rows %}<tr><th scope="row">{{ row[0] }}</th>'
        "{% for cell in row[1:] %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}"
    )
    rows = [tuple(VALUES[n:]) for n in range(len(VALUES))]
    plain = Environment(autoescape=True).from_string(looped).render(rows=rows)

    assert make_environment().from_string("{{ rows|rows }}").render(rows=rows) == plain


def test_blocks_and_what_is_included_come_whole_and_in_their_order() -> None:
    """Each gathers its texts, and gives them up at once."""
    env = make_environment().overlay(
        loader=DictLoader(
            {
                "base": "<{% block head %}base{% endblock %}|{% block body %}{% endblock %}>",
                "part": "({{ each.name }}{% if each.more %}, {{ each.more }}{% endif %})",
                "page": "{% extends 'base' %}{% set kept %}&{% endset %}"
                "{% block head %}{{ super() }}{{ self.body()|length }}{% endblock %}"
                "{% block body %}{{ kept }}{% for each in films if each.name %}{% include 'part' %}"
                "{% else %}none{% endfor %}"
                "{% endblock %}",
            }
        )
    )
    films = [{"name": "<M>", "more": ""}, {"name": ""}, {"name": "Heat", "more": 1995}]

    parts = list(env.get_template("page").root_render_func(env.get_template("page").new_context({"films": films})))

    assert "".join(parts) == "<base24|&(&lt;M&gt;)(Heat, 1995)>"
    assert len(parts) <= 3  # the page of itself, and its base


def test_what_is_no_attribute_is_looked_up_as_jinja_does() -> None:
    env = make_environment()
    assert env.from_string("{{ value.items }}").render(value=SimpleNamespace(items=1)) == "1"
    assert env.from_string("{{ value.name }}{{ value.gone is defined }}").render(value={"name": "M"}) == "MFalse"
    with pytest.raises(UndefinedError, match="gone"):
        env.from_string("{{ value.gone }}").render(value={"name": "M"})
