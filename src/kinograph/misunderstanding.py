"""What is wrong with a request, in words for people: a library's own are English and about its types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kinograph.errors import AppError
from kinograph.i18n import gettext, noop


class Misunderstood(AppError):
    status = 422
    sentence = noop("The request could not be understood. %(where)s: %(why)s.")


class NotUnderstood(AppError):
    status = 422
    sentence = noop("The request could not be understood. Its body is damaged, or not of the kind that is taken here.")


REASONS = {
    "missing": noop("it is missing"),
    "extra_forbidden": noop("nothing of that name is known here"),
    "int_parsing": noop("a whole number is expected"),
    "int_type": noop("a whole number is expected"),
    "int_from_float": noop("a whole number is expected"),
    "int_parsing_size": noop("the number is too large"),
    "bool_parsing": noop("true or false is expected"),
    "string_type": noop("a text is expected"),
    "uuid_parsing": noop("that is no id of ours"),
}
OTHERWISE = noop("it is not what is expected there")


def explain(error: Mapping[str, Any]) -> AppError:
    """A refusal for the first thing that a validation found wrong."""
    _, *names = error["loc"]
    where = ".".join(str(name) for name in names if isinstance(name, str))
    if not where or error["type"] == "json_invalid":
        return NotUnderstood()
    return Misunderstood(where=where, why=_why(error["type"], error.get("ctx", {})))


def _why(kind: str, limits: Mapping[str, Any]) -> str:
    match kind:
        case "greater_than_equal":
            return gettext("%(least)s or more is expected", least=limits["ge"])
        case "less_than_equal":
            return gettext("%(most)s or less is expected", most=limits["le"])
        case "less_than":
            return gettext("less than %(bound)s is expected", bound=limits["lt"])
        case "string_too_long":
            return gettext("%(most)s characters at most are expected", most=limits["max_length"])
        case "literal_error" | "enum":
            expected = str(limits["expected"]).replace(" or ", ", ").replace("'", "")
            return gettext("one of these is expected: %(choices)s", choices=expected)
    return gettext(REASONS.get(kind, OTHERWISE))
