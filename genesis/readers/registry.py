"""Which reader reads which media type."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from genesis.readers import yaml
from genesis.structure import Structure

READERS: Mapping[str, Callable[[str], Structure]] = {
    "application/yaml": yaml.read,
}
"""By media type, without its parameters."""
