"""A session's files to take along, its owner's alone; programs get them with a key, too."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from kinograph.sessions.access import ProgressOf, need_owner
from kinograph.sessions.everything import write_everything
from kinograph.sessions.imdb_file import write_imdb
from kinograph.sessions.letterboxd_files import write_letterboxd
from kinograph.sessions.progress import Progress
from kinograph.sessions.spooling import Write, answer_file

router = APIRouter(prefix="/session/{session_id}", include_in_schema=False)


@router.get("/letterboxd.zip")
async def download_letterboxd(request: Request, progress: ProgressOf) -> Response:
    return await _answer(request, progress, "letterboxd.zip", "application/zip", write_letterboxd)


@router.get("/imdb.csv")
async def download_imdb(request: Request, progress: ProgressOf) -> Response:
    return await _answer(request, progress, "imdb.csv", "text/csv; charset=utf-8", write_imdb)


@router.get("/everything.json")
async def download_everything(request: Request, progress: ProgressOf) -> Response:
    return await _answer(request, progress, "everything.json", "application/json", write_everything)


async def _answer(request: Request, progress: Progress, name: str, media_type: str, write: Write) -> Response:
    async with request.app.state.engine.connect() as db:  # given back before the file is written
        await need_owner(request, progress, db)
    return await answer_file(request, progress, name, media_type, write)
