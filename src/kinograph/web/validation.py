"""What is wrong with a request that does not fit, each in one whole sentence in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kinograph.errors import AppError
from kinograph.i18n import gettext_noop

LONGEST_NAME = 60  # of a field, as the sentence repeats it

# By Pydantic's names of errors.
SENTENCES: Mapping[str, str] = {
    "missing": gettext_noop("“%(name)s” is missing."),
    "int_parsing": gettext_noop("“%(name)s” must be a whole number."),
    "int_type": gettext_noop("“%(name)s” must be a whole number."),
    "int_from_float": gettext_noop("“%(name)s” must be a whole number."),
    "int_parsing_size": gettext_noop("“%(name)s” is too large a number."),
    "greater_than_equal": gettext_noop("“%(name)s” must be %(ge)s or more."),
    "less_than_equal": gettext_noop("“%(name)s” must be %(le)s or less."),
    "less_than": gettext_noop("“%(name)s” must be less than %(lt)s."),
    "string_type": gettext_noop("“%(name)s” must be a text."),
    "string_too_long": gettext_noop("“%(name)s” must have at most %(max_length)s characters."),
    "literal_error": gettext_noop("“%(name)s” must be one of: %(expected)s."),
    "extra_forbidden": gettext_noop("“%(name)s” is not known here."),
    "json_invalid": gettext_noop("The body must be JSON."),
    "model_attributes_type": gettext_noop("The body must be a JSON object."),
}
OTHERWISE = gettext_noop("“%(name)s” could not be understood.")
DAMAGED = gettext_noop("The body of the request could not be read: it is damaged, or not a form.")


class Misunderstood(AppError):
    status = 422

    def __init__(self, sentence: str, **places: object) -> None:
        self.sentence = sentence
        super().__init__(**places)


def explain(error: Mapping[str, Any]) -> Misunderstood:
    """One of Pydantic's errors as it is told to whoever sent the request."""
    context = error.get("ctx", {})
    places = {"name": _name(error["loc"]), **context}
    if error["type"] == "literal_error":
        places["expected"] = ", ".join(re.findall(r"'([^']+)'", context["expected"]))
    return Misunderstood(SENTENCES.get(error["type"], OTHERWISE), **places)


def _name(place: tuple[str | int, ...]) -> str:
    """Of the field. The sender may have made it up, so it is cut, and holds nothing that cannot be encoded."""
    name = ".".join(map(str, place[1:] or place))
    return name[:LONGEST_NAME].encode(errors="replace").decode()
