"""Processors: how many of them this process may use."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def processors(limit: Path = Path("/sys/fs/cgroup/cpu.max")) -> int:
    """How many processors this process may use; a container may have less than all, which its group's limit says."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with suppress(OSError, ValueError):
        quota, period = map(int, limit.read_text().split())
        count = min(count, max(quota // period, 1))
    return count
