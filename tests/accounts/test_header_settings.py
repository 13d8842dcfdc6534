"""A proxy that signs people in: what its settings may be, and behind a real one."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from httpx import BasicAuth

from kinograph.settings import SettingsError
from tests import browser as browsers
from tests import nginx
from tests.changes.test_page import words
from tests.test_settings import read


@pytest.mark.parametrize(
    ("environ", "names"),
    [
        ({"KINOGRAPH_LOGIN_HEADER": "Remote-User"}, "KINOGRAPH_TRUSTED_PROXIES"),
        ({"KINOGRAPH_LOGIN_HEADER": "Remote-User", "KINOGRAPH_TRUSTED_PROXIES": "none"}, "KINOGRAPH_TRUSTED_PROXIES"),
        ({"KINOGRAPH_LOGIN_HEADER": "Cookie", "KINOGRAPH_TRUSTED_PROXIES": "10.0.0.2"}, "Remote-User"),
        ({"KINOGRAPH_LOGIN_HEADER": "Remote User", "KINOGRAPH_TRUSTED_PROXIES": "10.0.0.2"}, "Remote-User"),
        ({"KINOGRAPH_LOGIN_HEADER": "Remote-User", "KINOGRAPH_TRUSTED_PROXIES": "::1"}, "KINOGRAPH_ACCOUNTS=on"),
        ({"KINOGRAPH_ACCOUNTS": "on", "KINOGRAPH_PASSWORD_LOGIN": "off"}, "KINOGRAPH_LOGIN_HEADER"),
        ({"KINOGRAPH_ACCOUNTS": "on", "KINOGRAPH_LOGIN_CREATES": "on"}, "KINOGRAPH_LOGIN_HEADER"),
    ],
)
def test_settings_that_do_not_fit_stop_the_start_with_a_sentence(environ: dict[str, str], names: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(**environ)
    assert str(caught.value).startswith("KINOGRAPH_") and names in str(caught.value)


def test_behind_nginx(sampled: str, database_url: str, tmp_path: Path) -> None:
    """In front of a running server: the proxy's word is taken, and a forged one of another peer is not."""
    environ = {
        "DATABASE_URL": database_url,
        "KINOGRAPH_TRUSTED_PROXIES": nginx.ADDRESS,
        "KINOGRAPH_LOGIN_HEADER": "Remote-User",
        "KINOGRAPH_LOGIN_CREATES": "on",
        "KINOGRAPH_PASSWORD_LOGIN": "off",
    }
    with (
        browsers.kinograph(tmp_path, **environ) as running,
        nginx.fronted(running.url, anna="a", bob="b") as url,
        httpx.Client(base_url=url, auth=BasicAuth("anna", "a")) as anna,
        httpx.Client(base_url=url) as nobody,
        httpx.Client(base_url=running.url, headers={"Remote-User": "anna"}) as forger,
    ):
        assert nobody.get("/signin").status_code == 401  # nginx lets nobody else come so far
        assert nobody.get("/s/0").status_code == 404  # but to shares
        entered = anna.post("/signin/header", data={"back": "/account"}, headers={"Remote-User": "admin"})
        assert (entered.status_code, entered.headers["location"]) == (303, "/account")
        assert anna.get("/api/account").json()["name"] == "anna"
        assert "Signed in as anna" in words(anna.get("/account").text)
        with httpx.Client(base_url=url, auth=BasicAuth("anna", "a")) as again:
            assert again.get("/signin?back=/me").headers["location"] == "/me"
        with httpx.Client(base_url=url, auth=BasicAuth("bob", "b"), cookies=anna.cookies) as bob:
            assert bob.get("/api/account").status_code == 401
        forger.cookies.update(anna.cookies)
        for more in ({}, {"X-Forwarded-For": nginx.ADDRESS}):
            assert forger.post("/signin/header", headers=more).status_code == 404
            assert forger.get("/api/account", headers=more).status_code == 401
        assert "named nobody" in words(forger.get("/signin").text)
