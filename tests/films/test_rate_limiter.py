import asyncio
import math
import time

import pytest

from kinograph.films.rate_limiter import RateLimiter


async def moments(limiter: RateLimiter, n: int) -> list[float]:
    return list(await asyncio.gather(*(limiter.wait() for _ in range(n))))


@pytest.mark.parametrize("per_second", [40, 400])
async def test_the_rate_is_reached_and_never_passed(per_second: int) -> None:
    n = per_second + per_second // 2
    took: list[float] = []
    while len(took) < 4 and min(took, default=math.inf) > n / per_second * 1.15:  # a busy machine needs another try
        started = time.monotonic()
        sent = await moments(RateLimiter(per_second), n)
        took.append(time.monotonic() - started)
        assert all(later - sooner >= 1 for sooner, later in zip(sent, sent[per_second:], strict=False))
    assert min(took) <= n / per_second * 1.15  # 1.03 on a machine with nothing else to do


async def test_requests_are_evenly_spaced_from_the_first_on() -> None:
    sent = await moments(RateLimiter(100), 20)
    assert sent[-1] - sent[0] >= 0.15


async def test_idle_time_is_not_saved_up() -> None:
    limiter = RateLimiter(40)
    await moments(limiter, 2)
    await asyncio.sleep(0.2)
    sent = await moments(limiter, 6)
    assert sent[-1] - sent[0] >= 0.05


async def test_a_refusal_by_itself_makes_everyone_wait() -> None:
    limiter = RateLimiter(100)
    started = await limiter.wait()
    waiting = asyncio.create_task(moments(limiter, 3))
    pause = limiter.record_refusal(started)
    assert pause == pytest.approx(0.1, abs=0.02)
    assert min(await waiting) - started >= 0.1
    assert limiter.rate == 100


def test_refusals_soon_after_each_other_halve_the_rate() -> None:
    limiter = RateLimiter(100)
    for _ in range(3):
        limiter.record_refusal(time.monotonic() + 1)
    assert limiter.rate == 50


async def test_what_was_granted_before_a_refusal_tells_the_limit() -> None:
    limiter = RateLimiter(40)
    *_, last = await moments(limiter, 13)
    for _ in range(3):
        limiter.record_refusal(last + 0.0001)
        last = time.monotonic()
    later = time.monotonic() + 1
    for _ in range(10):
        limiter.record_success(later)
    assert 10 < limiter.rate < 13


async def test_refusals_of_one_burst_count_once() -> None:
    limiter = RateLimiter(80)
    sent = await moments(limiter, 4)
    for started in sent:
        limiter.record_refusal(started)
    assert limiter.rate == 80


async def test_the_source_says_how_long_to_wait() -> None:
    limiter = RateLimiter(80)
    assert limiter.record_refusal(await limiter.wait(), retry_after=30) == pytest.approx(30, abs=0.1)


def test_the_rate_never_falls_to_nothing_and_pauses_grow_to_a_minute() -> None:
    limiter = RateLimiter(40)
    pauses = [limiter.record_refusal(time.monotonic() + 1) for _ in range(11)]
    assert limiter.rate == 10
    assert [round(10 * pause) for pause in pauses] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600]


def test_the_rate_is_soon_nearly_back_and_then_creeps_up_to_the_full_one() -> None:
    limiter = RateLimiter(40)
    for _ in range(3):
        limiter.record_refusal(time.monotonic() + 1)
    assert limiter.rate == 20
    later, seconds, nearly = time.monotonic() + 2, 0.0, 0.0
    while limiter.rate < 40 and seconds < 100:
        nearly = nearly or (seconds if limiter.rate > 37 else 0.0)
        seconds += 1 / limiter.rate
        limiter.record_success(later)
    assert 1 < nearly < 3
    assert 10 < seconds < 60


async def test_grants_of_what_was_sent_before_a_refusal_do_not_speed_up() -> None:
    limiter = RateLimiter(40)
    before = await limiter.wait()
    for _ in range(3):
        limiter.record_refusal(time.monotonic() + 1)
    slowed = limiter.rate
    limiter.record_success(before)
    assert limiter.rate == slowed
