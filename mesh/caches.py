"""
Caches of texts: emptied every few minutes, so that no process remembers for long what was forgotten.

That is what `functools.lru_cache` keeps for the functions of our modules; whatever else holds texts drops them when
they are forgotten, see docs/security.md.
"""

from __future__ import annotations

import asyncio
import sys
from functools import lru_cache

PACKAGES = frozenset({"agent_host", "connectome", "dlm", "genesis", "language", "orchestrator", "synth"})
EVERY_SECONDS = 300.0
_KIND = type(lru_cache(len))


def empty() -> None:
    """Empty them all, in a millisecond."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in PACKAGES:
            for value in list(vars(module).values()):
                if isinstance(value, _KIND):
                    value.cache_clear()


async def keep_emptying() -> None:
    """Empty them every five minutes."""
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        empty()
