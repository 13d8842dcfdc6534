"""What lies ready to be installed: read as it is written, and started process by process."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import yaml

from kinograph import cli
from kinograph.settings import SETTINGS
from tests.browser import free_port
from tests.pooler import wait_for_port
from tests.sessions.test_intake import EXPORT

ROOT = Path(__file__).parent.parent
CADDY = shutil.which("caddy")
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
OURS = f"kinograph:{version('kinograph')}"
GIVEN = {"KINOGRAPH_DOMAIN": "films.example", "TMDB_ACCESS_TOKEN": "a-token", "POSTGRES_PASSWORD": "a-password"}


def read_compose(name: str, given: Mapping[str, str]) -> dict[str, Any]:
    """The services, with what the shell says in place of its names; of the forms that these files use."""

    def fill(found: re.Match[str]) -> str:
        name, sign, otherwise = found.groups()
        assert sign == "-" or given.get(name), otherwise
        return given.get(name, otherwise)

    text = re.sub(r"\$\{(\w+):([-?])([^}]*)\}", fill, (ROOT / name).read_text())
    assert "${" not in text
    services: dict[str, Any] = yaml.safe_load(text)["services"]
    return services


def ours(name: str, **given: str) -> dict[str, Any]:
    services = read_compose(name, GIVEN | given)
    return {service: told for service, told in services.items() if told["image"] == OURS}


@pytest.mark.parametrize("name", ["compose.yaml", "compose.scale.yaml"])
def test_every_service_of_ours_names_settings_and_commands_there_are(name: str) -> None:
    services = ours(name)
    assert services
    for told in services.values():
        assert set(told["environment"]) <= set(SETTINGS)
        assert all(isinstance(value, str) for value in told["environment"].values())  # "on" is no truth of YAML's
        cli._parser().parse_args(told.get("command", ["run"]))
        assert told["read_only"] and told["cap_drop"] == ["ALL"]


def test_whoever_leads_of_the_workers_can_write_backups() -> None:
    services = ours("compose.scale.yaml")
    workers = [told for told in services.values() if told.get("command") == ["worker"]]
    assert len(workers) == 2
    for told in workers:
        assert told["environment"]["KINOGRAPH_BACKUP_DIR"].startswith("/data/")
        assert (told["volumes"], told["tmpfs"]) == (["backups:/data"], [])


@pytest.mark.parametrize("name", ["compose.yaml", "compose.scale.yaml"])
def test_the_folder_of_backups_is_one_that_kinograph_makes(name: str) -> None:
    """Only in its data folder: elsewhere it may be the place of a disk that is not there."""
    (data,) = re.findall(r"KINOGRAPH_DATA_DIR=(\S+)", (ROOT / "Dockerfile").read_text())
    named = {told["environment"].get("KINOGRAPH_BACKUP_DIR") for told in ours(name).values()} - {None}
    (unraid,) = re.findall(r'Target="KINOGRAPH_BACKUP_DIR" Default="([^"]+)"', (ROOT / "deploy/unraid.xml").read_text())
    assert {Path(folder).parent for folder in named | {unraid}} == {Path(data)}


@contextmanager
def started(*command: str, **environ: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, env={"PATH": os.environ["PATH"], **environ})
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_many_are_served_by_what_compose_starts(sampled: str, database_url: str, tmp_path: Path) -> None:
    """With the tests' PostgreSQL in place of its own, ports that are free, and plain http."""
    if CADDY is None:
        if os.environ.get("CI"):
            pytest.fail("There is no Caddy, and without it nothing is known of compose.scale.yaml.")
        pytest.skip("NO CADDY: compose.scale.yaml was NOT started. Install caddy.")
    ports = {name: free_port() for name in ("web-1", "web-2", "caddy")}
    parts = urlsplit(database_url)
    host = f"@/{parts.path[1:]}?host={parse_qs(parts.query)['host'][0]}"
    given = {"POSTGRES_PASSWORD": parts.password or "", "KINOGRAPH_DOMAIN": f"127.0.0.1:{ports['caddy']}"}
    with ExitStack() as processes:
        for name, told in ours("compose.scale.yaml", **given).items():
            environ = {key: value.replace("https:", "http:") for key, value in told["environment"].items()}
            environ["DATABASE_URL"] = environ["DATABASE_URL"].replace("@postgres/kinograph", host)
            environ |= {"KINOGRAPH_TRUSTED_PROXIES": "127.0.0.0/8", "KINOGRAPH_DATA_DIR": str(tmp_path / name)}
            environ |= {"TMDB_BASE_URL": "http://127.0.0.1:9/3", "KINOGRAPH_BACKUP_DIR": ""}
            environ |= {"KINOGRAPH_PORT": str(ports[name])} if name in ports else {}
            command = (sys.executable, "-m", "kinograph", *told["command"])
            process = processes.enter_context(started(*command, **environ))
            if told["command"] == ["migrate"]:
                assert process.wait(60) == 0
            ports[f"process of {name}"] = process.pid
        for name in ("web-1", "web-2"):
            wait_until_healthy(f"http://127.0.0.1:{ports[name]}")
        caddy = read_compose("compose.scale.yaml", GIVEN | given)["caddy"]["environment"]
        caddy |= {"KINOGRAPH_DOMAIN": f"http://127.0.0.1:{ports['caddy']}"}
        for name in ("web-1", "web-2"):
            caddy["KINOGRAPH_WEB"] = caddy["KINOGRAPH_WEB"].replace(f"{name}:8000", f"127.0.0.1:{ports[name]}")
        config = tmp_path / "Caddyfile"
        config.write_text(f"{{\n\tadmin off\n}}\nimport {ROOT}/deploy/Caddyfile\n")
        command = (CADDY, "run", "--adapter", "caddyfile", "--config", str(config))
        front = processes.enter_context(started(*command, HOME=str(tmp_path), **caddy))
        wait_for_port(ports["caddy"], front, "Caddy")
        with httpx.Client(base_url=f"http://127.0.0.1:{ports['caddy']}", timeout=60) as client:
            sent = client.post("/api/upload", files={"files": (EXPORT.name, EXPORT.content)})
            assert sent.status_code == 201, sent.text
            page = f"/session/{sent.json()['session_id']}"
            assert [client.get(page).status_code for _ in range(4)] == [200] * 4
            os.kill(ports["process of web-1"], 9)
            assert [client.get(page).status_code for _ in range(4)] == [200] * 4


