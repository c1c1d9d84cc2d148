"""
Colocation: components in one process call each other without a connection.

A call over loopback wakes four threads in two processes; with components side by side, that is most of what a short
call takes. The contract stays the same: the callee's boundary, the deadline, the caller's name and headers, errors with
their reasons. Only unary calls take the short way; streams go over the network, as does all that comes from outside.
Messages are handed over as they are, so neither side changes one after it has given it away.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn, TypeAlias, cast

import grpc

from mesh import processor
from mesh.call import Context
from mesh.identity import PEER, Identity, uri
from mesh.processor import Meter

Behaviour: TypeAlias = Callable[[Any, Context], Awaitable[Any]]
Metadata: TypeAlias = Sequence[tuple[str, str | bytes]]

_served: dict[str, Mapping[str, Behaviour]] = {}
"""By the address that a component of this process serves: its unary methods, by their full names."""


@contextmanager
def offered(address: str, methods: Mapping[str, Behaviour]) -> Iterator[None]:
    """While the block lasts, calls from this process to `address` go to `methods` directly."""
    _served[address] = methods
    try:
        yield
    finally:
        del _served[address]


def served_here(address: str) -> bool:
    """Whether a component of this process answers calls to `address` directly."""
    return bool(_served.get(address))


class NearbyChannel:
    """A channel to `target` for generated stubs: short when this process serves it, else `remote`'s."""

    def __init__(self, target: str, remote: Any, caller: Identity) -> None:
        self._target = target
        self._remote = remote
        self._caller = caller

    def unary_unary(self, method: str, *args: Any, **kwargs: Any) -> Callable[..., Awaitable[Any]]:
        far: Callable[..., Awaitable[Any]] = self._remote.unary_unary(method, *args, **kwargs)
        target, caller = self._target, self._caller

        def call(
            request: Any, *, timeout: float | None = None, metadata: Metadata = (), **options: Any
        ) -> Awaitable[Any]:
            behave = _served.get(target, {}).get(method)
            if behave is None:
                calling = far(request, timeout=timeout, metadata=metadata, **options)
                return _charged(meter, calling) if (meter := processor.current.get()) else calling
            # A task of its own: what the callee sets in its context is not the caller's.
            return asyncio.create_task(_answered(behave, request, _NearbyContext(metadata, timeout, caller)))

        return call

    def __getattr__(self, name: str) -> Any:
        return getattr(self._remote, name)

    async def __aenter__(self) -> NearbyChannel:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._remote.close()


async def _answered(behave: Behaviour, request: Any, context: _NearbyContext) -> Any:
    try:
        async with asyncio.timeout(context.time_remaining()):
            return await behave(request, cast("Context", context))
    except TimeoutError:
        raise _error(grpc.StatusCode.DEADLINE_EXCEEDED, "Deadline Exceeded") from None


async def _charged(meter: Meter, calling: Any) -> Any:
    """What a call to another process brings, what it cost there added to the meter."""
    try:
        response = await calling
    except grpc.aio.AioRpcError as error:
        meter.told(error.trailing_metadata() or ())
        raise
    meter.told(await calling.trailing_metadata())
    return response


class _NearbyContext:
    """What a servicer of ours and the boundary ask of a call's context."""

    def __init__(self, metadata: Metadata, timeout: float | None, caller: Identity) -> None:
        self._metadata = metadata
        self._caller = caller
        self._ends = None if timeout is None else time.monotonic() + timeout

    def invocation_metadata(self) -> Metadata:
        return self._metadata

    def auth_context(self) -> Mapping[str, Sequence[bytes]]:
        return {PEER: [uri(self._caller.component).encode()]} if self._caller else {}

    def time_remaining(self) -> float | None:
        return None if self._ends is None else max(0.0, self._ends - time.monotonic())

    async def abort_with_status(self, status: grpc.Status) -> NoReturn:
        raise _error(status.code, status.details, status.trailing_metadata or ())


def _error(code: grpc.StatusCode, details: str, trailing: Iterable[tuple[str, str | bytes]] = ()) -> Exception:
    return grpc.aio.AioRpcError(code, grpc.aio.Metadata(), grpc.aio.Metadata(*trailing), details)
