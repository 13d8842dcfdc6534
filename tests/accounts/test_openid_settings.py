"""The settings of an OpenID provider, and what doctor says of it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from kinograph import cli
from kinograph.accounts import openid
from kinograph.settings import Settings, SettingsError
from tests.accounts.openid_flow import HERE, answering, provider, settings
from tests.accounts.test_accounts import browsers as browsers
from tests.fake_openid import SECRET, FakeOpenid
from tests.test_settings import read

__all__ = ["browsers", "provider", "settings"]


async def test_the_doctor_says_whether_the_provider_can_be_used(
    provider: FakeOpenid, settings: Settings, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    told = {name: str(value) for name, value in vars_of(settings).items()}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    await asyncio.to_thread(cli.main, ["doctor"])
    assert "· Films ID answers; people can sign in there." in capfd.readouterr().out
    monkeypatch.setenv("KINOGRAPH_OIDC_ISSUER", provider.issuer.rstrip("/"))
    assert await asyncio.to_thread(cli.main, ["doctor"]) == 1
    assert (
        f"! The OpenID provider {provider.issuer.rstrip('/')}: it calls itself '{provider.issuer}', so that is what"
        in (capfd.readouterr().out)
    )
    monkeypatch.setenv("KINOGRAPH_OIDC_ISSUER", provider.issuer)
    provider.metadata = {"id_token_signing_alg_values_supported": ["HS256"]}
    assert (await openid.examine(settings))[1]
    provider.fail = answering(503, b"")
    sentence, needs_a_hand = await openid.examine(settings)
    assert needs_a_hand and "cannot be reached" in sentence


def vars_of(settings: Settings) -> dict[str, object]:
    """The settings as an environment has them."""
    names = ("accounts", "public_url", "oidc_issuer", "oidc_client_id", "oidc_client_secret", "oidc_label")
    told = {f"KINOGRAPH_{name.upper()}": getattr(settings, name) for name in names} | {"KINOGRAPH_ACCOUNTS": "on"}
    return told | {"DATABASE_URL": settings.database_url, "KINOGRAPH_DATA_DIR": settings.data_dir}


@pytest.mark.parametrize(
    ("environ", "names"),
    [
        ({"KINOGRAPH_OIDC_ISSUER": "http://id.example"}, "https://id.example"),
        ({"KINOGRAPH_OIDC_ISSUER": "https://id.example", "KINOGRAPH_ACCOUNTS": ""}, "KINOGRAPH_ACCOUNTS=on"),
        ({"KINOGRAPH_OIDC_ISSUER": "https://id.example", "KINOGRAPH_OIDC_CLIENT_ID": ""}, "KINOGRAPH_OIDC_CLIENT_ID"),
        ({"KINOGRAPH_OIDC_ISSUER": "https://id.example", "KINOGRAPH_PUBLIC_URL": ""}, "KINOGRAPH_PUBLIC_URL"),
        ({"KINOGRAPH_OIDC_CLIENT_ID": "films"}, "KINOGRAPH_OIDC_ISSUER"),
        ({"KINOGRAPH_OIDC_ISSUER": "https://id.example", "KINOGRAPH_OIDC_SCOPES": "profile"}, "openid"),
        (
            {"KINOGRAPH_OIDC_ISSUER": "https://id.example", "KINOGRAPH_OIDC_CLIENT_SECRET_FILE": "/nowhere"},
            "/nowhere cannot be read",
        ),
    ],
)
def test_settings_that_do_not_fit_stop_the_start_with_a_sentence(environ: dict[str, str], names: str) -> None:
    others = {"KINOGRAPH_ACCOUNTS": "on", "KINOGRAPH_PUBLIC_URL": HERE, "KINOGRAPH_OIDC_CLIENT_ID": "films"}
    with pytest.raises(SettingsError) as caught:
        read(**(others | environ))
    assert str(caught.value).startswith("KINOGRAPH_") and names in str(caught.value)


def test_the_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\n")
    environ = {
        "KINOGRAPH_ACCOUNTS": "on",
        "KINOGRAPH_PUBLIC_URL": HERE,
        "KINOGRAPH_OIDC_ISSUER": "https://id.example/o/films/",
        "KINOGRAPH_OIDC_CLIENT_ID": "films",
        "KINOGRAPH_OIDC_CLIENT_SECRET_FILE": str(file),
    }
    found = read(**environ, KINOGRAPH_PASSWORD_LOGIN="off")
    assert (found.oidc_client_secret, found.oidc_name, found.oidc_issuer) == (
        SECRET,
        "id.example",
        "https://id.example/o/films/",
    )
    assert SECRET not in repr(found)
    with pytest.raises(SettingsError):
        read(**environ, KINOGRAPH_OIDC_CLIENT_SECRET="x")
