"""What the supervisor says of the database to a web server that it started before there was one."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Mapping


def tell(listeners: socket.socket, environ: Mapping[str, str]) -> None:
    """Raises BrokenPipeError where nobody is left who listens."""
    listeners.sendall(json.dumps(environ).encode())


def hear(number: int) -> bool:
    """Waits until it is said, at the socket of that number, and takes it into the environment. False when whoever was
    to say it has ended. It is looked at and left there: a fork that migrates hears the same."""
    with socket.socket(fileno=os.dup(number)) as listening:
        said = listening.recv(1 << 16, socket.MSG_PEEK)
    os.environ.update(json.loads(said or "{}"))
    return bool(said)
