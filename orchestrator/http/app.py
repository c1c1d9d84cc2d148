"""The application: all routes, within the boundary."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, Router

from mesh.boundary import foreseen
from mesh.tracing import Tracer
from orchestrator.errors import MethodNotAllowed, RouteNotFound
from orchestrator.http import errors
from orchestrator.http.boundary import Boundary


def application(routes: Iterable[BaseRoute], keyless: Sequence[Route] = (), tracer: Tracer | None = None) -> Boundary:
    """
    An ASGI application of these routes; the `keyless` are for anybody, exactly as their paths stand there.

    Each family of endpoints is a module with `routes(…)`; what they raise becomes an error in the form of their path.
    It is no `Starlette`, which answers what nobody foresaw in words of its own.
    """
    router = Router([*routes, *keyless], redirect_slashes=False)
    anybody = frozenset(route.path for route in keyless)
    return Boundary(ExceptionMiddleware(router, handlers=_HANDLERS), anybody, tracer)


def _gone(_request: Request, _error: Exception) -> Response:
    """For the log and the figures: nobody reads it."""
    return Response(status_code=HTTPStatus.REQUEST_TIMEOUT)


def _failed(request: Request, error: Exception) -> Response:
    return errors.response(foreseen(error, request.url.path), request.url.path)


def _refused(request: Request, error: Exception) -> Response:
    """What the router itself refuses: a path, or a method of it, that there is not."""
    path = request.url.path
    if isinstance(error, HTTPException) and error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        response = errors.response(MethodNotAllowed(), path)
        response.status_code = error.status_code
        response.headers["allow"] = ", ".join(sorted((error.headers or {})["Allow"].split(", ")))
        return response
    return errors.response(RouteNotFound(request.method, path), path)


_HANDLERS = {HTTPException: _refused, ClientDisconnect: _gone, Exception: _failed}
