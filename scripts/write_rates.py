"""Write what the rate limit service is told, `manifests/myriad/rates.yaml`, from the rates that keys may have."""

from __future__ import annotations

from pathlib import Path

from dlm.xds.shared_rates import DOMAIN, KEY, RATE
from mesh import rates

FILE = Path(__file__).resolve().parent.parent / "manifests" / "myriad" / "rates.yaml"


def configuration() -> str:
    """A limit for each rate, which each key with that rate has for itself."""
    limits = (
        f'  - {{key: {RATE}, value: "{rate}", descriptors: '
        f"[{{key: {KEY}, rate_limit: {{unit: minute, requests_per_unit: {rate}}}}}]}}\n"
        for rate in rates.PER_MINUTE
    )
    return (
        "# The rates that keys may have, for envoyproxy/ratelimit. Written by `make generate` from mesh/rates.py.\n"
        f"domain: {DOMAIN}\ndescriptors:\n{''.join(limits)}"
    )


if __name__ == "__main__":
    FILE.write_text(configuration(), encoding="utf-8")
