"""Channels to other components."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, cast

import grpc

from mesh import targets
from mesh.colocation import NearbyChannel
from mesh.connections import OPTIONS
from mesh.identity import Credentials, Identity, dns

CLOSE_SECONDS = 5.0
"""How long calls over a connection may go on when its certificate was replaced, or its name means others."""
STAYS = ("dlm",)
"""Of its replicas a caller keeps to one: it holds the caller's streams, and knows first what it was told itself."""


def channel(target: str, callee: str, identity: Identity) -> grpc.aio.Channel:
    """
    A channel on which `identity` calls the component `callee`, and nobody else, at `target` (see `mesh.targets`):
    `address:port`, or those of several replicas, of which it takes one, and another when that one goes; or `name:port`
    for all that the name means, now and later. SettingError.

    It notices dead peers, comes back within half a second and takes messages up to 16 MiB. If this process serves the
    target itself, unary calls go there directly (`mesh.colocation`).
    """
    remote = _Renewed(target, callee, identity)
    return cast("grpc.aio.Channel", NearbyChannel(target, remote, identity))


class _Renewed:
    """A channel that opens another connection when the certificate of its owner was replaced, or who is called."""

    def __init__(self, target: str, callee: str, identity: Identity) -> None:
        self._target, more = targets.of(target, callee in STAYS)
        self._options = [*OPTIONS, *more]
        self._meaning = None if callee in STAYS else targets.Meaning(target)
        self._callee = callee
        self._identity = identity
        self._given: Credentials | None = None
        self._closing: set[asyncio.Task[None]] = set()
        self._connection = self._open()

    def unary_unary(self, *method: Any, **coding: Any) -> Callable[..., Any]:
        return self._latest("unary_unary", method, coding)

    def unary_stream(self, *method: Any, **coding: Any) -> Callable[..., Any]:
        return self._latest("unary_stream", method, coding)

    def stream_unary(self, *method: Any, **coding: Any) -> Callable[..., Any]:
        return self._latest("stream_unary", method, coding)

    def stream_stream(self, *method: Any, **coding: Any) -> Callable[..., Any]:
        return self._latest("stream_stream", method, coding)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    async def close(self, grace: float | None = None) -> None:
        if self._meaning:
            self._meaning.close()
        await asyncio.gather(self._connection.close(grace), *self._closing)

    def _latest(self, kind: str, method: Any, coding: Any) -> Callable[..., Any]:
        connection, behave = self._connection, getattr(self._connection, kind)(*method, **coding)

        def call(*request: Any, **options: Any) -> Any:
            nonlocal connection, behave
            self._renew()
            if connection is not self._connection:
                connection, behave = self._connection, getattr(self._connection, kind)(*method, **coding)
            return behave(*request, **options)

        return call

    def _renew(self) -> None:
        replaced = bool(self._identity) and self._identity.current() is not self._given
        if not (replaced or (self._meaning and self._meaning.changed()) or self._finds_nobody()):
            return
        task = asyncio.create_task(self._connection.close(CLOSE_SECONDS))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
        self._connection = self._open()

    def _finds_nobody(self) -> bool:
        """
        Whether nobody has been there for a while where a name means to be.

        gRPC looks such a name up again ever more seldom, after two minutes at last; a new connection looks at once.
        """
        if not self._target.startswith(targets.NAMED) or time.monotonic() - self._opened < targets.LOOK_SECONDS:
            return False
        return self._connection.get_state() is grpc.ChannelConnectivity.TRANSIENT_FAILURE

    def _open(self) -> grpc.aio.Channel:
        self._opened = time.monotonic()
        if not self._identity:
            return grpc.aio.insecure_channel(self._target, options=self._options)
        given = self._given = self._identity.current()
        credentials = grpc.ssl_channel_credentials(given.authority, given.key, given.certificate)
        named = ("grpc.ssl_target_name_override", dns(self._callee))
        return grpc.aio.secure_channel(self._target, credentials, options=[*self._options, named])
