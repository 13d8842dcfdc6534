"""Jinja made to write what our templates are: a page puts in ten thousand texts and calls a thousand macros."""

from __future__ import annotations

import re
from types import FunctionType
from typing import Any

from jinja2.compiler import CodeGenerator, Frame
from jinja2.nodes import Expr, Template
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape

_find_special = re.compile("[&<>'\"]").search


def put(value: Any) -> str:
    """What is put into a page, escaped: as `escape`, but that it makes no Markup of what is joined at once."""
    kind = type(value)
    if kind is str:
        text: str = escape(value) if _find_special(value) else value
    elif kind is Markup:
        text = value
    else:
        text = str(value) if kind is int else escape(value)
    return text


class Compiler(CodeGenerator):
    """Writes `put` for `escape` where something is put out."""

    def visit_Template(self, node: Template, frame: Frame | None = None) -> None:
        self.writeline(f"from {__name__} import put")
        super().visit_Template(node, frame)

    def _output_child_pre(self, node: Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("put(")
        else:
            super()._output_child_pre(node, frame, finalize)


class Called(Context):
    """Calls macros and plain functions without asking each whether it wants to be given more."""

    def call(self, callee: Any, /, *args: Any, **more: Any) -> Any:
        kind = type(callee)
        if kind is Macro or (kind is FunctionType and not hasattr(callee, "jinja_pass_arg")):
            more.pop("_loop_vars", None)
            more.pop("_block_vars", None)
            return callee(self.eval_ctx, *args, **more) if kind is Macro else callee(*args, **more)
        return super().call(callee, *args, **more)
