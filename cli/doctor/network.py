"""The way to it: the URL, the name, the connection, the certificate."""

from __future__ import annotations

import ipaddress
import math
import socket
import ssl
import threading
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import urlsplit
from urllib.request import getproxies_environment, proxy_bypass_environment  # type: ignore[attr-defined]

from cryptography import x509

from cli import client
from cli.certificates import PUBLIC
from cli.doctor.asking import CONNECT_SECONDS
from cli.doctor.check import Finding, Visit, ok, warning, wrong
from cli.errors import Failure
from cli.state import Endpoint
from mesh.identity import ENVOY, component_of

NAME_SECONDS = 2.0
EXPIRY_DAYS = 14
MOST_ADDRESSES = 3
LOCAL_NAMES = ("localhost", "ip6-localhost")
_EXPIRED, _NOT_YET, _OTHER_HOST, _OTHER_IP = 10, 9, 62, 64
_UNKNOWN = (18, 19, 20, 21)
"""OpenSSL's numbers for what is wrong with a certificate (X509_V_ERR_…)."""


def url(visit: Visit) -> Finding:
    """Whether the URL is one, and keeps the key safe."""
    if visit.missing:
        return wrong(visit.missing.message, "there is nothing to look at", visit.missing.hint or "set MYRIAD_URL")
    shown = visit.endpoint.shown
    try:
        parts = urlsplit(visit.endpoint.url)
        port = parts.port
    except ValueError:
        return wrong(f"{shown} is no URL", "no client can use it", "it has the form http://HOST:PORT or https://HOST")
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        return wrong(f"{shown} is no http:// or https:// URL", "no client can use it", "as in http://127.0.0.1:8080")
    visit.parts = parts
    if parts.username or parts.query or parts.fragment:
        return warning(
            f"{shown} has more in it than a host, a port and a path",
            "the key is all that Myriad asks for; a password in a URL ends up in logs",
            "leave out what is before @ and after ?",
        )
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        return warning(
            f"{shown} is plain HTTP to another machine",
            "whoever is on the way can read the key, questions and answers",
            "use https: `myriad up --tls`, MYRIAD_EDGE_PUBLIC_TLS, or a proxy that ends TLS beside it",
        )
    return ok(shown)


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in LOCAL_NAMES


def proxies(visit: Visit) -> Finding:
    """Whether variables send other clients to a proxy where none belongs."""
    named = getproxies_environment()
    scheme = visit.parts.scheme
    if not (named.get(scheme) or named.get("all")) or proxy_bypass_environment(visit.host):
        return ok("no variable sends requests to a proxy")
    variable = f"{scheme.upper()}_PROXY" if named.get(scheme) else "ALL_PROXY"
    shown = Endpoint(named.get(scheme) or named.get("all", ""), "").shown
    if is_loopback(visit.host):
        return warning(
            f"{variable} sends requests to {visit.host} to the proxy {shown}",
            "`myriad` asks no proxy, but curl, gRPC and OpenAI's client do, and it cannot reach this machine",
            f"export NO_PROXY={visit.host},localhost",
        )
    return ok(f"{variable} sends other clients to the proxy {shown}; `myriad` asks none")


def name(visit: Visit) -> Finding:
    """Whether the name stands for an address."""
    found: list[str] = []
    why: list[str] = []

    def resolve() -> None:
        try:
            infos = socket.getaddrinfo(visit.host, visit.port, type=socket.SOCK_STREAM)
            found.extend(dict.fromkeys(str(info[4][0]) for info in infos))
        except (OSError, UnicodeError) as error:
            why.append(getattr(error, "strerror", "") or "it is no name")

    asking = threading.Thread(target=resolve, daemon=True)  # nothing else bounds how long it takes
    asking.start()
    asking.join(visit.left(NAME_SECONDS))
    if found:
        return ok(f"{visit.host} is {', '.join(found[:MOST_ADDRESSES])}")
    return wrong(
        f"the name {visit.host} cannot be resolved: {why[0] if why else 'no answer in time'}",
        "no client finds it",
        "see that it is spelled right, that DNS has it, and that this machine may ask DNS",
    )


