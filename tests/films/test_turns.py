from __future__ import annotations

import asyncio
import random

from kinograph.films.rate_limiter import RateLimiter
from kinograph.films.turns import TURN, Gate


async def test_the_highest_turn_goes_first_and_within_a_turn_who_came_first() -> None:
    gate, passed = Gate(RateLimiter(1000), connections=1), []

    async def go(name: str, turn: int) -> None:
        TURN.set(turn)
        async with gate.pass_through():
            passed.append(name)
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as group:
        for name, turn in (("first", -9), ("low", -9), ("high", -2), ("low too", -9), ("question", 1000)):
            group.create_task(go(name, turn))
    assert passed == ["question", "high", "first", "low", "low too"]


async def test_what_is_followed_goes_before_its_neighbors_and_behind_who_is_far_ahead() -> None:
    gate, passed = Gate(RateLimiter(1000), connections=1, head_start=5), []

    async def go(name: str, turn: int, is_followed: bool) -> None:
        TURN.set(turn)
        async with gate.pass_through(is_followed=is_followed):
            passed.append(name)
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as group:
        for name, turn, is_followed in (
            *(("first", -1, False), ("details", -11, False), ("search far behind", -17, True)),
            *(("search", -15, True), ("far ahead", -9, False)),
        ):
            group.create_task(go(name, turn, is_followed))
    assert passed == ["first", "far ahead", "search", "details", "search far behind"]


async def test_who_is_cancelled_while_it_waits_holds_nobody_up() -> None:
    chance, gate, inside, passed = random.Random(1), Gate(RateLimiter(1000), connections=1), 0, 0

    async def go(turn: int) -> None:
        nonlocal inside, passed
        TURN.set(turn)
        async with gate.pass_through():
            inside += 1
            try:
                assert inside == 1
                await asyncio.sleep(0)  # where it may be cancelled as well
                passed += 1
            finally:
                inside -= 1

    waiting = [asyncio.create_task(go(chance.randrange(5))) for _ in range(200)]
    while not all(task.done() for task in waiting):
        chance.choice(waiting[::2]).cancel()
        await asyncio.sleep(0)
    assert passed >= 100
    await asyncio.wait_for(go(0), 1)


async def test_who_comes_now_and_goes_first_does_not_let_the_schedule_slip() -> None:
    since: list[float | None] = []

    class Noting(RateLimiter):
        async def wait(self, asked: float | None = None) -> float:
            since.append(asked)
            return await super().wait(asked)

    gate = Gate(Noting(1000), connections=100)

    async def go(turn: int) -> None:
        TURN.set(turn)
        async with gate.pass_through():
            pass

    async with asyncio.TaskGroup() as group:
        waiting = [group.create_task(go(0)) for _ in range(20)]
        while not all(task.done() for task in waiting):
            await asyncio.sleep(0)
            if len(since) % 2 and len(since) < 40:
                group.create_task(go(1))
    assert len(set(since)) == 1  # while somebody waits it is kept up from when the first of them came
