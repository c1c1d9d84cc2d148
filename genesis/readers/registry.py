"""Which reader reads which media type."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from genesis.readers import commonmark, text, yaml
from genesis.structure import Structure

READERS: Mapping[str, Callable[[str], Structure]] = {
    "application/yaml": yaml.read,
    "text/markdown": commonmark.read,
    "text/plain": text.read,
}
"""By media type, without its parameters."""