def connection(visit: Visit) -> Finding:
    """Whether somebody listens there."""
    try:
        with socket.create_connection((visit.host, visit.port), visit.left(CONNECT_SECONDS)):
            return ok(f"port {visit.port} accepts connections")
    except ConnectionRefusedError:
        return wrong(
            f"nobody listens on port {visit.port} of {visit.host}",
            "Envoy does not run there, or listens on another port",
            "start it (`myriad up`), or correct the URL's port",
        )
    except TimeoutError:
        return wrong(
            f"port {visit.port} of {visit.host} does not answer",
            "packets get lost on the way: a firewall, a wrong address, or a machine that is off",
            "let the port through, and see that the machine runs",
        )
    except OSError as error:
        return wrong(
            f"{visit.host} cannot be reached: {error.strerror or error}", "there is no way to it", "look at the network"
        )


def certificate(visit: Visit) -> Finding:
    """Whether its certificate is one that clients believe, and for how long."""
    if not visit.is_tls:
        return ok("plain HTTP: there is none to look at")
    try:
        context = client.trust(visit.endpoint)
    except Failure as failure:
        return wrong(failure.message, "no certificate can be checked", "let MYRIAD_CA name the file of the authority")
    try:
        with (
            socket.create_connection((visit.host, visit.port), visit.left(CONNECT_SECONDS)) as raw,
            context.wrap_socket(raw, server_hostname=visit.host) as sock,
        ):
            ours = sock.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        return inside(visit, shown(visit)) or _refused(visit, error)
    except ssl.SSLError as error:
        return wrong(
            f"port {visit.port} speaks no TLS that this client understands ({error.reason or 'it broke off'})",
            "https:// does not work there",
            "is it plain HTTP? Then the URL begins with http://",
        )
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(ours["notAfter"])), UTC)
    left = math.floor((ends - datetime.now(UTC)).total_seconds() / 86_400)
    if left < EXPIRY_DAYS:
        return warning(
            f"the certificate ends in {left} days, on {ends:%Y-%m-%d}",
            "from then on every client refuses to connect",
            "renew it; Envoy takes up a new one by itself",
        )
    return ok(f"the certificate is good for {left} days")


def shown(visit: Visit) -> x509.Certificate | None:
    """The certificate that is shown there, believed or not; None if no TLS is spoken."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with (
            socket.create_connection((visit.host, visit.port), visit.left(CONNECT_SECONDS)) as raw,
            context.wrap_socket(raw) as sock,
        ):
            return x509.load_der_x509_certificate(sock.getpeercert(binary_form=True) or b"")
    except (OSError, ValueError):
        return None


def inside(visit: Visit, certificate: x509.Certificate | None) -> Finding | None:
    """That a component which is not for clients has this port, if its certificate says so."""
    names = list[str]()
    if certificate:
        with suppress(ValueError, x509.ExtensionNotFound):
            named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
            names = named.get_values_for_type(x509.UniformResourceIdentifier)
    component = component_of(names)
    if not component or component in (ENVOY, PUBLIC):
        return None
    return wrong(
        f"this is not the edge: on port {visit.port} is the component {component}",
        "it speaks with other components alone, and no client gets in there",
        "use the URL that `myriad up` shows; elsewhere that of Envoy",
    )


def _refused(visit: Visit, error: ssl.SSLCertVerificationError) -> Finding:
    means = "clients that check certificates, as all should, do not connect"
    match error.verify_code:
        case code if code == _EXPIRED:
            return wrong("the certificate has expired", means, "renew it, and see why that did not happen by itself")
        case code if code == _NOT_YET:
            return wrong("the certificate is not valid yet", means, "see that this machine's clock is right")
        case code if code in (_OTHER_HOST, _OTHER_IP):
            todo = "use a name that is in the certificate, or issue one for this name"
            return wrong(f"the certificate is not for {visit.host}", means, todo)
        case code if code in _UNKNOWN:
            todo = "let MYRIAD_CA name the file of its authority; of `myriad up --tls` that is tls/ca.crt in its folder"
            known = "the one that MYRIAD_CA names" if visit.endpoint.authority else "any that this system knows"
            return wrong(f"the certificate is signed by another authority than {known}", means, todo)
    return wrong(f"the certificate is not believed: {error.verify_message}", means, "replace it")
