"""How the log looks: a line an event, for people or for programs, without ids, titles or tokens of anybody."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

from kinograph.settings import Settings

TALKATIVE = ("uvicorn", "alembic", "pgqueuer")


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
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler])
    if settings.log_level == "info":
        for name in TALKATIVE:
            logging.getLogger(name).setLevel(logging.WARNING)
