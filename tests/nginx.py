"""nginx as Debian packages it, in front of a running Kinograph: it asks for a password and says who has signed in."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.browser import free_port
from tests.pooler import wait_for_port

PROGRAM = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
ADDRESS = "127.0.0.2"
"""From which it asks. All of 127.0.0.0/8 is this machine, so that the tests' own requests come from elsewhere."""

CONFIG = """
daemon off;
worker_processes 1;
{account}
pid {folder}/pid;
error_log {folder}/log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    client_max_body_size 65m;
    server {{
        listen 127.0.0.1:{port};
        location / {{
            auth_basic "films";
            auth_basic_user_file {folder}/people;
            proxy_pass {upstream};
            proxy_bind {address};
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header Remote-User $remote_user;
        }}
        location /s/ {{
            proxy_pass {upstream};
            proxy_bind {address};
            proxy_set_header Host $http_host;
            proxy_set_header Remote-User "";
        }}
    }}
}}
"""


@contextmanager
def fronted(upstream: str, **people: str) -> Iterator[str]:
    """The address of an nginx that lets in these people by name and password. Without nginx the test is skipped, and
    fails under CI."""
    if PROGRAM is None:
        if os.environ.get("CI"):
            pytest.fail("There is no nginx, and without it nothing is known of the header of proxies.")
        pytest.skip("NO NGINX: signing in behind a proxy was NOT tested. Install nginx-light.")
    port = free_port()
    with TemporaryDirectory(prefix="kinograph-nginx-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "people").write_text("".join(f"{each}:{{PLAIN}}{word}\n" for each, word in people.items()))
        account = "user nobody nogroup;" if os.geteuid() == 0 else ""
        config = folder / "nginx.conf"
        config.write_text(CONFIG.format(folder=folder, port=port, upstream=upstream, address=ADDRESS, account=account))
        log = folder / "log"
        process = subprocess.Popen([PROGRAM, "-e", str(log), "-p", name, "-c", str(config)])
        try:
            wait_for_port(port, process, "nginx")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()
