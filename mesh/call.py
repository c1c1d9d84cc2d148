"""The call under way: its request id, its caller and its deadline, and how they go along to the next component."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeAlias, TypedDict

import grpc
import structlog

from mesh import processor, tracing
from mesh.access import Caller
from mesh.errors import CallFailed, ComponentUnavailable, DeadlineExceeded

log = structlog.get_logger()
Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"
"""What grpc hands to a servicer's method."""
REQUEST_ID = "x-request-id"
INSIDE = Caller.inside()
MOST_DETAILS = 300
"""Characters of gRPC's own text in the log."""

request_id: ContextVar[str] = ContextVar("request_id", default="")
caller: ContextVar[Caller] = ContextVar("caller", default=INSIDE)
deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


class Outgoing(TypedDict):
    """Keyword arguments of a stub's method."""

    timeout: float
    metadata: tuple[tuple[str, str], ...]


def outgoing(seconds: float, metadata: Iterable[tuple[str, str]] = ()) -> Outgoing:
    """
    Options for a call to another component: `with calling(): await stub.Method(request, **outgoing(2.0))`.

    It may take `seconds`, or what is left of the call under way if that is less. DeadlineExceeded if nothing is.
    It is told how much processor time is left, if that is metered, and the span that it is a part of, if there is one.
    """
    end = deadline.get()
    if end is not None:
        seconds = min(seconds, end - time.monotonic())
        if seconds <= 0:
            raise DeadlineExceeded("the time that was given is over")
    if meter := processor.current.get():
        metadata = ((processor.LEFT, f"{meter.left:.3f}"), *metadata)
    if span := tracing.current.get():
        metadata = ((tracing.TRACEPARENT, span.traceparent), *metadata)
    return {"timeout": seconds, "metadata": ((REQUEST_ID, request_id.get() or new_request_id()), *metadata)}


@contextmanager
def calling(hangs: str = "") -> Iterator[None]:
    """
    For adapters, around a call to another component: what fails is CallFailed, and gRPC's own error ends here.

    Who `hangs`, if named, is given less time than our caller has: when that is over it is ComponentUnavailable.
    """
    try:
        yield
    except grpc.aio.AioRpcError as error:
        failed = CallFailed(error, request_id.get())
        if failed.silent:  # nobody else will tell why
            log.warning("call.unanswered", code=error.code().name, details=(error.details() or "")[:MOST_DETAILS])
            if hangs and error.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
                raise ComponentUnavailable(f"{hangs} does not answer in time; try again", component=hangs) from error
        raise failed from error


def new_request_id() -> str:
    return secrets.token_hex(8)
