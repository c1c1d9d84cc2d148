"""The REST API for programs, `/openapi.json`, and to read, `/docs`: `scripts/openapi` makes both of `proto/`."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

DOCUMENT, PAGE = "/openapi.json", "/docs"


def routes() -> Sequence[Route]:
    document, page = ((files("myriad") / f"openapi.{kind}").read_bytes() for kind in ("json", "html"))
    return [
        _route(DOCUMENT, document, {"content-type": "application/json"}),
        _route(PAGE, page, {"content-type": "text/html; charset=utf-8", "content-security-policy": _policy(page)}),
    ]


def _route(path: str, content: bytes, headers: Mapping[str, str]) -> Route:
    # Weak: a compressed answer is of another form and of the same content.
    tag = f'W/"{hashlib.sha256(content).hexdigest()[:32]}"'
    said = {
        **headers,
        "etag": tag,
        "cache-control": "no-cache",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
    }

    async def answer(request: Request) -> Response:
        if tag in (one.strip() for one in request.headers.get("if-none-match", "").split(",")):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=said)
        return Response(content, headers=said)

    return Route(path, answer)


def _policy(page: bytes) -> str:
    """The page shows itself and its style, and nothing else: no script, no frame, nothing from elsewhere."""
    style = page.partition(b"<style>")[2].partition(b"</style>")[0]
    known = base64.b64encode(hashlib.sha256(style).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{known}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
