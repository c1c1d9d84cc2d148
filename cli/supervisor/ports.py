"""Free ports, chosen once and kept for as long as Myriad runs."""

from __future__ import annotations

import random
import socket
from collections import deque

from cli.errors import Failure

LOOPBACK = "127.0.0.1"
# Below the range from which systems take the ports of outgoing connections: while a component is being
# started again, no client that knocks at its port can be given that very port as its own.
INTERNAL = range(20_000, 32_000)
DEFAULT_EDGE = 8080
_given = deque[int](maxlen=500)
"""Those given out last: whoever has one may not listen there yet."""


def free(count: int) -> list[int]:
    """So many ports on loopback that nobody listens on. Failure if there are not enough."""
    found: list[int] = []
    for port in random.sample(INTERNAL, len(INTERNAL)):
        if len(found) == count:
            _given.extend(found)
            return found
        if port not in _given and is_free(port):
            found.append(port)
    raise Failure(f"there are no {count} free ports from {INTERNAL.start} to {INTERNAL.stop}", exit_code=2)


def claim(port: int) -> bool:
    """Whether this very port is free; it is given to nobody else then."""
    if port in _given or not is_free(port):
        return False
    _given.append(port)
    return True


def edge(asked: int | None) -> int:
    """The port that was asked for, or the first free one from 8080 on. Failure if what was asked for is taken."""
    if asked is not None:
        if not is_free(asked):
            raise Failure(f"port {asked} is in use", hint="take another with --port", exit_code=2)
        return asked
    for port in range(DEFAULT_EDGE, DEFAULT_EDGE + 100):
        if is_free(port):
            return port
    raise Failure(f"port {DEFAULT_EDGE} and the next 99 are in use", hint="name one with --port", exit_code=2)


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do: a port whose last connections are still fading is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True
