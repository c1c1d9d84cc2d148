"""The certificate that Envoy shows to clients."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit

from cli import certificates
from tests.system.harness import Up, needs_all, until

pytestmark = needs_all
SECONDS = 10


def connected(told: Mapping[str, str]) -> ssl.SSLSocket:
    parts = urlsplit(told["MYRIAD_URL"])
    assert parts.hostname
    opened = socket.create_connection((parts.hostname, parts.port or 443), SECONDS)
    return ssl.create_default_context(cafile=told["MYRIAD_CA"]).wrap_socket(opened, server_hostname=parts.hostname)


def number(connection: ssl.SSLSocket) -> str:
    return str((connection.getpeercert() or {})["serialNumber"])


def shown(told: Mapping[str, str]) -> str:
    with connected(told) as connection:
        return number(connection)


def test_a_certificate_that_is_replaced_is_shown_to_the_next_who_come_and_nobody_is_cut_off(
    secured: Up, told: Mapping[str, str]
) -> None:
    asked = f"GET /v1/minds HTTP/1.1\r\nhost: x\r\nx-api-key: {secured.key}\r\n\r\n".encode()
    with connected(told) as before:
        envoy = secured.pid("envoy")
        certificates.provide(secured.data / "tls", (certificates.PUBLIC,), ("127.0.0.1", "localhost"))
        until(lambda: shown(told) != number(before), SECONDS)
        before.sendall(asked)
        assert before.recv(100).startswith(b"HTTP/1.1 200 OK")
        assert secured.pid("envoy") == envoy
