"""Libraries without their documentation: 5 MB of what the web server has loaded are texts that only `help()` shows."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType

LIBRARIES = frozenset({"polars", "sqlalchemy"})
"""Those with the most of it that were looked through for what reads it. NumPy does, which edits its own."""
KEPT = re.compile(r"sqlalchemy\..*events|polars\.series\b.*")
"""The first assert theirs. The second tell by it which of their methods are empty."""
SHORT = 60  # characters; below, the copy of a function's code costs more than the text


def install() -> None:
    """For what is imported from now on. Python's `-OO` would take our own descriptions of the API as well, and would
    have every library compiled again."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder:
    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name.partition(".")[0] not in LIBRARIES or KEPT.fullmatch(name):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec and type(spec.loader) is SourceFileLoader:
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


class _Loader(SourceFileLoader):
    def get_code(self, fullname: str) -> CodeType | None:
        code = super().get_code(fullname)
        return code and strip(code)


def strip(code: CodeType) -> CodeType:
    """Without the documentation of its functions and classes; that of a module stays, as some work with it."""
    constants = [strip(each) if isinstance(each, CodeType) else each for each in code.co_consts]
    if (place := _find_documentation(code)) is not None:
        constants[place] = None
    if all(new is old for new, old in zip(constants, code.co_consts, strict=True)):
        return code
    return code.replace(co_consts=tuple(constants))


def _find_documentation(code: CodeType) -> int | None:
    """Where among the constants of a function or a class it is. A function's are first, else there is None; a class
    begins with its name."""
    if code.co_name.startswith("<"):
        return None
    is_function = bool(code.co_flags & inspect.CO_OPTIMIZED)
    # From Python 3.14 on a flag says it, and a function without any begins with whatever text it uses first.
    says_so = code.co_flags & getattr(inspect, "CO_HAS_DOCSTRING", inspect.CO_OPTIMIZED)
    if not (says_so if is_function else "__doc__" in code.co_names):
        return None
    for place in (0,) if is_function else (1, 2):
        if place < len(code.co_consts) and isinstance(said := code.co_consts[place], str):
            return place if len(said) >= SHORT else None
    return None
