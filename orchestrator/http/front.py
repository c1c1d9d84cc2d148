"""What anybody may ask without a key: what this is, and whether it is well."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from importlib.metadata import version

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from orchestrator.readiness import Readiness

NOT_KEPT = {"cache-control": "no-store"}


def routes(readiness: Readiness) -> Sequence[Route]:
    async def front(_request: Request) -> JSONResponse:
        return JSONResponse(
            {
                "name": "Myriad",
                "description": "Answers from explicit knowledge, every sentence with its source.",
                "version": version("myriad"),
                "documentation": "/docs",
                "openapi": "/openapi.json",
                "health": "/healthz",
            }
        )

    async def healthz(_request: Request) -> JSONResponse:
        if missing := await readiness.missing():
            said = f"questions cannot be answered: {_listed(missing)} not here, or not well"
            return JSONResponse({"status": "unavailable", "message": said}, HTTPStatus.SERVICE_UNAVAILABLE, NOT_KEPT)
        return JSONResponse({"status": "ok"}, headers=NOT_KEPT)

    async def icon(_request: Request) -> Response:
        return Response(status_code=HTTPStatus.NO_CONTENT, headers={"cache-control": "max-age=86400"})

    return [Route("/", front), Route("/healthz", healthz), Route("/favicon.ico", icon)]


def _listed(missing: Sequence[str]) -> str:
    names = [f"the {name.replace('_', ' ')}" for name in missing]
    return f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'}"
