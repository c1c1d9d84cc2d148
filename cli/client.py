"""REST: requests with the key, and errors that a person can read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import httpx

from cli import state
from cli.errors import Failure
from cli.options import DEFAULT_MIND

TIMEOUT = httpx.Timeout(30.0, connect=3.0)
ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo"
SHOWN_MINDS = 10
HINTS = {
    "KEY_MISSING": "set MYRIAD_API_KEY",
    "KEY_INVALID": "set MYRIAD_API_KEY to a key of this Myriad",
    "KEY_EXPIRED": "make a new one with `myriad keys create`",
    "MIND_NOT_FOUND": "learn something into it with `myriad learn --mind`, or name another with --mind",
    "MIND_REQUIRED": "name one with --mind",
    "COMPONENT_UNAVAILABLE": "`myriad status` shows what is down",
}


class Client:
    """One Myriad over REST; use it as a context manager."""

    def __init__(self, endpoint: state.Endpoint | None = None) -> None:
        self.endpoint = endpoint or state.find()
        self._http = httpx.Client(**settings(self.endpoint))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._http.close()

    def get(self, path: str, **query: str | int) -> dict[str, Any]:
        return self._call("GET", path, params=query)

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._call("POST", path, json=body)

    def delete(self, path: str) -> dict[str, Any]:
        return self._call("DELETE", path)

    def pages(self, path: str, field: str) -> Iterator[dict[str, Any]]:
        """Every item of a list method, page by page."""
        token = ""
        while True:
            page = self.get(path, pageSize=1000, pageToken=token)
            yield from page.get(field, [])
            token = page.get("nextPageToken", "")
            if not token:
                return

    def _call(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        try:
            with readable(self.endpoint.url):
                return content(self._http.request(method, path, **options))
        except Failure as failure:
            if failure.reason == "MIND_NOT_FOUND":
                failure.hint = self._which_minds()
            raise

    def _which_minds(self) -> str:
        """What to say when a mind is not there."""
        try:
            minds = self.get("/v1/minds", pageSize=SHOWN_MINDS + 1).get("minds", [])
        except Failure:
            return HINTS["MIND_NOT_FOUND"]
        names = [mind.get("name", "").removeprefix("minds/") for mind in minds]
        if not names:
            return "there is none yet; `myriad learn --mind` makes one"
        more = ", …" if len(names) > SHOWN_MINDS else ""
        return f"there is {', '.join(names[:SHOWN_MINDS])}{more}; without --mind it is {DEFAULT_MIND}"


def settings(endpoint: state.Endpoint) -> dict[str, Any]:
    """What an httpx client needs to talk to this Myriad, and only to it."""
    return {
        "base_url": endpoint.url,
        "headers": {"authorization": f"Bearer {endpoint.api_key}"},
        "timeout": TIMEOUT,
        "trust_env": False,  # a proxy for the world outside has no business between us and loopback
    }


def content(response: httpx.Response) -> dict[str, Any]:
    """The JSON object in a response. Failure if it is an error or no JSON."""
    try:
        body = response.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise failure(response.status_code, {})
    if response.is_success:
        return dict(body)
    raise failure(response.status_code, body)


def failure(status: int, body: dict[str, Any]) -> Failure:
    """A `google.rpc.Status` as JSON, made readable."""
    details = [detail for detail in body.get("details", []) if isinstance(detail, dict)]
    info = next((detail for detail in details if detail.get("@type") == ERROR_INFO), {})
    metadata = info.get("metadata")
    return refusal(
        str(body.get("message") or f"HTTP {status}"),
        str(info.get("reason", "")),
        metadata if isinstance(metadata, dict) else {},
    )


def refusal(message: str, reason: str, metadata: Mapping[str, str]) -> Failure:
    """What a server's error means to a person, who knows no method by its path."""
    if reason == "ROLE_TOO_LOW":
        role = metadata.get("role", "admin")
        may_only_read = "this key may only read; learning and forgetting need a key with role teacher"
        message = may_only_read if role == "teacher" else f"this needs a key with role {role}"
        return Failure(message, reason=reason, hint=f"an admin makes one with `myriad keys create --role {role}`")
    return Failure(message, reason=reason, hint=HINTS.get(reason, ""))


@contextmanager
def readable(url: str) -> Iterator[None]:
    """Turn what httpx says about a broken connection into a Failure."""
    try:
        yield
    except httpx.ConnectError:
        raise Failure(f"no running Myriad answers at {url}", hint=state.START_HINT) from None
    except httpx.TimeoutException:
        raise Failure(f"{url} gave no answer in time", hint=HINTS["COMPONENT_UNAVAILABLE"]) from None
    except httpx.HTTPError as error:
        raise Failure(f"the connection to {url} broke: {error or type(error).__name__}", hint="try again") from None
