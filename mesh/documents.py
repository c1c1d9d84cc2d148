"""Files that are documents: what they are is told by how their names end."""

from __future__ import annotations

from pathlib import PurePosixPath

JSONL = "application/x-ndjson"
_INI = "text/x-ini"
_OFFICE = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES = {
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    **dict.fromkeys((".txt", ".srt", ".vtt"), "text/plain"),
    ".rst": "text/x-rst",
    ".html": "text/html",
    ".htm": "text/html",
    ".jsonl": JSONL,
    ".ndjson": JSONL,
    ".eml": "message/rfc822",
    ".mbox": "application/mbox",
    ".ics": "text/calendar",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".json": "application/json",
    ".toml": "application/toml",
    **dict.fromkeys((".xml", ".rss", ".atom"), "application/xml"),
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
    ".pdf": "application/pdf",
    ".docx": f"{_OFFICE}.wordprocessingml.document",
    ".pptx": f"{_OFFICE}.presentationml.presentation",
    ".xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    ".epub": "application/epub+zip",
}
NO_TEXT = frozenset(MEDIA_TYPES[one] for one in (".pdf", ".docx", ".pptx", ".xlsx", ".epub"))
"""Files of these are no text: what they say is read out of them."""
_NAMES = {"readme", "changelog", "contributing", "license", "notice", "authors"}
"""Texts that have no ending as a rule."""
LARGEST_DOCUMENT_BYTES = 8 * 1024 * 1024
LARGEST_FILE_BYTES = 15 * 1024 * 1024
"""Of a file that is no text: as much as one message holds."""


def media_type(name: str) -> str | None:
    """What a file of this name is; None if it is no document."""
    folded = name.lower()
    return MEDIA_TYPES.get(PurePosixPath(folded).suffix or folded, "text/plain" if folded in _NAMES else None)


def largest(media_type: str) -> int:
    """How many bytes a document of this type may have."""
    return LARGEST_FILE_BYTES if media_type in NO_TEXT else LARGEST_DOCUMENT_BYTES


def is_single(name: str) -> bool:
    """Whether a file of this name is one document, and not one a line."""
    return media_type(name) not in (None, JSONL)
