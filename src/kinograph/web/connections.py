"""Which part of a process's connections to the database is for what."""

from __future__ import annotations

from dataclasses import dataclass

LISTENING = 1  # hears of deleted sessions
MOST_READING = 4


@dataclass(frozen=True, slots=True)
class Connections:
    """Of a web process, beside the one that listens: `requests` share a pool, `frames` are read by so many at once."""

    requests: int
    frames: int

    @classmethod
    def divide(cls, most: int, *, cores: int) -> Connections:
        """A third is for frames, though no more than the cores can read, and never fewer than two where there is room:
        a large session would keep all others waiting."""
        frames = min(max(2, cores), MOST_READING, most // 3)
        return cls(requests=most - LISTENING - frames, frames=frames)
