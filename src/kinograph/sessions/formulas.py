"""Cells that a spreadsheet may take for a formula: an apostrophe before them makes them texts again.

https://owasp.org/www-community/attacks/CSV_Injection names the signs that formulas begin with.
"""

from __future__ import annotations

import re

_BEGINS = r"(?:[\t\r\n]|\s*[=+\-@＝＋－＠])"

UNGUARDED = rf"^(?:'+{_BEGINS}|{_BEGINS})"
"""What gets an apostrophe; also what looks as if it had one already, so that taking one away restores every text."""

_GUARDED = re.compile(rf"'+{_BEGINS}")


def unguard_cell(cell: str) -> str:
    """The cell as it was before it was guarded."""
    return cell[1:] if cell.startswith("'") and _GUARDED.match(cell) else cell
