"""
Requests that cannot be read.

gRPC reads a message before it calls anything of ours, and makes of a failure UNKNOWN and a traceback. So reading fails
with a mark in the message's place, which becomes an error where the handler would have been called.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

from google.protobuf.message import DecodeError

from mesh.errors import RequestUnreadable

_UNREADABLE = object()


def lenient(deserialize: Callable[[bytes], Any] | None) -> Callable[[bytes], Any] | None:
    """`deserialize`, for handlers that `unary` or `stream` has wrapped; none takes messages as they are."""
    if deserialize is None:
        return None

    def read(message: bytes) -> Any:
        try:
            return deserialize(message)
        except DecodeError:
            return _UNREADABLE

    return read


def unary(behave: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """A handler of one message."""
    return lambda request, context: behave(_readable(request), context)


def stream(behave: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """A handler of a stream of messages."""
    return lambda requests, context: behave(_each_readable(requests), context)


async def _each_readable(requests: AsyncIterator[Any]) -> AsyncIterator[Any]:
    # A function, not an expression: gRPC's iterator wants to be begun only by who goes on with it.
    async for request in requests:
        yield _readable(request)


def _readable(request: Any) -> Any:
    if request is _UNREADABLE:
        raise RequestUnreadable("the request is no message of its type: broken protobuf, or text that is not UTF-8")
    return request
