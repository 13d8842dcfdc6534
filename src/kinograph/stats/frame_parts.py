"""What filters keep of a frame: its rows, and no copy of any column until somebody asks for it."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kinograph.stats.columns import Columns, Flags
from kinograph.stats.frames import DerivedFrames, Frame
from kinograph.stats.makers import Makers
from kinograph.stats.page_cache import PageCache


class Part(Frame):
    """Some films of a frame, and some viewings of these."""

    def __init__(self, frame: Frame, films: Flags, viewings: Flags) -> None:
        """Flags of all rows of the whole; `frame` may be a part itself."""
        shared = ("people", "companies", "lists", "listed", "collections", "stamps")
        own = {"pages": PageCache(), "derived": DerivedFrames(), "told_until": frame.until, "_whole": frame.whole}
        # A frame is frozen; this is where it comes to be.
        self.__dict__.update(own | {name: getattr(frame, name) for name in shared})
        self.__dict__.update(film_flags=films, viewing_flags=viewings)

    @property
    def whole(self) -> Frame:
        whole: Frame = self.__dict__["_whole"]
        return whole

    @property
    def columns(self) -> Columns:
        return self.whole.columns

    @property
    def diary(self) -> Columns:
        return self.whole.diary

    @property
    def makers(self) -> Makers:
        return self.whole.makers

    @property
    def scalars(self) -> pl.DataFrame:
        return self.films

    @property
    def film_of_viewing(self) -> NDArray[np.int32]:
        return self.whole.film_of_viewing

    @cached_property
    def films(self) -> pl.DataFrame:
        """Without their lists, which `of_films` has."""
        return self.whole.scalars.filter(pl.Series(self.film_flags))

    @cached_property
    def watched(self) -> pl.DataFrame:
        """Likewise without lists."""
        are_all = len(self.of_watched) == len(self.of_films)
        return self.films if are_all else self.whole.scalars.filter(pl.Series(self.watched_flags))

    @cached_property
    def viewings(self) -> pl.DataFrame:
        return self.whole.viewings.filter(pl.Series(self.viewing_flags))
