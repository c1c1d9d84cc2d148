"""Which reader reads which media type."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from genesis.readers import commonmark, html, json, log, settings, table, text, yaml
from genesis.structure import Structure

READERS: Mapping[str, Callable[[str], Structure]] = {
    "application/json": json.read,
    "application/toml": settings.read,
    "application/yaml": yaml.read,
    "text/csv": table.read,
    "text/html": html.read,
    "text/markdown": commonmark.read,
    "text/plain": text.read,
    "text/tab-separated-values": table.read,
    "text/x-ini": settings.read,
    "text/x-log": log.read,
}
"""By media type, without its parameters."""
