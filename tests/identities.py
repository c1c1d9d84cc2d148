"""Certificates of one authority for whatever tests start, and channels on which all calls are let in."""

from __future__ import annotations

import shutil
import ssl
import tempfile
from atexit import register
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any, cast

import grpc
from google.protobuf.descriptor_pool import Default

from cli import certificates
from mesh.access import KEY_HEADER, MINDS_HEADER, ROLE_HEADER, rules
from mesh.channels import channel
from mesh.identity import CERTIFICATE, ENVOY, KEY, OPERATOR, Identity
from mesh.settings import ServerSettings

ADMIN = ((KEY_HEADER, "k"), (ROLE_HEADER, "ROLE_ADMIN"), (MINDS_HEADER, "*"))


@cache
def folder() -> Path:
    made = Path(tempfile.mkdtemp(prefix="myriad-tls-"))
    register(shutil.rmtree, made, ignore_errors=True)
    return made


@cache
def identity(component: str) -> Identity:
    certificates.provide(folder(), (component,))
    return Identity(folder() / component)


def settings(component: str, **more: Any) -> ServerSettings:
    """Of a stand-in for a component."""
    return ServerSettings(tls=identity(component), stop_seconds=0, **more)


def client_context(component: str) -> ssl.SSLContext:
    """For a client that is no gRPC; it trusts any certificate of ours."""
    given = identity(component)
    context = ssl.create_default_context(cadata=given.current().authority.decode())
    context.check_hostname = False
    context.load_cert_chain(given.folder / CERTIFICATE, given.folder / KEY)
    return context


@asynccontextmanager
async def calling(address: str, component: str) -> AsyncIterator[grpc.aio.Channel]:
    """
    A channel on which a component gets each call from one that may make it.

    That is Envoy if the call says for which key, or if no component may; for an admin's if it does not say.
    """
    made = _WhoeverMay(lambda caller: channel(address, component, identity(caller)))
    try:
        yield cast("grpc.aio.Channel", made)
    finally:
        for opened in made.channels.values():
            await opened.close()


class _WhoeverMay:
    def __init__(self, open_for: Callable[[str], grpc.aio.Channel]) -> None:
        self.channels: dict[str, grpc.aio.Channel] = {}
        self._open_for = open_for

    def __getattr__(self, kind: str) -> Any:
        def method(path: str, *coding: Any, **more: Any) -> Any:
            def call(*request: Any, metadata: Iterable[tuple[str, str]] = (), **options: Any) -> Any:
                given = tuple(metadata)
                keyed = any(name in (KEY_HEADER, ROLE_HEADER) for name, _ in given)
                caller = ENVOY if keyed else _caller(path)
                if caller == ENVOY and not keyed:
                    given = (*given, *ADMIN)
                behave = getattr(self._of(caller), kind)(path, *coding, **more)
                return behave(*request, metadata=given, **options)

            return call

        return method

    def _of(self, caller: str) -> grpc.aio.Channel:
        if caller not in self.channels:
            self.channels[caller] = self._open_for(caller)
        return self.channels[caller]


@cache
def _caller(path: str) -> str:
    service, _, method = path.removeprefix("/").partition("/")
    try:
        stated = rules([Default().FindServiceByName(service)])
    except KeyError:
        return OPERATOR
    callers = stated[f"/{service}/{method}"].callers
    return min(callers, default=ENVOY if service.startswith("myriad.") else OPERATOR)
