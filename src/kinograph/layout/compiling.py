"""Jinja made to write what our templates are: a page puts in ten thousand texts and calls a thousand macros."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import FunctionType
from typing import Any

import jinja2
import markupsafe
from jinja2.compiler import CodeGenerator, Frame, MacroRef
from jinja2.environment import TemplateModule
from jinja2.nodes import Call, Expr, Getattr, Node, Template
from jinja2.runtime import Context, Macro
from jinja2.utils import missing
from markupsafe import Markup, escape

_escape_inner: Callable[[str], str] = getattr(markupsafe, "_escape_inner", lambda text: str(escape(text)))


def put(value: Any) -> str:
    """What is put into a page, escaped: as `escape`, but that it makes no Markup of what is joined at once."""
    kind = type(value)
    if kind is str:
        text: str = _escape_inner(value)
    elif kind is Markup:
        text = value
    else:
        text = str(value) if kind is int else escape(value)
    return text


def trust(text: str) -> Markup:
    """As `Markup(text)` of a text that is escaped already, in a third of the time."""
    return _new(Markup, text)


_new: Callable[[type[Markup], str], Markup] = str.__new__


class QuickMacro(Macro):
    """Takes what our macros are given: no *args, no **kwargs, and everything is escaped."""

    def __call__(self, *args: Any, **more: Any) -> Markup:
        given = len(args)
        if self.catch_kwargs or self.catch_varargs or self.explicit_caller or given > self._argument_count:
            return trust(super().__call__(*args, **more))
        if given < self._argument_count:
            args = (*args, *[more.pop(name, missing) for name in self.arguments[given:]])
        if self.caller:
            caller = more.pop("caller", None)
            args = (
                *args,
                self._environment.undefined("No caller defined", name="caller") if caller is None else caller,
            )
        if more:
            raise TypeError(f"macro {self.name!r} takes no keyword argument {next(iter(more))!r}")
        return trust(self._func(*args))


def call(context: Context, callee: Any, /, *args: Any, **more: Any) -> Any:
    """Calls macros and plain functions without asking each whether it wants to be given more."""
    kind = type(callee)
    if kind is QuickMacro or (kind is FunctionType and not hasattr(callee, "jinja_pass_arg")):
        return callee(*args, **more)
    return context.call(callee, *args, **more)


class Compiler(CodeGenerator):
    """Writes `put` for `escape` where something is put out, and calls without what only functions want that are
    given the context: ours are not."""

    def visit_Template(self, node: Template, frame: Frame | None = None) -> None:
        self.writeline(f"from {__name__} import QuickMacro, call, put")
        super().visit_Template(node, frame)

    def blockvisit(self, nodes: Iterable[Node], frame: Frame) -> None:
        """Gathers what a template or a block of one puts out: else each text comes up through all that stand around."""
        if frame.buffer is not None:
            super().blockvisit(nodes, frame)
            return
        self.buffer(frame)
        super().blockvisit(nodes, frame)
        self.writeline(f"yield concat({frame.buffer})")

    def visit_Getattr(self, node: Getattr, frame: Frame) -> None:
        """Asks Jinja for those alone that are no attribute, as of a dictionary."""
        given, found = self.temporary_identifier(), self.temporary_identifier()
        self.write(f"({found} if ({found} := getattr({given} := ")
        self.visit(node.node, frame)
        self.write(f", {node.attr!r}, missing)) is not missing else environment.getattr({given}, {node.attr!r}))")

    def visit_Call(self, node: Call, frame: Frame, forward_caller: bool = False) -> None:
        self.write("call(context, ")
        self.visit(node.node, frame)
        self.signature(node, frame, {"caller": "caller"} if forward_caller else None)
        self.write(")")

    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:
        self.write("Quick")  # before the `Macro(` of the other
        super().macro_def(macro_ref, frame)

    def _output_child_pre(self, node: Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("put(")
        else:
            super()._output_child_pre(node, frame, finalize)


class Once(jinja2.Template):
    """Its macros are defined once: nothing of ours gives a template globals of its own."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return self._module or super()._get_default_module(ctx)
