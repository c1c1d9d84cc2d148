"""reStructuredText as it is written, part by part; `reader` reads it line by line."""

from __future__ import annotations

from genesis.readers.rst.inline import edits
from genesis.readers.rst.reader import is_marked, read

__all__ = ["edits", "is_marked", "read"]
