"""The kinds of failure we expect. Anything else is a bug and is not caught."""

from __future__ import annotations

from kinograph.i18n import Sentence, gettext_noop


class AppError(Exception):
    """Something a person can put right. `sentence` is what they read; the detail behind it never leaves the log.

    A sentence may hold %(name)s places, filled from the keyword arguments. `heading` stands above it on a page.
    """

    status = 400
    heading = gettext_noop("That did not work.")
    sentence = gettext_noop("That did not work.")
    retry_after: int | None = None  # seconds, where trying again later is worth it

    def __init__(self, **details: object) -> None:
        super().__init__(self.sentence, details)
        self.details = details

    def __str__(self) -> str:
        return str(self.said)

    @property
    def said(self) -> Sentence:
        """The sentence, to be kept."""
        return Sentence(self.sentence, places=self.details)

    def __reduce__(self) -> tuple[object, ...]:
        """Errors come back from the processes that read uploads."""
        return _restore, (type(self), self.details)


def _restore(kind: type[AppError], details: dict[str, object]) -> AppError:
    return kind(**details)


class NotFound(AppError):
    status = 404
    heading = gettext_noop("There is no such page.")
    sentence = gettext_noop(
        "There is nothing at this address. It may be mistyped, or its page has been deleted. Start from the home page."
    )


class SourceError(Exception):
    """The outside failed. Retried by the job engine unless `permanent`."""

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent
