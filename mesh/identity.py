"""
Identity: the certificate that says which component this is, its key, and the authority that it trusts.

They are files of one folder, with the names that Kubernetes gives them. A certificate names its component twice: as
`spiffe://myriad/<component>`, which whoever is called reads, and as a DNS name, which whoever calls checks. The files
are looked at again while the component runs: what replaces them holds for the next connection.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import structlog
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key

log = structlog.get_logger()
CERTIFICATE, KEY, AUTHORITY = "tls.crt", "tls.key", "ca.crt"
TRUST_DOMAIN = "spiffe://myriad/"
PEER = "peer_uri"
"""Where gRPC's `auth_context` has the URIs of the caller's certificate."""
LOOK_SECONDS = 1.0
"""How often the files are looked at."""
AGENT_HOST, ENVOY, ORCHESTRATOR = "agent_host", "envoy", "orchestrator"
OPERATOR = "operator"
"""Whoever runs a Myriad: the supervisor, and people with grpcurl."""
PROMETHEUS = "prometheus"
"""Who collects metrics, and may do nothing else."""
RATE_LIMIT = "rate_limit"
"""Who counts rates of keys for all Envoys, and may do nothing else."""


class UnusableIdentity(Exception):
    """The certificate, the key or the authority cannot be used; the text names the file."""


def uri(component: str) -> str:
    """What a component's certificate calls it."""
    return f"{TRUST_DOMAIN}{component}"


def dns(component: str) -> str:
    """The name under which gRPC looks for a component in its certificate."""
    return f"{component.replace('_', '-')}.myriad.internal"


def component_of(names: Iterable[str]) -> str:
    """The component that a certificate with these names belongs to; empty if to none, or to several."""
    found = {name.removeprefix(TRUST_DOMAIN) for name in names if name.startswith(TRUST_DOMAIN)}
    return found.pop() if len(found) == 1 else ""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the files said at one time."""

    component: str
    certificate: bytes
    key: bytes
    authority: bytes


class Identity:
    """The credentials in a folder, as they are now. An empty path: none."""

    def __init__(self, folder: str | Path = "") -> None:
        """UnusableIdentity if there is a path, and not all that belongs there."""
        self.folder = Path(folder)
        self._seen: object = None
        self._looked = time.monotonic()
        self._credentials: Credentials | None = None
        if folder:
            self._seen = self._signature()
            self._credentials = self._read()

    def __bool__(self) -> bool:
        return self._credentials is not None

    @property
    def component(self) -> str:
        return self._credentials.component if self._credentials else ""

    def current(self) -> Credentials:
        """The latest credentials. Files that are damaged, or half replaced, do not count until they are whole."""
        if self._credentials is None:
            raise UnusableIdentity("there is no certificate")
        if time.monotonic() - self._looked > LOOK_SECONDS:
            self._looked = time.monotonic()
            try:
                seen = self._signature()
                if seen != self._seen:
                    self._credentials = self._read()
                    self._seen = seen
                    log.info("identity.replaced", component=self.component)
            except UnusableIdentity as error:
                log.warning("identity.unusable", error=str(error))
        return self._credentials

    def server_credentials(self) -> grpc.ServerCredentials:
        """For a gRPC server: each new connection meets the latest credentials, and has to show its own."""
        given = self.current()

        def latest() -> grpc.ServerCertificateConfiguration | None:
            nonlocal given
            before, given = given, self.current()
            return _configuration(given) if given is not before else None

        fetch: Any = latest  # None means unchanged, which the types do not know
        return grpc.dynamic_ssl_server_credentials(_configuration(given), fetch, require_client_authentication=True)

    def context(self) -> ssl.SSLContext:
        """For an asyncio server, with the same effect."""
        return _Latest(self)

    def _signature(self) -> object:
        return [_stat(self.folder / name) for name in (CERTIFICATE, KEY, AUTHORITY)]

    def _read(self) -> Credentials:
        certificate, key, authority = (_bytes(self.folder / name) for name in (CERTIFICATE, KEY, AUTHORITY))
        own = _certificate(self.folder / CERTIFICATE, certificate)
        _certificate(self.folder / AUTHORITY, authority)
        try:
            private = load_pem_private_key(key, None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise UnusableIdentity(f"{self.folder / KEY} holds no private key in PEM without a password") from None
        if private.public_key() != own.public_key():
            raise UnusableIdentity(f"{self.folder / KEY} is not the key of {self.folder / CERTIFICATE}")
        component = component_of(_names(own))
        if not component:
            raise UnusableIdentity(f"{self.folder / CERTIFICATE} names no component: {uri('<component>')}")
        return Credentials(component, certificate, key, authority)


NOBODY = Identity()
"""Without certificates."""


class _Latest(ssl.SSLContext):
    """Hands each connection to a context of the latest credentials; asyncio asks for nothing else."""

    def __new__(cls, _identity: Identity) -> _Latest:
        return super().__new__(cls, ssl.PROTOCOL_TLS_SERVER)

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._given: Credentials | None = None

    def wrap_bio(self, *args: object, **kwargs: object) -> ssl.SSLObject:
        given = self._identity.current()
        if given is not self._given:
            self._current, self._given = _server_context(self._identity.folder, given), given
        return self._current.wrap_bio(*args, **kwargs)  # type: ignore[arg-type]


def _server_context(folder: Path, given: Credentials) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(folder / CERTIFICATE, folder / KEY)
    context.load_verify_locations(cadata=given.authority.decode())
    return context


def _configuration(given: Credentials) -> grpc.ServerCertificateConfiguration:
    return grpc.ssl_server_certificate_configuration([(given.key, given.certificate)], given.authority)


def _stat(path: Path) -> tuple[int, int, int]:
    try:
        found = path.stat()
    except OSError as error:
        raise UnusableIdentity(f"{path} cannot be read: {error.strerror}") from None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnusableIdentity(f"{path} cannot be read: {error.strerror}") from None


def _certificate(path: Path, content: bytes) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificates(content)[0]
    except ValueError:
        raise UnusableIdentity(f"{path} holds no certificate in PEM") from None


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return names.get_values_for_type(x509.UniformResourceIdentifier)
