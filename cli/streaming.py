"""A blocking gRPC stream: requests made as there is room, silence noticed."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

import grpc

from cli.client import Client, Unbelieved, trust
from cli.errors import Failure
from cli.state import Endpoint
from mesh.connections import DIRECT, KEEPALIVE, RECONNECT, SIZES
from mesh.errors import Received

T = TypeVar("T")
IDLE_SECONDS = 120.0
OPTIONS = [*KEEPALIVE, *SIZES, *RECONNECT, *DIRECT]
AGAIN = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED, grpc.StatusCode.RESOURCE_EXHAUSTED)
BROKEN = (grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN)
"""What gRPC makes of a connection that broke in the midst of a message."""


class Requests(Generic[T]):
    """Requests of one call: none is made while another thread counts, nor after the call's end."""

    def __init__(self, requests: Iterator[T], changed: threading.Condition) -> None:
        self.error: Exception | None = None
        """What went wrong on our side; gRPC would say only that something did."""
        self._requests = requests
        self._changed = changed
        self._ended = False

    def __iter__(self) -> Requests[T]:
        return self

    def __next__(self) -> T:
        with self._changed:
            if self._ended:
                raise StopIteration
            try:
                return next(self._requests)
            except StopIteration:
                raise
            except Exception as error:
                self.error = error
                raise StopIteration from None

    def end(self) -> None:
        with self._changed:
            self._ended = True


@contextmanager
def watched(call: Any, expecting: Callable[[], bool]) -> Iterator[Callable[[], None]]:
    """Cancel a call from which nothing was heard for too long although results are due; yields what says `heard`."""
    over = threading.Event()
    last = time.monotonic()

    def heard() -> None:
        nonlocal last
        last = time.monotonic()

    def watch() -> None:
        while not over.wait(IDLE_SECONDS / 10):
            if not expecting():
                heard()
            elif time.monotonic() - last > IDLE_SECONDS:
                call.cancel()

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield heard
    finally:
        over.set()


def worth_another_try(status: Received) -> bool:
    """A broken connection carries no reason of ours; of the failures with one, some pass by themselves."""
    return status.code in AGAIN or (status.code in BROKEN and not status.reason)


def channel(endpoint: Endpoint) -> grpc.Channel:
    """A channel to a Myriad, encrypted if its URL says so. Failure that says what TLS does not like."""
    parts = urlsplit(endpoint.url)
    if not parts.hostname:
        raise Failure(f"{endpoint.shown} names no host")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if parts.scheme == "http":
        return grpc.insecure_channel(f"{host}:{parts.port or 80}", options=OPTIONS)
    try:
        with Client(endpoint) as client:
            client.connect()
    except Unbelieved:  # gRPC would say only that nobody is there
        raise
    except Failure:  # who is away for a moment is waited for
        pass
    credentials = grpc.ssl_channel_credentials(authorities(trust(endpoint)))
    return grpc.secure_channel(f"{host}:{parts.port or 443}", credentials, options=OPTIONS)


def authorities(trusted: ssl.SSLContext) -> bytes:
    """Those that are believed, in PEM: gRPC would believe its own list, and not the system's."""
    return "".join(map(ssl.DER_cert_to_PEM_cert, trusted.get_ca_certs(binary_form=True))).encode()
