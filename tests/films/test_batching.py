from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from kinograph.films.batching import Batched


async def test_those_who_ask_in_one_moment_share_a_run() -> None:
    runs: list[list[int]] = []

    async def double(items: Sequence[int]) -> list[int]:
        runs.append(list(items))
        return [2 * item for item in items]

    doubled = Batched(double, seconds=0.001, most=3)

    assert await asyncio.gather(*map(doubled, range(5))) == [0, 2, 4, 6, 8]
    assert runs == [[0, 1, 2], [3, 4]]


async def test_what_cannot_be_done_takes_none_of_the_others_with_it() -> None:
    async def invert(items: Sequence[int]) -> list[float]:
        return [1 / item for item in items]

    inverted = Batched(invert, seconds=0.001, most=10)
    results = await asyncio.gather(*map(inverted, (1, 0, 2)), return_exceptions=True)

    assert results[0] == 1
    assert isinstance(results[1], ZeroDivisionError)
    assert results[2] == 0.5


async def test_an_asker_that_goes_away_leaves_the_others_served() -> None:
    async def same(items: Sequence[int]) -> Sequence[int]:
        return items

    served = Batched(same, seconds=0.01, most=10)
    gone, stays = asyncio.create_task(served(1)), asyncio.create_task(served(2))
    await asyncio.sleep(0)
    gone.cancel()

    assert await stays == 2
    with pytest.raises(asyncio.CancelledError):
        await gone
