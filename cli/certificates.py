"""Certificates for a Myriad on one machine: an authority of its own, and one for each component."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from cli.state import write_private
from mesh.identity import AUTHORITY, CERTIFICATE, ENVOY, KEY, OPERATOR, PROMETHEUS, RATE_LIMIT, dns, uri

COMPONENTS = (
    *("agent_host", "connectome", "dlm", "gatekeeper", "genesis", "orchestrator", "synth"),
    *(ENVOY, OPERATOR, PROMETHEUS, RATE_LIMIT),
)
PUBLIC = "public"
"""Whose certificate Envoy shows to clients; no component may be called by it."""
AUTHORITY_KEY = "ca.key"
AUTHORITY_DAYS = 3650
DAYS = 365
RENEWED_DAYS = 90
"""A certificate that ends sooner is made anew."""
CLOCKS = timedelta(hours=1)
"""So far may other machines' clocks be behind ours."""


def provide(folder: Path, components: Iterable[str] = COMPONENTS, names: Sequence[str] = ()) -> None:
    """
    See that `folder` holds an authority and each component's certificate in a folder of its own, none near its end.

    `names`: DNS names and IP addresses that the components have besides their own.
    """
    key, authority = _authority(folder)
    issuer = authority.public_bytes(Encoding.PEM)
    for component in components:
        own = folder / component
        if names or not _lasts(own / CERTIFICATE, authority):
            _issue(own, component, names, key, authority)
        if not (own / AUTHORITY).exists() or (own / AUTHORITY).read_bytes() != issuer:
            write_private(own / AUTHORITY, issuer.decode())
        if component in (ENVOY, PUBLIC):
            _tell_envoy(own)


def _authority(folder: Path) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    file, key_file = folder / AUTHORITY, folder / AUTHORITY_KEY
    if key_file.exists() and _lasts(file):
        key = load_pem_private_key(key_file.read_bytes(), None)
        authority = x509.load_pem_x509_certificate(file.read_bytes())
        if isinstance(key, ec.EllipticCurvePrivateKey) and key.public_key() == authority.public_key():
            return key, authority
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Myriad")])
    authority = (
        _builder(name, name, key, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    write_private(key_file, _pem(key))
    write_private(file, authority.public_bytes(Encoding.PEM).decode())
    return key, authority


def _issue(
    own: Path, component: str, names: Sequence[str], issuer: ec.EllipticCurvePrivateKey, authority: x509.Certificate
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
    called = [x509.UniformResourceIdentifier(uri(component)), x509.DNSName(dns(component)), *map(_name, names)]
    certificate = (
        _builder(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, component)]), authority.subject, key, DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(purposes, critical=False)
        .add_extension(x509.SubjectAlternativeName(called), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()), critical=False)
        .sign(issuer, hashes.SHA256())
    )
    write_private(own / KEY, _pem(key))
    write_private(own / CERTIFICATE, certificate.public_bytes(Encoding.PEM).decode())


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCKS)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _lasts(file: Path, authority: x509.Certificate | None = None) -> bool:
    """Whether a certificate is there, does not end soon, and is of `authority`."""
    try:
        certificate = x509.load_pem_x509_certificate(file.read_bytes())
        if authority:
            certificate.verify_directly_issued_by(authority)
    except Exception:  # whatever is wrong with it, it is made anew
        return False
    return certificate.not_valid_after_utc > datetime.now(UTC) + timedelta(days=RENEWED_DAYS)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _tell_envoy(own: Path) -> None:
    """Envoy takes up what is replaced only if a file of the form of its secret discovery names it."""

    def file(name: str) -> dict[str, str]:
        return {"filename": str(own / name)}

    watched = {"watched_directory": {"path": str(own)}}
    secrets = {
        "certificate": {
            "tls_certificate": {"certificate_chain": file(CERTIFICATE), "private_key": file(KEY)} | watched
        },
        "authority": {"validation_context": {"trusted_ca": file(AUTHORITY)} | watched},
    }
    for name, secret in secrets.items():
        kind = {"@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret"}
        write_private(own / f"{name}.json", json.dumps({"resources": [{**kind, "name": name, **secret}]}))
