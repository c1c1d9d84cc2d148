"""The site: `make site`. Pages are Markdown; those of the contracts are written from `proto/` at each build."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "gen")]

from scripts.document_contracts import write  # noqa: E402

project = "Myriad"
project_copyright = "the Myriad authors"
extensions = ["myst_parser"]
exclude_patterns = ["clients/**"]
suppress_warnings = ["misc.highlighting_failure"]  # JSON is shown with what is left out
html_theme = "furo"
html_title = "Myriad"
html_theme_options = {"navigation_with_keys": True}
html_show_sphinx = False
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4

write(HERE / "reference")
