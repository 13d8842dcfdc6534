"""The key for TMDB: which one holds, and where it is kept."""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from kinograph.settings import Settings, make_data_dir

NO_TEXT = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class TmdbKey:
    value: str = field(repr=False)

    @property
    def is_api_key(self) -> bool:
        """An API key (32 hexadecimal figures) travels in the address; anything else is a bearer token."""
        return re.fullmatch(r"[0-9a-f]{32}", self.value) is not None

    @property
    def is_word(self) -> bool:
        """What is none can be no key, and not even be sent: a file of several lines, or of bytes that are no text."""
        return re.fullmatch(r"[!-~]+", self.value) is not None

    @property
    def looks_real(self) -> bool:
        return self.is_api_key or self.value.startswith("eyJ")


def find_key(settings: Settings) -> TmdbKey | None:
    """The key of the settings, else the one that `kinograph key` stored."""
    value = settings.tmdb_access_token or settings.tmdb_api_key
    if value is None:
        try:
            value = settings.key_file.read_bytes().decode(errors="replace").strip()
        except FileNotFoundError:
            return None
        except OSError:  # it may not be read, or is a folder
            value = NO_TEXT
    return TmdbKey(value) if value else None


class KeyWatch:
    """Tells a long-running worker which key holds, and reads the file again only when it was replaced."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._seen = self._stamp()
        self.key = self._told = find_key(settings)
        self.refused: TmdbKey | None = None
        """The key that TMDB refused last."""

    def has_hope(self) -> bool:
        """Whether there is a key that TMDB has not refused. Costs one stat."""
        self._look()
        return self.key is not None and self.key.is_word and self.key != self.refused

    def changed(self) -> bool:
        """True once after each change; `key` is then the one that holds. Costs one stat."""
        self._look()
        before, self._told = self._told, self.key
        return self.key != before

    def _look(self) -> None:
        stamp = self._stamp()
        if stamp != self._seen:
            self._seen = stamp
            self.key = find_key(self._settings)

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            stat = self._settings.key_file.stat()
        except FileNotFoundError:
            return None
        return stat.st_ino, stat.st_mtime_ns, stat.st_size


def store_key(settings: Settings, key: TmdbKey | None) -> None:
    """Replaces the key file in one step, so that a worker never reads half a key; None removes it."""
    if key is None:
        settings.key_file.unlink(missing_ok=True)
        return
    make_data_dir(settings.data_dir)
    handle, name = tempfile.mkstemp(dir=settings.data_dir, prefix="tmdb.key.")
    with os.fdopen(handle, "w") as file:
        file.write(key.value + "\n")
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(settings.key_file)
