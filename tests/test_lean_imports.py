"""Libraries are loaded without their documentation, and are otherwise what they are."""

from __future__ import annotations

import inspect
import subprocess
import sys
from typing import Any

import pytest

from kinograph.running import lean_imports

LONG = "Says at length what " + "nobody who runs this program " * 3 + "reads."
SOURCE = f'''
"""{LONG}"""

def documented(value="{LONG}"):
    """{LONG}"""
    return [value, "{LONG} And more."]

def undocumented():
    return "{LONG}"

def short():
    """Brief."""

class Documented:
    """{LONG}"""

    said = "{LONG} And more."

    def method(self):
        """{LONG}"""
        return __class__.__name__

class Undocumented:
    said = "{LONG}"

class Inner:
    class Most:
        """{LONG}"""

chosen = (lambda: "{LONG}")()
each = ["{LONG}" + letter for letter in "a"]
'''

LOADED = """
from kinograph.running import lean_imports
lean_imports.install()
import sqlalchemy, polars
from kinograph.web import app
print(sqlalchemy.Select.where.__doc__, polars.DataFrame.__doc__, polars.Expr.filter.__doc__)
print(app.include_pages.__doc__)
print(polars.Series([3, 1, 2]).sort().gather([0, 2]).cum_sum().to_list())
"""


def test_the_first_text_of_a_function_stays_where_a_flag_says_that_it_is_no_documentation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def documented() -> None:
        """Stands at length where Python 3.14 has the first text that a function uses, whatever that is."""

    monkeypatch.setattr(inspect, "CO_HAS_DOCSTRING", 0, raising=False)
    assert lean_imports.strip(documented.__code__) is documented.__code__
    monkeypatch.undo()
    assert lean_imports.strip(documented.__code__).co_consts[0] is None


def test_only_the_documentation_of_functions_and_classes_goes() -> None:
    code = compile(SOURCE, "source", "exec")
    before, after = run(code), run(lean_imports.strip(code))

    assert [before[name].__doc__ for name in ("documented", "Documented")] == [LONG, LONG]
    assert [after[name].__doc__ for name in ("documented", "Documented")] == [None, None]
    assert after["Documented"].method.__doc__ is None
    assert after["Inner"].Most.__doc__ is None
    assert after["short"].__doc__ == "Brief."
    assert tell(after) == tell(before)


def test_what_has_no_documentation_is_the_same_object() -> None:
    code = compile("def greet(name):\n    return 'Hello, ' + name", "source", "exec")
    assert lean_imports.strip(code) is code


def test_libraries_lose_it_and_we_do_not() -> None:
    libraries, ours, sums = subprocess.check_output([sys.executable, "-c", LOADED], text=True).splitlines()

    assert libraries == "None None None"
    assert ours.startswith("The pages of sessions")
    assert sums == "[1, 4]"


def run(code: Any) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "source"}
    exec(code, names)
    return names


def tell(names: dict[str, Any]) -> list[object]:
    """What all of it says."""
    documented = names["Documented"]
    said: list[object] = [names["documented"](), names["undocumented"](), names["short"](), names["__doc__"]]
    said += [documented.said, documented().method(), documented.__qualname__, names["Undocumented"].said]
    return [*said, names["Inner"].Most.__qualname__, names["chosen"], names["each"]]
