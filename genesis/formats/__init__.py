"""Formats: files that are no text, made into parts that are, each by a process of its own, which may die of it."""

from __future__ import annotations

from collections.abc import Mapping

from mesh.documents import MEDIA_TYPES

FORMATS: Mapping[str, str] = {MEDIA_TYPES[f".{one}"]: one for one in ("pdf", "docx", "pptx", "xlsx", "epub")}
"""By media type, the module here that reads it."""
