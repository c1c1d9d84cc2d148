"""Files that are documents: what they are is told by how their names end."""

from __future__ import annotations

from pathlib import PurePosixPath

JSONL = "application/x-ndjson"
_INI = "text/x-ini"
MEDIA_TYPES = {
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".txt": "text/plain",
    ".rst": "text/plain",
    ".html": "text/html",
    ".htm": "text/html",
    ".jsonl": JSONL,
    ".ndjson": JSONL,
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".json": "application/json",
    ".toml": "application/toml",
    **dict.fromkeys((".ini", ".cfg", ".conf", ".env", ".properties"), _INI),
    ".log": "text/x-log",
}
LARGEST_DOCUMENT_BYTES = 8 * 1024 * 1024


def media_type(name: str) -> str | None:
    """What a file of this name is; None if it is no document."""
    return MEDIA_TYPES.get(PurePosixPath(name).suffix.lower())


def is_single(name: str) -> bool:
    """Whether a file of this name is one document, and not one a line."""
    return media_type(name) not in (None, JSONL)
