"""The names of Services, by DNS: a node answers its pods, with the addresses of pods that are ready."""

from __future__ import annotations

import asyncio
import ipaddress
import struct
from collections.abc import Iterator, Mapping
from typing import Any

from tests.kube.kubelet.api import Object

PORT = 53
DOMAIN = "svc.cluster.local"
A, INTERNET = 1, 1
NO_ERROR, NO_SUCH_NAME = 0, 3
ANSWERS, AUTHORITATIVE = 0x8000, 0x0400
SECONDS = 1
"""How long an answer may be kept."""
HEADER = struct.Struct("!6H")


class Names(asyncio.DatagramProtocol):
    """What is known of Services and pods, and who asks for it."""

    def __init__(self) -> None:
        self._services: dict[str, Object] = {}
        self._pods: dict[str, Object] = {}
        self._transport: asyncio.DatagramTransport | None = None

    def service(self, one: Object, gone: bool) -> None:
        _keep(self._services, one, gone)

    def pod(self, one: Object, gone: bool) -> None:
        _keep(self._pods, one, gone)

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        if self._transport and len(data) > HEADER.size:
            self._transport.sendto(self._answer(data), addr)

    def _answer(self, asked: bytes) -> bytes:
        number = HEADER.unpack_from(asked)[0]
        labels, end = _name(asked)
        kind = struct.unpack_from("!H", asked, end)[0]
        addresses = self._addresses(".".join(labels).lower())
        found = [] if addresses is None or kind != A else addresses
        flags = ANSWERS | AUTHORITATIVE | (NO_SUCH_NAME if addresses is None else NO_ERROR)
        records = (struct.pack("!3HIH", 0xC000 | HEADER.size, A, INTERNET, SECONDS, 4) + one.packed for one in found)
        return HEADER.pack(number, flags, 1, len(found), 0, 0) + asked[HEADER.size : end + 4] + b"".join(records)

    def _addresses(self, name: str) -> list[ipaddress.IPv4Address] | None:
        """None if there is no such Service."""
        service, _, rest = name.removesuffix(f".{DOMAIN}").partition(".")
        found = self._services.get(f"{rest}/{service}")
        if found is None or not name.endswith(f".{DOMAIN}"):
            return None
        return sorted(self._behind(found))

    def _behind(self, service: Object) -> Iterator[ipaddress.IPv4Address]:
        spec = service["spec"]
        for pod in self._pods.values():
            if (
                pod["metadata"]["namespace"] == service["metadata"]["namespace"]
                and spec.get("selector", {}).items() <= pod["metadata"].get("labels", {}).items()
                and (is_ready(pod) or spec.get("publishNotReadyAddresses"))
                and (address := pod.get("status", {}).get("podIP"))
            ):
                yield ipaddress.IPv4Address(address)


def resolver(namespace: str, server: str) -> str:
    """A pod's /etc/resolv.conf."""
    domains = f"{namespace}.{DOMAIN} {DOMAIN} {DOMAIN.partition('.')[2]}"
    return f"nameserver {server}\nsearch {domains}\noptions ndots:5\n"


def is_ready(pod: Mapping[str, Any]) -> bool:
    conditions = pod.get("status", {}).get("conditions", ())
    ready = any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)
    return ready and "deletionTimestamp" not in pod["metadata"]


def _keep(known: dict[str, Object], one: Object, gone: bool) -> None:
    key = f"{one['metadata']['namespace']}/{one['metadata']['name']}"
    if gone:
        known.pop(key, None)
    else:
        known[key] = one


def _name(asked: bytes) -> tuple[list[str], int]:
    labels, place = [], HEADER.size
    while length := asked[place]:
        labels.append(asked[place + 1 : place + 1 + length].decode("ascii", "replace"))
        place += length + 1
    return labels, place + 1
