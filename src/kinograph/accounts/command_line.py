"""`kinograph account`: its words. What they do is imported when they do it, since a start waits for every import."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from kinograph.i18n import gettext
from kinograph.settings import Settings

if TYPE_CHECKING:
    from kinograph.accounts import commands


def add_actions(account: argparse.ArgumentParser) -> None:
    actions = account.add_subparsers(dest="action", required=True, metavar="")

    def add(name: str, help: str, *, named: bool = True, admin: bool = False) -> None:
        action = actions.add_parser(name, help=help, description=help)
        if named:
            action.add_argument("name")
        if admin:
            action.add_argument("--admin", action="store_true", help=gettext("make it an administrator"))

    add("create", gettext("Make an account; its password is asked for or read from standard input."), admin=True)
    add("invite", gettext("Print a link with which somebody signs up, once."), named=False, admin=True)
    add("list", gettext("List all accounts."), named=False)
    add("reset", gettext("Print a link that sets a new password within an hour."))
    add("admin", gettext("Let an account administer this Kinograph."))
    add("no-admin", gettext("Let an account administer no longer."))
    add("delete", gettext("Delete an account with all that belongs to it, at once and for good."))


def run(found: Settings, given: argparse.Namespace, url: str) -> str:
    """Returns what is to be said. Raises AppError."""
    import asyncio

    from kinograph.accounts import commands

    actions: dict[str, Callable[[], commands.Action]] = {
        "create": lambda: commands.create(given.name, _ask_password(), is_admin=given.admin),
        "invite": lambda: commands.invite(is_admin=given.admin),
        "list": lambda: commands.list_all,
        "reset": lambda: commands.reset(given.name),
        "admin": lambda: commands.set_admin(given.name, is_admin=True),
        "no-admin": lambda: commands.set_admin(given.name, is_admin=False),
        "delete": lambda: commands.remove(given.name),
    }
    return asyncio.run(commands.run(actions[given.action](), found, url))


def _ask_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    return getpass.getpass(gettext("Password: "))
