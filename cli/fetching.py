"""
Fetching pages of the web that somebody named: from public addresses alone, within bounds, wherever redirects lead.

A name is resolved where the connection is made, and the address that was looked at is the one that is connected to: who
changes the name's address in between gains nothing.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import ssl
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urljoin, urlsplit

import httpcore

from cli.errors import Failure

AGENT = "myriad"
ALLOWED = "MYRIAD_SITE_NETWORKS"
"""Networks such as `10.1.0.0/16`, with commas between, that may be fetched from although they are not public."""
SECONDS = 30.0
_STEP_SECONDS = 10.0
_MOST_REDIRECTS = 5
_MOVED = (301, 302, 303, 307, 308)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address: TypeAlias = "ipaddress.IPv4Address | ipaddress.IPv6Address"
Network: TypeAlias = "ipaddress.IPv4Network | ipaddress.IPv6Network"


class Unfetched(Exception):
    """Why a page was not fetched, for a person."""


@dataclass(frozen=True, slots=True)
class Page:
    """What was fetched, and from where in the end."""

    url: str
    status: int
    content_type: str
    content: bytes


def networks(told: str) -> Sequence[Network]:
    """The networks of a setting. Failure."""
    try:
        return [ipaddress.ip_network(one.strip()) for one in told.split(",") if one.strip()]
    except ValueError:
        raise Failure(f"{ALLOWED} holds networks such as 10.1.0.0/16, with commas between") from None


def is_public(address: Address) -> bool:
    """Whether anybody may connect to it; an address within an address counts as that."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast


class _Checked(httpcore.SyncBackend):
    """Connects to addresses that may be connected to."""

    def __init__(self, allowed: Sequence[Network]) -> None:
        super().__init__()
        self._allowed = allowed

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise Unfetched("its host has no address") from None
        for *_, where in found:
            address = ipaddress.ip_address(str(where[0]).partition("%")[0])
            if is_public(address) or any(address in one for one in self._allowed):
                return super().connect_tcp(str(address), port, timeout, local_address, socket_options)
        raise Unfetched(f"its address is not public; {ALLOWED} may allow it")


class Fetcher:
    """Fetches pages, one at a time."""

    def __init__(self, allowed: Sequence[Network] | None = None) -> None:
        """`allowed` besides what is public; the setting's, if it is not given."""
        backend = _Checked(networks(os.environ.get(ALLOWED, "")) if allowed is None else allowed)
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl.create_default_context(), network_backend=backend, max_connections=1
        )

    def close(self) -> None:
        self._pool.close()

    def fetch(self, url: str, most: int) -> Page:
        """The page at a URL, or where it redirects to; `most` bytes of it at most. Unfetched."""
        until = time.monotonic() + SECONDS
        for _ in range(_MOST_REDIRECTS + 1):
            page, moved = self._once(url, most, until)
            if page:
                return page
            following = urljoin(url, moved)
            if urlsplit(url).scheme == "https" and urlsplit(following).scheme != "https":
                raise Unfetched("it redirects from https to what is not")
            url = following
        raise Unfetched(f"it redirects more than {_MOST_REDIRECTS} times")

    def _once(self, url: str, most: int, until: float) -> tuple[Page | None, str]:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            raise Unfetched("it is no http or https address without a password in it")
        headers = [("Host", parts.netloc), ("User-Agent", AGENT), ("Accept-Encoding", "identity"), ("Accept", "*/*")]
        step = dict.fromkeys(("connect", "read", "write", "pool"), _STEP_SECONDS)
        try:
            with self._pool.stream("GET", url, headers=headers, extensions={"timeout": step}) as response:
                told = {name.lower().decode(): value.decode("latin-1") for name, value in response.headers}
                if response.status in _MOVED:
                    return None, told.get("location", "")
                if told.get("content-encoding", "identity") != "identity":
                    raise Unfetched("it comes compressed although nobody asked for that")
                content = bytearray()
                for piece in response.iter_stream():
                    content += piece
                    if len(content) > most:
                        raise Unfetched(f"it is larger than {most // 2**20} MiB")
                    if time.monotonic() > until:
                        raise Unfetched(f"it takes longer than {SECONDS:.0f} s")
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, OSError, ValueError) as error:
            raise Unfetched(f"it could not be fetched ({type(error).__name__})") from None
        return Page(url, response.status, told.get("content-type", ""), bytes(content)), ""
