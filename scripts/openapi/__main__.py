"""Write both beside the generated code."""

from __future__ import annotations

import json
from pathlib import Path

from scripts.openapi.document import document
from scripts.openapi.page import page

FOLDER = Path(__file__).resolve().parents[2] / "gen" / "myriad"


def main() -> None:
    said = document()
    (FOLDER / "openapi.json").write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n")
    (FOLDER / "openapi.html").write_text(page(said))


if __name__ == "__main__":
    main()
