"""Brings the catalogues of `locales/` up to the sources, and says what is left to translate: `make texts`."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

import kinograph
from kinograph import i18n

SOURCES = Path(kinograph.__file__).parent
WIDE = 110
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
AS_RENDERED = {"extensions": "jinja2.ext.i18n", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
OPTIONS = {"**.html": AS_RENDERED}
KEYWORDS = DEFAULT_KEYWORDS | {"gettext_noop": None, "gettext_lazy": None, "ngettext_lazy": (1, 2)}

# What changes with every run, as dates and the version of Babel do, is left out of it.
HEADER = """\
# %(name)s.
msgid ""
msgstr ""
"Language: %(language)s\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: %(plurals)s\\n"

"""


def extracted() -> Catalog:
    """Every text the sources mark, with the files it stands in."""
    texts = Catalog()
    for file, line, text, comments, context in extract_from_dir(SOURCES, METHODS, OPTIONS, KEYWORDS, ("Translators:",)):
        texts.add(text, locations=[(Path(file).as_posix(), line)], auto_comments=comments, context=context)
    return texts


def translated(language: str) -> Catalog:
    """What is in the catalogue of a language; nothing yet where there is none."""
    path = i18n.po(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as source:
        return read_po(source, locale=language)


def written(language: str) -> str:
    """The catalogue as it should stand in its file: all texts, file by file, translated as far as they were."""
    catalogue = translated(language)
    # A guess from a similar text would only have to be found again; it is better left open.
    catalogue.update(extracted(), no_fuzzy_matching=True)
    body = io.BytesIO()
    write_po(
        body, catalogue, omit_header=True, ignore_obsolete=True, include_lineno=False, sort_by_file=True, width=WIDE
    )
    name = i18n.LANGUAGES[language].name
    return HEADER % {"name": name, "language": language, "plurals": catalogue.plural_forms} + body.getvalue().decode()


def forms(text: object) -> tuple[str, ...]:
    """A text or a translation in each of its numbers, as Babel holds it."""
    return (text,) if isinstance(text, str) else tuple(text) if isinstance(text, list | tuple) else ()


def missing(catalogue: Catalog) -> list[str]:
    """The texts that are not translated, or only as a guess."""
    return [forms(each.id)[0] for each in catalogue if each.id and (each.fuzzy or not all(forms(each.string)))]


def main() -> None:
    for language in i18n.LANGUAGES:
        if language == i18n.SOURCE:
            continue
        text = written(language)
        i18n.po(language).parent.mkdir(parents=True, exist_ok=True)
        i18n.po(language).write_text(text)
        left = missing(translated(language))
        sys.stdout.write(f"{language}: to translate: {len(left)}, in {i18n.po(language)}\n")
        sys.stdout.writelines(f"  {text}\n" for text in left)


if __name__ == "__main__":
    main()
