"""What was drawn of a frame, kept as long as the frame is."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from sys import getsizeof
from threading import Lock
from typing import Any, TypeVar

Named = TypeVar("Named", bound=Sequence[tuple[str, str]])


class CardCache:
    """What was drawn of a frame, each under a name. It is forgotten with its frame, so none is of another version."""

    MOST = 48
    """The pages of a session, a few times over; what was asked for longest ago gives way."""

    def __init__(self) -> None:
        self._drawn: OrderedDict[Hashable, Future[Any]] = OrderedDict()
        self._lock = Lock()

    def get_or_draw(self, key: Hashable, draw: Callable[[], Named]) -> Named:
        """Draws what is not there yet, once however many threads ask; a failure is every asker's, and tried again."""
        with self._lock:
            drawing = self._drawn.get(key)
            if is_mine := drawing is None:
                drawing = self._drawn[key] = Future()
            self._drawn.move_to_end(key)
            if len(self._drawn) > self.MOST:
                self._drawn.popitem(last=False)
        if is_mine:
            try:
                drawing.set_result(draw())
            except BaseException as error:
                with self._lock:
                    self._drawn.pop(key, None)
                drawing.set_exception(error)
        drawn: Named = drawing.result()
        return drawn

    @property
    def bytes(self) -> int:
        with self._lock:
            drawings = [drawing for drawing in self._drawn.values() if drawing.done() and not drawing.exception()]
        return sum(getsizeof(text) for drawing in drawings for _, text in drawing.result())
