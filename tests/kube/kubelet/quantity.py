"""Amounts as Kubernetes writes them."""

from __future__ import annotations

from decimal import Decimal

SUFFIXES = {
    **{name: Decimal(1024) ** power for power, name in enumerate(("Ki", "Mi", "Gi", "Ti"), start=1)},
    **{name: Decimal(1000) ** power for power, name in enumerate(("k", "M", "G", "T"), start=1)},
    "m": Decimal("0.001"),
}
MOST = {"cpu": "64", "memory": "256Gi", "ephemeral-storage": "256Gi", "pods": "200"}
"""What each node says that it has; nothing holds a process to its limits."""


def parse(text: str) -> Decimal:
    for suffix, unit in SUFFIXES.items():
        if text.endswith(suffix):
            return Decimal(text.removesuffix(suffix)) * unit
    return Decimal(text)
