"""What the front end's build leaves in the package: small, hashed, and fit for a strict content security policy."""

from __future__ import annotations

import re
import subprocess
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import hatch_build
from kinograph.layout import templates
from kinograph.layout.templates import PACKAGE, STATIC

TEMPLATES = sorted(PACKAGE.rglob("*.html"))


@pytest.mark.parametrize("name", ["main.js", "start.js", "main.css", "favicon.svg", "tmdb.svg"])
def test_a_file_is_served_under_a_name_that_holds_its_hash(name: str) -> None:
    address = templates.link_static(name)
    stem, _, ending = name.partition(".")
    assert re.fullmatch(rf"/static/{stem}\.[0-9A-Z]{{8}}\.{ending}", address)
    assert (STATIC / address.removeprefix("/static/")).is_file()


def test_the_script_stays_under_nine_kilobytes_of_brotli() -> None:
    script = STATIC / templates.link_static("main.js").removeprefix("/static/")
    pack = "process.stdout.write(String(zlib.brotliCompressSync(fs.readFileSync(process.argv[1])).length))"
    node = hatch_build._node()[0]
    assert int(subprocess.run([node, "-e", pack, script], capture_output=True, check=True).stdout) < 9_000


def test_the_style_names_no_other_host() -> None:
    style = (STATIC / templates.link_static("main.css").removeprefix("/static/")).read_text()
    assert not re.search(r"url\([\"']?(https?:)?//", style)
    assert set(re.findall(r"url\([\"']?([^\"')]+)", style)) <= {f"./{path.name}" for path in STATIC.iterdir()}


STYLES = sorted((hatch_build.FRONTEND / "css").glob("*.css"))


def test_the_styles_stay_short() -> None:
    """In lines of one declaration, or of a whole rule that has up to three; but for the table of posters' tones."""
    lines = [line for path in STYLES for line in path.read_text().splitlines()]
    assert len(lines) < 2_500
    several = [line for line in lines if line.count(";") > 1 and not line.startswith(".tone-")]
    assert [line for line in several if line.count(";") > 3 or len(line) > 110 or not line.endswith("; }")] == []


def test_the_width_changes_colors_of_the_frame_of_pages_alone() -> None:
    """Most pages are looked at in either light and at every width, and not in each light at each width."""
    changes = set()
    for path in STYLES:
        # What stands in a query ends where its braces are closed; they nest no deeper than this.
        inner = r"[^{}]*(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}[^{}]*)*"
        for query in re.findall(rf"@(?:media|container)[^{{]*width[^{{]*\{{({inner})\}}", path.read_text()):
            if re.search(r"(color|background|fill|stroke|opacity|filter)[a-z-]*:", query):
                changes.add(path.name)
    assert changes == {"page-nav.css", "utilities.css"}


def test_no_rule_asks_what_is_anywhere_in_the_page() -> None:
    """Each element that comes or goes would be looked up in it, and all that the rule styles be styled anew."""
    asked = r"(?<![\w-])(?:html|body|main|:root)\S*:has\((?!> )"
    assert [path.name for path in STYLES if re.search(asked, path.read_text())] == []


def test_the_focus_moves_without_all_of_the_page_being_styled_anew() -> None:
    """As Chromium does at every move, wherever a style asks in `:has()` for what has the focus: 5 ms each."""
    assert [path.name for path in STYLES if re.search(r":has\([^{]*:focus", path.read_text())] == []


def test_no_script_imports_itself_by_way_of_others() -> None:
    scripts = hatch_build.FRONTEND / "ts"
    imports = {
        path: [(path.parent / f"{name}.ts").resolve() for name in re.findall(r'from "(\.[^"]+)"', path.read_text())]
        for path in scripts.rglob("*.ts")
    }
    assert scripts / "page.ts" in imports[scripts / "filters.ts"]
    TopologicalSorter(imports).prepare()  # raises CycleError


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_template_holds_what_the_policy_forbids(template: Path) -> None:
    text = template.read_text()
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))
