"""
Targets: where a component is, as whoever calls it is told, and how gRPC finds it there.

That is `address:port`, several of these with commas between, or `name:port`: a DNS name means all replicas that there
are at the time, such as a headless Service's of Kubernetes. A name is looked up again while it is used, since gRPC by
itself does so only when a connection breaks, and so would never call a replica that was added.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import random
import socket
import time
from collections.abc import Sequence
from typing import Any

from mesh.settings import SettingError

LOOK_SECONDS = 5.0
"""How often a name is looked up again, at the most."""
AGAIN = ("grpc.dns_min_time_between_resolutions_ms", 1_000)
"""What gRPC waits before it looks a name up again when nobody answers there."""
NAMED = "dns:///"
SPREAD: dict[str, object] = {"round_robin": {}}
STAY: dict[str, object] = {"pick_first": {"shuffleAddressList": True}}
"""With one of them, until it goes."""


def of(target: str, stays: bool) -> tuple[str, Sequence[tuple[str, Any]]]:
    """
    A target as gRPC takes it, with options of its channel: calls go to all that a name means, unless the caller
    `stays` with one, and of several addresses to one, by chance. SettingError.
    """
    several = [one.strip() for one in target.split(",")]
    if all(map(_is_address, several)):
        kind = "ipv6" if target.startswith("[") else "ipv4"
        return f"{kind}:{','.join(random.sample(several, len(several)))}" if len(several) > 1 else target, ()
    if len(several) > 1:
        raise SettingError(f"of several replicas IP addresses are given, or one name for all, not {target[:100]}")
    policy = json.dumps({"loadBalancingConfig": [STAY if stays else SPREAD]})
    return f"{NAMED}{target}", (("grpc.service_config", policy), AGAIN)


class Meaning:
    """The addresses that a target's name means; of an address, always the same."""

    def __init__(self, target: str) -> None:
        host, _, port = target.rpartition(":")
        self._name = None if any(map(_is_address, target.split(","))) else (host, port)
        self._addresses = frozenset[Any]()
        self._changed = False
        self._looked = 0.0
        self._looking: asyncio.Task[None] | None = None

    def changed(self) -> bool:
        """Whether it is another than when this was asked last; asked at every call, it looks now and then."""
        if self._name and time.monotonic() - self._looked > LOOK_SECONDS and not self._looking:
            self._looking = asyncio.create_task(self._look(*self._name))
        changed, self._changed = self._changed, False
        return changed

    def close(self) -> None:
        if self._looking:
            self._looking.cancel()

    async def _look(self, host: str, port: str) -> None:
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError:  # then there is none, and calls say so
            return
        finally:
            self._looked, self._looking = time.monotonic(), None
        addresses = frozenset(one[4] for one in found)
        self._changed = bool(self._addresses) and addresses != self._addresses
        self._addresses = addresses


def _is_address(target: str) -> bool:
    try:
        bare = target.strip().removeprefix("ipv4:")  # as gRPC writes it
        ipaddress.ip_address(bare.rpartition(":")[0].strip("[]"))
    except ValueError:
        return False
    return True
