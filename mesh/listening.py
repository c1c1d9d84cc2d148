"""Where to listen, `address:port`."""

from __future__ import annotations

import ipaddress

LARGEST_PORT = 65_535


class StartError(Exception):
    """The component cannot start; the text tells a person why."""


def host_and_port(component: str, variable: str, listen: str) -> tuple[str, int]:
    """The two parts of what a component was told by `variable`. StartError."""
    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal() or int(port) > LARGEST_PORT:
        raise StartError(f"{component}: {variable} is address:port, not {listen!r}")
    return host, int(port)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches it."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