def wait_until_healthy(address: str) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        with suppress(httpx.TransportError):
            if httpx.get(f"{address}/healthz").status_code == 200:
                return
        time.sleep(0.1)
    pytest.fail(f"{address} is not healthy")


def test_nginx_takes_what_stands_ready_for_it(tmp_path: Path) -> None:
    if NGINX is None:
        pytest.skip("NO NGINX: deploy/nginx.conf was NOT tried. Install nginx-light.")
    told = (ROOT / "deploy" / "nginx.conf").read_text()
    # Debian 12 has 1.22, which has another word for HTTP/2; a certificate there is none.
    told = re.sub(r" *(http2|ssl_certificate\w*) .*\n", "", told).replace("443 ssl", f"127.0.0.1:{free_port()}")
    told = told.replace("[::]:127.0.0.1", "[::1]").replace("listen 80", f"listen {free_port()}")
    told = re.sub(r"listen \[::\]:80|listen \[::1?\]:\d+", f"listen {free_port()}", told)
    config = tmp_path / "nginx.conf"
    config.write_text(f"pid {tmp_path}/pid; events {{}} http {{ {told} }}")
    done = subprocess.run([NGINX, "-t", "-e", f"{tmp_path}/log", "-c", str(config)], stderr=subprocess.PIPE, text=True)
    assert done.returncode == 0, done.stderr


def test_the_unit_starts_a_command_there_is_and_keeps_what_it_stores_in_one_folder() -> None:
    unit = configparser.RawConfigParser(strict=True, comment_prefixes=("#",), inline_comment_prefixes=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string((ROOT / "deploy" / "kinograph.service").read_text())
    service = dict(unit["Service"])
    program, *command = service["ExecStart"].split()
    assert Path(program).name == "kinograph"
    cli._parser().parse_args(command)
    setting, _, folder = service["Environment"].partition("=")
    assert setting in SETTINGS
    assert folder == f"/var/lib/{service['StateDirectory']}"
    assert (service["ProtectSystem"], service["NoNewPrivileges"], service["KillMode"]) == ("strict", "yes", "mixed")


def test_unraid_is_told_settings_there_are() -> None:
    container = ET.parse(ROOT / "deploy" / "unraid.xml").getroot()
    assert container.findtext("Repository") == OURS
    targets = {each.get("Target"): each.get("Type") for each in container.iter("Config")}
    assert {name for name, kind in targets.items() if kind == "Variable"} <= set(SETTINGS)
    assert targets["/data"] == "Path" and targets["8000"] == "Port"
