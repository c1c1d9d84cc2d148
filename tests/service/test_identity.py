"""Mutual TLS: who may speak to a component's port, whom a channel speaks to, and certificates that are replaced."""

from __future__ import annotations

import os
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from cli import certificates
from mesh.channels import channel
from mesh.identity import AUTHORITY, CERTIFICATE, KEY, NOBODY, Identity, UnusableIdentity
from mesh.listening import StartError
from mesh.server import serving
from mesh.settings import ServerSettings
from tests.identities import identity

LISTEN_EVERYWHERE = "0.0.0.0:0"


@pytest.fixture
async def dlm() -> AsyncIterator[str]:
    async with serving("dlm", ServerSettings(tls=identity("dlm")), []) as address:
        yield address


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Certificates of an authority of this test's own, looked at with each connection."""
    monkeypatch.setattr("mesh.identity.LOOK_SECONDS", 0.0)
    certificates.provide(tmp_path, ("dlm", "genesis"))
    return tmp_path


async def asked(connection: grpc.aio.Channel) -> grpc.StatusCode:
    """What becomes of a call for health."""
    stub: Any = health_pb2_grpc.HealthStub(connection)
    try:
        await stub.Check(health_pb2.HealthCheckRequest(), timeout=5)
    except grpc.aio.AioRpcError as error:
        return error.code()
    return grpc.StatusCode.OK


async def test_a_component_answers_another(dlm: str) -> None:
    async with channel(dlm, "dlm", identity("genesis")) as connection:
        assert await asked(connection) is grpc.StatusCode.OK


async def test_nobody_speaks_without_tls(dlm: str) -> None:
    async with channel(dlm, "dlm", NOBODY) as connection:
        assert await asked(connection) is grpc.StatusCode.UNAVAILABLE


async def test_nobody_speaks_without_a_certificate(dlm: str) -> None:
    trusted = grpc.ssl_channel_credentials(identity("dlm").current().authority)
    options = [("grpc.ssl_target_name_override", "dlm.myriad.internal")]
    async with grpc.aio.secure_channel(dlm, trusted, options=options) as connection:
        assert await asked(connection) is grpc.StatusCode.UNAVAILABLE


async def test_a_certificate_of_another_authority_opens_nothing(dlm: str, own: Path) -> None:
    stranger = Identity(own / "genesis")
    given = replace(stranger.current(), authority=identity("dlm").current().authority)
    stranger.current = lambda: given  # type: ignore[method-assign]
    async with channel(dlm, "dlm", stranger) as connection:
        assert await asked(connection) is grpc.StatusCode.UNAVAILABLE


async def test_a_channel_speaks_to_the_component_that_is_meant_and_to_no_other(dlm: str) -> None:
    async with channel(dlm, "connectome", identity("genesis")) as connection:
        assert await asked(connection) is grpc.StatusCode.UNAVAILABLE


async def test_certificates_that_are_replaced_hold_for_the_next_connection(own: Path) -> None:
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(serving("dlm", ServerSettings(tls=Identity(own / "dlm")), []))
        genesis = await stack.enter_async_context(channel(address, "dlm", Identity(own / "genesis")))
        stale = await stack.enter_async_context(channel(address, "dlm", _fixed(own / "genesis")))
        assert await asked(genesis) is grpc.StatusCode.OK
        (own / certificates.AUTHORITY_KEY).unlink()
        certificates.provide(own, ("dlm", "genesis"))
        assert await asked(genesis) is grpc.StatusCode.OK
        assert await asked(stale) is grpc.StatusCode.UNAVAILABLE, "the server trusts an authority that was replaced"


def _fixed(folder: Path) -> Identity:
    one = Identity(folder)
    given = one.current()
    one.current = lambda: given  # type: ignore[method-assign]
    return one


async def test_what_is_half_replaced_does_not_count_until_it_is_whole(own: Path) -> None:
    one = Identity(own / "dlm")
    before = one.current()
    key = (own / "dlm" / KEY).read_bytes()
    (own / "dlm" / KEY).write_bytes((own / "genesis" / KEY).read_bytes())
    assert one.current() is before
    (own / "dlm" / KEY).unlink()
    assert one.current() is before
    (own / "dlm" / KEY).write_bytes(key)
    (own / "dlm" / CERTIFICATE).touch()
    assert one.current() == before


@pytest.mark.parametrize("file", [CERTIFICATE, KEY, AUTHORITY])
@pytest.mark.parametrize("content", [None, b"", b"secret \xff\0"])
def test_an_identity_that_is_not_whole_names_its_file_and_not_what_is_in_it(
    own: Path, file: str, content: bytes | None
) -> None:
    path = own / "dlm" / file
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UnusableIdentity, match=str(path)) as caught:
        Identity(own / "dlm")
    assert "secret" not in str(caught.value)


def test_a_certificate_that_names_no_component_is_no_identity(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "uri", lambda component: f"https://example.org/{component}")
    certificates.provide(own, ("synth",))
    with pytest.raises(UnusableIdentity, match="names no component"):
        Identity(own / "synth")


async def test_a_component_does_not_start_with_anothers_certificate() -> None:
    with pytest.raises(StartError, match="MYRIAD_TLS holds the certificate of genesis"):
        async with serving("dlm", ServerSettings(tls=identity("genesis")), []):
            pass


@pytest.mark.parametrize("listen", [LISTEN_EVERYWHERE, "[::]:0"])
async def test_without_a_certificate_nothing_listens_beyond_loopback(listen: str) -> None:
    with pytest.raises(StartError, match="without MYRIAD_TLS"):
        async with serving("dlm", ServerSettings(listen=listen), []):
            pass


async def test_a_port_of_its_own_answers_health_without_tls_and_nothing_else() -> None:
    port = f"127.0.0.1:{_free()}"
    async with serving("dlm", ServerSettings(tls=identity("dlm"), health_listen=port), []):
        async with grpc.aio.insecure_channel(port) as connection:
            assert await asked(connection) is grpc.StatusCode.OK
            call: Any = connection.unary_unary("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await call(b"", timeout=5)
            assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


def test_certificates_last_as_they_are_until_their_end_is_near(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def made() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in own.rglob("*") if path.is_file()}

    first = made()
    certificates.provide(own, ("dlm", "genesis"))
    assert made() == first
    monkeypatch.setattr(certificates, "RENEWED_DAYS", certificates.DAYS + 1)
    certificates.provide(own, ("dlm", "genesis"))
    assert {path.name for path, content in made().items() if content != first[path]} == {CERTIFICATE, KEY}


def test_keys_are_for_their_owner_alone(own: Path) -> None:
    os.umask(os.umask(0))
    assert {path.stat().st_mode & 0o777 for path in own.rglob("*") if path.is_file()} == {0o600}


def test_the_check_of_a_gatekeeper_wants_tls_1_3(own: Path) -> None:
    context = Identity(own / "dlm").context()
    assert isinstance(context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_side=True), ssl.SSLObject)


def _free() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
