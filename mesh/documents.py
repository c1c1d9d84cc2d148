"""Files that are documents: what they are is told by how their names end."""

from __future__ import annotations

from pathlib import PurePosixPath

JSONL = "application/x-ndjson"
_INI = "text/x-ini"
MEDIA_TYPES = {
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".txt": "text/plain",
    ".rst": "text/x-rst",
    ".html": "text/html",
    ".htm": "text/html",
    ".jsonl": JSONL,
    ".ndjson": JSONL,
    ".eml": "message/rfc822",
    ".mbox": "application/mbox",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".json": "application/json",
    ".toml": "application/toml",
    **dict.fromkeys((".ini", ".cfg", ".conf", ".env", ".properties"), _INI),
    ".log": "text/x-log",
    ".ipynb": "application/x-ipynb+json",
    ".py": "text/x-python",
    **dict.fromkeys((".js", ".jsx", ".mjs"), "text/javascript"),
    **dict.fromkeys((".ts", ".tsx"), "text/typescript"),
    ".go": "text/x-go",
    ".java": "text/x-java",
    ".kt": "text/x-kotlin",
    ".rs": "text/x-rust",
    **dict.fromkeys((".c", ".h"), "text/x-c"),
    **dict.fromkeys((".cc", ".cpp", ".hpp"), "text/x-c++"),
    ".cs": "text/x-csharp",
    ".php": "text/x-php",
    ".rb": "text/x-ruby",
    ".scala": "text/x-scala",
    ".swift": "text/x-swift",
    ".sh": "text/x-sh",
    ".sql": "application/sql",
}
_NAMES = {"readme", "changelog", "contributing", "license", "notice", "authors"}
"""Texts that have no ending as a rule."""
LARGEST_DOCUMENT_BYTES = 8 * 1024 * 1024


def media_type(name: str) -> str | None:
    """What a file of this name is; None if it is no document."""
    folded = name.lower()
    return MEDIA_TYPES.get(PurePosixPath(folded).suffix or folded, "text/plain" if folded in _NAMES else None)


def is_single(name: str) -> bool:
    """Whether a file of this name is one document, and not one a line."""
    return media_type(name) not in (None, JSONL)
