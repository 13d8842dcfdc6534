"""The command line. Each command imports only what it runs, since a start waits for every import."""

from __future__ import annotations

import argparse
import gc
import getpass
import logging
import re
import sys
from collections.abc import Callable, Sequence
from functools import partial

from kinograph import logs, settings
from kinograph.accounts import command_line as accounts
from kinograph.backups import command_line as backups
from kinograph.i18n import gettext
from kinograph.settings import Settings, SettingsError

log = logging.getLogger(__name__)

Command = Callable[[Settings, argparse.Namespace], int]
KEY_PAGE = "https://www.themoviedb.org/settings/api"


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 0, 1 when it could not be done, 2 when a setting or the command line is wrong."""
    given = _parser().parse_args(arguments)
    try:
        found = settings.read()
        logs.begin(found)
        command: Command = given.command
        return command(found, given)
    except SettingsError as error:
        return _complain(error, 2)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kinograph", description=gettext("Your life in film."))
    parser.set_defaults(command=lambda found, given: _help(parser))
    commands = parser.add_subparsers(title=gettext("commands"), metavar="")

    def add(name: str, command: Command, help: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=help, description=help)
        added.set_defaults(command=command)
        return added

    add("run", _run, gettext("Run everything: database, web server and worker."))
    web = add("web", _web, gettext("Run the web server alone, with the database of DATABASE_URL."))
    web.add_argument("--migrate", action="store_true", help=gettext("bring the tables up to date first"))
    web.add_argument("--listener", type=int, help=argparse.SUPPRESS)
    worker = add("worker", _worker, gettext("Run one worker alone, with the database of DATABASE_URL."))
    web.add_argument("--told", type=int, help=argparse.SUPPRESS)
    web.add_argument("--worker", help=argparse.SUPPRESS)
    worker.add_argument("--holder", help=argparse.SUPPRESS)
    worker.add_argument("--lease", type=float, help=argparse.SUPPRESS)
    web.add_argument("--supervised", action="store_true", help=argparse.SUPPRESS)
    add("migrate", _migrate, gettext("Bring the tables of DATABASE_URL and the sample up to date."))
    key = add("key", _key, gettext("Store the TMDB key, asked for or read from standard input."))
    key.add_argument("--remove", action="store_true", help=gettext("delete the stored key"))
    add("doctor", _doctor, gettext("Check the database, the worker, the key and the queue, and say what to do."))
    backups.add_commands(add, _backups)
    accounts.add_actions(add("account", _account, gettext("Make, list, reset and delete accounts.")))
    add("version", _version, gettext("Print the version."))
    return parser


def _help(parser: argparse.ArgumentParser) -> int:
    parser.print_help()
    return 0


def _run(found: Settings, given: argparse.Namespace) -> int:
    from kinograph.running.postgres_programs import NoPostgres
    from kinograph.running.supervisor import CannotRun, Supervisor

    try:
        Supervisor(found).run()
    except (CannotRun, NoPostgres) as error:
        return _complain(error, 1)
    return 0


def _web(found: Settings, given: argparse.Namespace) -> int:
    _begin(found, given)
    import socket

    from kinograph.running import beside, loops, processes

    gc.disable()  # until it serves: nothing that is imported is garbage, and to look takes a fifth of the time
    if given.worker:
        from kinograph.worker import leader
    if given.migrate:
        import kinograph.sample.session  # noqa: F401 - here: what only the fork loads is loaded twice
    migrating = processes.fork(lambda: _migrate(_told(found, given), given)) if given.migrate else None
    from kinograph.web import app, http_server

    found = _told(found, given)
    if code := migrating() if migrating else _check_tables(found):
        return code
    worker = None
    if given.worker:
        work = partial(leader.work_until, settings=found, holder=given.worker)
        worker = beside.Beside("worker", work, loop_factory=loops.find_factory())
    server = http_server.make_server(app.create(found), found, beside=worker)
    server.run(None if given.listener is None else [socket.socket(fileno=given.listener)])
    return 0 if server.started else 1


def _told(found: Settings, given: argparse.Namespace) -> Settings:
    """The settings, with what the supervisor says of the database that it brings: that is waited for."""
    if given.told is None:
        return found
    from kinograph.running import told

    if not told.hear(given.told):
        sys.exit(0)
    return settings.read()


def _worker(found: Settings, given: argparse.Namespace) -> int:
    _begin(found, given)
    import asyncio

    gc.disable()  # as above
    from kinograph.running import loops
    from kinograph.worker import leader
    from kinograph.worker.lead import LEASE_SECONDS

    gc.freeze()
    gc.enable()
    if code := _check_tables(found):
        return code
    with asyncio.Runner(loop_factory=loops.find_factory()) as runner:
        runner.run(leader.work(found, holder=given.holder, lease=given.lease or LEASE_SECONDS))
    return 0


def _check_tables(found: Settings) -> int:
    """Not 0, with a sentence, where a newer version has been at work. A database that is away is waited for."""
    import asyncio

    import asyncpg

    from kinograph import database

    assert found.session_url
    try:
        asyncio.run(database.check_tables(found.session_url))
    except database.TablesNewer as error:
        return _complain(error, 1)
    except (database.TablesMissing, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        pass  # said by what then runs
    return 0


def _migrate(found: Settings, given: argparse.Namespace) -> int:
    url = found.direct_url or _need_database(found)
    from sqlalchemy.exc import DBAPIError

    from kinograph import database

    try:
        _bring_up_to_date(url)
    except database.TablesNewer as error:
        return _complain(error, 1)
    except OSError as error:
        return _complain(gettext("DATABASE_URL: the database cannot be reached: %(why)s", why=error), 1)
    except DBAPIError as error:
        if error.statement is not None:
            raise
        if "unsupported startup parameter" in str(error.orig):
            pooler = gettext(
                "DATABASE_URL leads to a pooler. Give the address of PostgreSQL itself as KINOGRAPH_DIRECT_URL, too."
            )
            return _complain(pooler, 1)
        return _complain(gettext("DATABASE_URL: the database refused the connection: %(why)s", why=error.orig), 1)
    return 0


def _bring_up_to_date(url: str) -> None:
    from kinograph import database
    from kinograph.lists import seeding
    from kinograph.sample import session as sample

    database.migrate(url)
    sample.seed(url)
    seeding.seed(url)


def _doctor(found: Settings, given: argparse.Namespace) -> int:
    import asyncio

    from kinograph.operator import doctor
    from kinograph.running import postgres
    from kinograph.running.postgres_programs import NoPostgres

    try:
        url = found.session_url or postgres.find_address(found.data_dir)
    except NoPostgres as error:
        return _complain(error, 1)
    if url is None:
        return _complain(gettext("There is no database yet; “kinograph run” makes one."), 1)
    findings = asyncio.run(doctor.examine(found, url))
    if found.oidc_issuer:
        from kinograph.accounts import openid

        said, is_ill = asyncio.run(openid.examine(found))
        findings.append(doctor.Finding(said, doctor.Ill.PROVIDER if is_ill else None))
    for finding in findings:
        _say(f"{'!' if finding.needs_a_hand else '·'} {finding.sentence}")
    return 1 if any(finding.needs_a_hand for finding in findings) else 0


def _key(found: Settings, given: argparse.Namespace) -> int:
    from kinograph.settings.tmdb_key import TmdbKey, store_key

    if given.remove:
        store_key(found, None)
        _say(gettext("The stored key has been deleted."))
        return 0
    key = TmdbKey(_ask_key())
    if not re.fullmatch(r"[!-~]{8,4096}", key.value):
        return _complain(gettext("That is not a TMDB key. A key is one word of letters and digits."), 1)
    if not key.looks_real:
        _say(gettext("TMDB's keys usually look different. This one has been stored anyway."))
    store_key(found, key)
    _say(gettext("Stored in %(path)s. A running worker picks it up by itself.", path=found.key_file))
    if found.tmdb_access_token or found.tmdb_api_key:
        _say(gettext("TMDB_ACCESS_TOKEN or TMDB_API_KEY is also set and takes precedence."))
    return 0


def _account(found: Settings, given: argparse.Namespace) -> int:
    from kinograph.errors import AppError
    from kinograph.running import postgres
    from kinograph.running.postgres_programs import NoPostgres

    try:
        url = found.session_url or postgres.find_address(found.data_dir)
        if url is None:
            return _complain(gettext("There is no database yet; “kinograph run” makes one."), 1)
        _say(accounts.run(found, given, url))
    except (NoPostgres, AppError) as error:
        return _complain(error, 1)
    return 0


def _backups(found: Settings, given: argparse.Namespace) -> int:
    from kinograph.backups.archive import BackupError
    from kinograph.running.postgres_programs import NoPostgres

    try:
        _say(backups.run(found, given, migrate=_bring_up_to_date))
    except (BackupError, NoPostgres) as error:
        return _complain(error, 1)
    return 0


def _version(found: Settings, given: argparse.Namespace) -> int:
    from importlib.metadata import version

    _say(version("kinograph"))
    return 0


def _ask_key() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    _say(gettext("You get one with a free TMDB account: %(url)s", url=KEY_PAGE))
    return getpass.getpass(gettext("API read access token or API key: ")).strip()


def _need_database(found: Settings) -> str:
    if found.database_url is None:
        raise SettingsError(
            gettext("DATABASE_URL: this command needs it. Only “kinograph run” starts a database of its own.")
        )
    return found.database_url


def _begin(found: Settings, given: argparse.Namespace) -> None:
    from kinograph.running import lean_imports, processes

    if not getattr(given, "told", None):
        _need_database(found)
    lean_imports.install()
    if getattr(given, "supervised", False) and sys.platform != "linux":
        processes.follow_parent()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _complain(text: object, code: int) -> int:
    sys.stderr.write(f"kinograph: {text}\n")
    return code
