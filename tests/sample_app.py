"""The sample, served by an app of the test's own, and the frame that its pages are drawn from."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from kinograph.settings import Settings
from kinograph.stats.frames import Frame
from tests import applications


@pytest.fixture
async def made(settings: Settings, sampled: str) -> AsyncIterator[FastAPI]:
    async with applications.running(settings) as made:
        yield made


@pytest.fixture
async def visitor(made: FastAPI) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(made), base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture
async def frame(made: FastAPI) -> Frame:
    progress = await made.state.progress_cache.progress(made.state.sample_id)
    read: Frame = await made.state.frames.frame(made.state.sample_id, progress.version)
    return read
