import io
import stat
from pathlib import Path

import pytest

from kinograph import cli, settings


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in settings.SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KINOGRAPH_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def given(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_without_a_command_it_lists_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 0
    listed = capsys.readouterr().out
    assert [
        name for name in ("run", "web", "worker", "migrate", "key", "version") if f"\n    {name} " not in listed
    ] == []


def test_it_knows_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["version"]) == 0
    assert capsys.readouterr().out[0].isdigit()


def test_a_bad_setting_is_one_line_and_exit_code_two(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KINOGRAPH_PORT", "many")
    assert cli.main(["run"]) == 2
    complaint = capsys.readouterr().err
    assert complaint.startswith("kinograph: KINOGRAPH_PORT: ")
    assert complaint.count("\n") == 1


@pytest.mark.parametrize("command", ["web", "worker", "migrate"])
def test_alone_a_part_needs_a_database(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([command]) == 2
    assert "DATABASE_URL: " in capsys.readouterr().err


def test_a_database_that_cannot_be_reached_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:secret@127.0.0.1:1/films")
    assert cli.main(["migrate"]) == 1
    complaint = capsys.readouterr().err
    assert complaint.startswith("kinograph: DATABASE_URL: ")
    assert "secret" not in complaint
    assert complaint.count("\n") == 1


def test_a_database_that_is_not_there_is_one_line(
    server: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", server.replace("/postgres?", "/absent?"))
    assert cli.main(["migrate"]) == 1
    assert (
        capsys.readouterr().err
        == 'kinograph: DATABASE_URL: the database refused the connection: database "absent" does not exist\n'
    )


def test_a_key_from_standard_input_is_stored_and_removed(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, "eyJhbGciOiJIUzI1NiJ9.e30.signature\n")
    assert cli.main(["key"]) == 0
    assert (data_dir / "tmdb.key").read_text() == "eyJhbGciOiJIUzI1NiJ9.e30.signature\n"
    assert stat.S_IMODE((data_dir / "tmdb.key").stat().st_mode) == 0o600
    assert cli.main(["key", "--remove"]) == 0
    assert not (data_dir / "tmdb.key").exists()


def test_a_key_that_looks_different_is_stored_with_a_warning(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given(monkeypatch, "stand-in-token\n")
    assert cli.main(["key"]) == 0
    assert "look different" in capsys.readouterr().out
    assert (data_dir / "tmdb.key").read_text() == "stand-in-token\n"


@pytest.mark.parametrize("text", ["", "short", "two words of it", "schlüsselwort"])
def test_what_can_be_no_key_is_refused(data_dir: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    given(monkeypatch, text)
    assert cli.main(["key"]) == 1
    assert not data_dir.exists()
