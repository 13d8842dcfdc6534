"""What an export looks like and how large it may be. The preview in the browser reads `export_format.json` as well."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

FORMAT: dict[str, Any] = orjson.loads((Path(__file__).parent / "export_format.json").read_bytes())
LIMITS: dict[str, int] = FORMAT["limits"]
