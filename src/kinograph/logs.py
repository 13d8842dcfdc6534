"""How the log looks: a line an event, for people or for programs, without ids, titles or tokens of anybody."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

from kinograph.settings import Settings

TALKATIVE = ("uvicorn", "alembic", "pgqueuer")


# What the queue and the pool of connections log by themselves.
QUEUE = ("pgqueuer", "asyncpg.pool")
AGAIN_SECONDS = 60.0
# Of PostgreSQL's codes: no connection, no such account or database, no room, stopped by somebody, a failing system.
TROUBLE = ("08", "28", "3D", "53", "57", "58")


class OnceAMinute(logging.Filter):
    """Lets the queue's complaints of a database that is away or full pass as a line, each kind once a minute: they come
    with a traceback, many times a second, and the log may lie on the disk that is full."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if record.name not in QUEUE or record.levelno < logging.WARNING or (error and not is_trouble(error)):
            return True
        kind = str(record.msg), name(error) if error else ""
        if record.created - self._said.get(kind, -AGAIN_SECONDS) < AGAIN_SECONDS:
            return False
        self._said[kind] = record.created
        if error:
            record.msg, record.args, record.exc_info = f"{record.getMessage()}: {kind[1]}", (), None
        return True


def is_trouble(error: BaseException) -> bool:
    """Whether it says that the database, or the network, is away or full: no bug of ours."""
    if isinstance(error, BaseExceptionGroup):
        return all(map(is_trouble, error.exceptions))
    if cause := getattr(error, "orig", None):  # SQLAlchemy stands around its driver, and that around another
        return is_trouble(cause.__cause__ or cause)
    code = getattr(error, "sqlstate", None) or ""
    # asyncpg's own, by their names: those of a connection that broke off under a statement.
    lost = type(error).__name__ in ("InterfaceError", "InternalClientError")
    return isinstance(error, OSError) or code[:2] in TROUBLE or lost


def name(error: BaseException) -> str:
    """Without its text, which may quote a row or an address."""
    if isinstance(error, BaseExceptionGroup):
        return ", ".join(dict.fromkeys(map(name, error.exceptions)))
    cause = getattr(error, "orig", None)
    return name(cause.__cause__ or cause) if cause else type(error).__name__


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "event": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def begin(settings: Settings) -> None:
    """Everything goes to standard error."""
    handler = logging.StreamHandler()
    text = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s", datefmt="%H:%M:%S")
    handler.setFormatter(JsonLines() if settings.log_format == "json" else text)
    handler.addFilter(OnceAMinute())
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler])
    # It warns of each damaged form, and so of whatever a stranger likes to send.
    logging.getLogger("python_multipart").setLevel(logging.ERROR)
    if settings.log_level == "info":
        for name in TALKATIVE:
            logging.getLogger(name).setLevel(logging.WARNING)
