"""What holds a few values and never changes: a page makes a thousand of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(kind: type[T]) -> type[T]:
    """As `dataclass(frozen=True, slots=True)`, made in less than half the time: that nothing sets a value of it later,
    the type checker sees to."""
    return dataclass(slots=True, unsafe_hash=True)(kind)
