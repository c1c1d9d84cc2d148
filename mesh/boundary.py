"""The one interceptor at every server's boundary: request id, caller, deadline, access, load, errors, log."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, NamedTuple, NoReturn, TypeAlias, cast

import grpc
import structlog
from grpc_status import rpc_status

from mesh import call, processor, reading, revocation, tracing
from mesh.access import Caller, Rule
from mesh.call import Context
from mesh.colocation import Behaviour
from mesh.errors import MyriadError, Overloaded, Unforeseen
from mesh.identity import PEER, component_of
from mesh.metrics import Calls
from mesh.processor import Meter
from mesh.tracing import Span, Tracer

log = structlog.get_logger()
Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
Trailers: TypeAlias = "tuple[tuple[str, str | bytes], ...]"
# Not ours: health and reflection answer whoever may speak to the port at all.
OPEN_PREFIX = "/grpc."


class _Started(NamedTuple):
    """A call that is under way."""

    at: float
    """By the monotonic clock, in seconds."""
    span: Span | None


class Boundary(grpc.aio.ServerInterceptor):
    """Wraps every handler, so that nothing below it knows about statuses, headers or limits."""

    def __init__(
        self, rules: Mapping[str, Rule], max_concurrent_calls: int, calls: Calls, tracer: Tracer | None = None
    ) -> None:
        self._rules = rules
        self._tracer = tracer
        self._limit = max_concurrent_calls
        self._calls = calls
        self._log = log.bind()  # once, and not for each call
        self._under_way = 0

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler | None:
        handler = await continuation(handler_call_details)
        method = str(handler_call_details.method)
        if handler is None or method.startswith(OPEN_PREFIX):
            return handler
        behave: Any = handler.stream_stream or handler.unary_stream or handler.stream_unary or handler.unary_unary
        behave = reading.stream(behave) if handler.request_streaming else reading.unary(behave)
        if handler.response_streaming:
            wrapped: Any = self._streaming(method, behave)
            make: Any = (
                grpc.stream_stream_rpc_method_handler
                if handler.request_streaming
                else grpc.unary_stream_rpc_method_handler
            )
        else:
            wrapped = self._unary(method, behave)
            make = (
                grpc.stream_unary_rpc_method_handler
                if handler.request_streaming
                else grpc.unary_unary_rpc_method_handler
            )
        return cast(
            "Handler", make(wrapped, reading.lenient(handler.request_deserializer), handler.response_serializer)
        )

    def nearby(self, handlers: Mapping[str, Handler]) -> Mapping[str, Behaviour]:
        """The unary ones of these methods, wrapped, for callers in the same process."""
        return {
            method: self._unary(method, handler.unary_unary)
            for method, handler in handlers.items()
            if handler.unary_unary
        }

    def _unary(self, method: str, behave: Any) -> Callable[[Any, Context], Awaitable[Any]]:
        async def handle(request: Any, context: Context) -> Any:
            started = self._enter(method, context)
            meter = _meter(context)
            self._under_way += 1
            try:
                self._admit(method)
                work = behave(request, context)
                response = await (processor.metered(meter, work) if meter else work)
            except Exception as error:
                await self._fail(context, method, started, error, _spent(meter))
            except asyncio.CancelledError:
                self._ended(method, started, grpc.StatusCode.CANCELLED.name)
                raise
            finally:
                self._under_way -= 1
            if spent := _spent(meter):
                context.set_trailing_metadata(spent)
            self._ended(method, started, grpc.StatusCode.OK.name)
            return response

        return handle

    def _streaming(self, method: str, behave: Any) -> Callable[[Any, Context], AsyncIterator[Any]]:
        # Streams stay open for long; each bounds its own queue instead of counting here.
        async def handle(request: Any, context: Context) -> AsyncIterator[Any]:
            started = self._enter(method, context)
            try:
                self._admit(method)
                async with revocation.watched(call.caller.get().key):
                    async for response in behave(request, context):
                        yield response
            except Exception as error:
                await self._fail(context, method, started, error)
            except (asyncio.CancelledError, GeneratorExit):
                self._ended(method, started, grpc.StatusCode.CANCELLED.name)
                raise
            self._ended(method, started, grpc.StatusCode.OK.name)

        return handle

    def _enter(self, method: str, context: Context) -> _Started:
        self._calls.started(method)
        metadata = dict(context.invocation_metadata() or ())
        call.request_id.set(str(metadata.get(call.REQUEST_ID) or call.new_request_id()))
        call.caller.set(Caller.of(_component(context), metadata))
        remaining = context.time_remaining()
        now = time.monotonic()
        call.deadline.set(None if remaining is None else now + remaining)
        traceparent = str(metadata.get(tracing.TRACEPARENT, ""))
        span = self._tracer.begin(method.removeprefix("/"), traceparent) if self._tracer and traceparent else None
        tracing.current.set(span)
        return _Started(now, span)

    def _admit(self, method: str) -> None:
        if self._under_way > self._limit:
            raise Overloaded("as many calls as may be are under way; try again")
        self._rules.get(method, Rule()).admit(call.caller.get(), method)

    async def _fail(
        self, context: Context, method: str, started: _Started, error: Exception, trailers: Trailers = ()
    ) -> NoReturn:
        failed = foreseen(error, method)
        self._ended(method, started, failed.code.name, failed.reason_name)
        status = failed.status()
        said = cast("Any", rpc_status.to_status(status))
        trailers = (*said.trailing_metadata, *trailers, *failed.retry_after.items())
        await context.abort_with_status(said._replace(trailing_metadata=trailers))
        raise AssertionError("abort always raises")

    def _ended(self, method: str, started: _Started, code: str, reason: str = "") -> None:
        seconds = time.monotonic() - started.at
        if started.span:
            _note(started.span, method, code)
            started.span.end(reason or ("" if code == grpc.StatusCode.OK.name else code))
        self._calls.ended(method, code, seconds, reason)
        self._log.info(
            "call",
            method=method,
            code=code,
            elapsed_ms=round(seconds * 1e3, 2),
            caller=call.caller.get().component or None,
            key=call.caller.get().key or None,
        )


def _note(span: Span, method: str, code: str) -> None:
    """What OpenTelemetry's conventions call it, and our own ids, by which it is found."""
    service, _, name = method.removeprefix("/").partition("/")
    caller = call.caller.get()
    named = {"myriad.request_id": call.request_id.get(), "myriad.caller": caller.component, "myriad.key": caller.key}
    span.note({"rpc.system.name": "grpc", "rpc.service": service, "rpc.method": name, "rpc.response.status_code": code})
    span.note({key: value for key, value in named.items() if value})


def _meter(context: Context) -> Meter | None:
    """Of the call that this one is a part of: beside it in this process, or in another that says what is left."""
    if (beside := processor.current.get()) or call.caller.get().role is not None:
        return beside
    left = dict(context.invocation_metadata() or ()).get(processor.LEFT)
    return Meter(float(left)) if left else None


def _spent(meter: Meter | None) -> Trailers:
    """What a caller in another process is told."""
    if meter is None or meter is processor.current.get():
        return ()
    return ((processor.SPENT, f"{meter.spent:.6f}"),)


def _component(context: Context) -> str:
    """Who calls, by the certificate of the connection; empty if nobody showed one."""
    return component_of(name.decode(errors="replace") for name in context.auth_context().get(PEER, ()))


def foreseen(error: Exception, method: str) -> MyriadError:
    """What a caller of `method` may know of a failure; the log gets the cause of what nobody foresaw."""
    if isinstance(error, MyriadError):
        return error
    log.error("call.failed", method=method, exc_info=error)
    return Unforeseen(call.request_id.get())
