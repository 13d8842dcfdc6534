import os
import re
import stat
from dataclasses import fields
from pathlib import Path

import pytest

from kinograph import settings
from kinograph.sessions.archive import Limits
from kinograph.settings import Settings, SettingsError
from kinograph.settings.tmdb_key import KeyWatch, TmdbKey, find_key, store_key

ABSENT = Path("/nonexistent/.env")


def read(**environ: str) -> Settings:
    return settings.read({"KINOGRAPH_DATA_DIR": "/data", **environ}, ABSENT)


def test_without_settings_it_brings_its_own_database_and_keeps_sessions_for_ever() -> None:
    assert read() == Settings(data_dir=Path("/data"))
    assert read().database_url is None
    assert read().session_days == 0


def test_with_a_database_sessions_end_after_thirty_days_unless_said_otherwise() -> None:
    assert read(DATABASE_URL="postgresql://h/d").session_days == 30
    assert read(DATABASE_URL="postgresql://h/d", KINOGRAPH_SESSION_DAYS="0").session_days == 0


def test_an_empty_value_counts_as_unset() -> None:
    assert read(DATABASE_URL="", KINOGRAPH_PORT=" ") == read()


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("KINOGRAPH_PORT=9001\nKINOGRAPH_HOST=films.lan\nTMDB_ACCESS_TOKEN='a$b'\n")
    found = settings.read({"KINOGRAPH_PORT": "9002"}, dotenv)
    assert (found.port, found.host, found.tmdb_access_token) == (9002, "films.lan", "a$b")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_every_spelling_of_a_postgresql_address_becomes_the_plain_one(scheme: str) -> None:
    assert read(DATABASE_URL=f"{scheme}://u:p@h:5432/d").database_url == "postgresql://u:p@h:5432/d"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "sqlite:///secret"),
        ("DATABASE_URL", "postgresql://u:secret@h:port/d"),
        ("KINOGRAPH_PORT", "0"),
        ("KINOGRAPH_PORT", "80a"),
        ("KINOGRAPH_HOST", "two words"),
        ("KINOGRAPH_PUBLIC_URL", "films.example"),
        ("KINOGRAPH_PUBLIC_URL", "https://films.example/under"),
        ("KINOGRAPH_MAX_UPLOAD_MB", "-1"),
        ("KINOGRAPH_MAX_UPLOAD_MB", "65"),
        ("KINOGRAPH_SESSION_DAYS", "never"),
        ("KINOGRAPH_TMDB_IMAGES", "maybe"),
        ("KINOGRAPH_LOG_LEVEL", "loud"),
        ("TMDB_ACCESS_TOKEN", "secret\nX: y"),
        ("TMDB_API_KEY", "sécret"),
        ("TMDB_BASE_URL", "ftp://host/3"),
        ("TMDB_REQUESTS_PER_SECOND", "nan"),
    ],
)
def test_a_bad_value_is_named_and_a_secret_never_shown(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(**{name: value})
    assert str(caught.value).startswith(f"{name}: ")
    assert "secret" not in str(caught.value)


def test_no_more_may_be_sent_than_the_reader_of_uploads_unpacks() -> None:
    assert read(KINOGRAPH_MAX_UPLOAD_MB="64").max_upload_mb << 20 == Limits().inflated_bytes


def test_secrets_are_not_in_the_text_of_the_settings() -> None:
    found = read(DATABASE_URL="postgresql://u:secret@h/d", TMDB_ACCESS_TOKEN="secret", TMDB_API_KEY="secret")
    assert "secret" not in repr(found)
    assert "secret" not in repr(find_key(found))


def test_a_host_header_is_trusted_when_it_names_this_installation_or_gives_figures() -> None:
    found = read(KINOGRAPH_PUBLIC_URL="https://Films.example")
    assert found.public_url == "https://films.example"
    trusted = ["films.example", "films.example:443", "localhost:8000", "127.0.0.1:8000", "[::1]:8000", "192.168.1.5"]
    assert [name for name in trusted if not found.trusts_host(name)] == []
    assert [name for name in ["evil.example", "", "films.example.evil", "[::1"] if found.trusts_host(name)] == []


def test_the_local_address_can_be_opened_even_when_all_are_listened_on() -> None:
    assert read(KINOGRAPH_HOST="0.0.0.0").local_url == "http://127.0.0.1:8000"
    assert read(KINOGRAPH_HOST="::1", KINOGRAPH_PORT="81").local_url == "http://[::1]:81"


def test_a_stored_key_is_private_and_its_replacement_is_noticed_once(tmp_path: Path) -> None:
    found = Settings(data_dir=tmp_path / "new" / "data")
    watch = KeyWatch(found)
    assert (watch.key, watch.changed()) == (None, False)

    store_key(found, TmdbKey("first"))
    assert stat.S_IMODE(found.key_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(found.data_dir.stat().st_mode) == (0o711 if os.geteuid() == 0 else 0o700)
    assert (watch.changed(), watch.key, watch.changed()) == (True, TmdbKey("first"), False)

    store_key(found, TmdbKey("second"))
    assert (watch.changed(), watch.key) == (True, TmdbKey("second"))

    store_key(found, None)
    assert (watch.changed(), watch.key) == (True, None)
    assert list(found.data_dir.iterdir()) == []


def test_the_key_of_the_settings_wins_over_the_stored_one(tmp_path: Path) -> None:
    store_key(Settings(data_dir=tmp_path), TmdbKey("stored"))
    assert find_key(Settings(data_dir=tmp_path, tmdb_api_key="f" * 32)) == TmdbKey("f" * 32)
    assert find_key(Settings(data_dir=tmp_path)) == TmdbKey("stored")


def test_an_api_key_is_told_from_a_token() -> None:
    assert TmdbKey("0123456789abcdef" * 2).is_api_key
    assert TmdbKey("eyJhbGciOi.x.y").looks_real
    assert not TmdbKey("eyJhbGciOi.x.y").is_api_key
    assert not TmdbKey("sim-token").looks_real


def test_every_setting_is_in_the_example_file_with_a_sentence() -> None:
    lines = (Path(__file__).parents[1] / ".env.example").read_text().splitlines()
    named = {line.removeprefix("#").partition("=")[0]: lines[at - 1] for at, line in enumerate(lines) if "=" in line}
    assert named.keys() == settings.SETTINGS.keys()
    assert {name: named[name] for name in named} == {name: f"# {text}" for name, text in settings.SETTINGS.items()}


def test_what_stands_in_the_example_file_and_in_the_docs_is_the_default_where_there_is_one() -> None:
    """Both are written for a database that is named."""
    root = Path(__file__).parents[1]
    defaults = settings.read({"DATABASE_URL": "postgresql://h/d"}, ABSENT)
    shown = dict(re.findall(r"^#(\w+)=(.+)$", (root / ".env.example").read_text(), re.M))
    told = dict(re.findall(r"^\| `([A-Z_]+)` \| `([^`]+)`", (root / "docs/operations.md").read_text(), re.M))
    assert {"KINOGRAPH_PORT", "TMDB_BASE_URL"} <= shown.keys() & told.keys()
    for name, value in [*shown.items(), *told.items()]:
        default = getattr(defaults, settings._field(name))
        if name != "DATABASE_URL" and default is not None:
            assert settings.PARSERS[name](value) == default, name
    without = {name for name in told if getattr(defaults, settings._field(name)) is None}
    assert without == set()


def test_every_setting_has_a_place_and_a_reader() -> None:
    assert settings.PARSERS.keys() == settings.SETTINGS.keys()
    assert {settings._field(name) for name in settings.SETTINGS} == {field.name for field in fields(Settings)}
