"""What the database's drivers raise, and which of it is said to people."""

from __future__ import annotations

import logging
import traceback

import asyncpg
from adbc_driver_postgresql import dbapi as adbc
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from kinograph.errors import AppError
from kinograph.i18n import gettext_noop

log = logging.getLogger(__name__)

RAISED = (
    DBAPIError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    adbc.Error,
    PoolTimeout,  # each connection of the pool is in use
    TimeoutError,
    ConnectionError,
)

# What the database says of a wrong statement; everything else it raises is its being away, or busy.
OUR_OWN_FAULT = (
    ProgrammingError,
    DataError,
    IntegrityError,
    asyncpg.SyntaxOrAccessError,
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
)
OUR_OWN_STATES = ("22", "23", "42")  # how PostgreSQL's codes of the same begin: ADBC's classes mix them with others


class DatabaseAway(AppError):
    status = 503
    heading = gettext_noop("Not now.")
    sentence = gettext_noop(
        "The database cannot be reached at the moment. Try again in a few seconds; nothing is lost."
    )
    retry_after = 5


class Broken(AppError):
    status = 500
    heading = gettext_noop("That broke.")
    sentence = gettext_noop("Something went wrong on our side. Nothing you stored is lost; try again.")


def explain(error: Exception) -> AppError:
    """What people are told of one of the RAISED; the log is told its kind."""
    state = error.sqlstate if isinstance(error, adbc.Error) else None
    if isinstance(error, OUR_OWN_FAULT) or (state or "").startswith(OUR_OWN_STATES):
        # Where it was, but not what PostgreSQL says of it: that quotes the row.
        trace = "".join(traceback.format_tb(error.__traceback__))
        log.error("a statement failed: %s\n%s", type(error).__name__, trace)
        return Broken()
    log.error("the database cannot be used: %s", type(error).__name__)
    return DatabaseAway()
