"""REST: requests with the key, and errors that a person can read."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

from cli import state
from cli.errors import Failure
from cli.options import DEFAULT_MIND

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 30.0
SUCCESS = 2
ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo"
SHOWN_MINDS = 10
HINTS = {
    "KEY_MISSING": "set MYRIAD_API_KEY",
    "KEY_INVALID": "set MYRIAD_API_KEY to a key of this Myriad",
    "KEY_EXPIRED": "make a new one with `myriad keys create`",
    "MIND_NOT_FOUND": "learn something into it with `myriad learn --mind`, or name another with --mind",
    "MIND_REQUIRED": "name one with --mind",
    "ANSWER_NOT_FOUND": "`myriad ask` shows an answer's name; of its id alone, --mind says the mind",
    "COMPONENT_UNAVAILABLE": "`myriad doctor` says what is down, and what to do",
}


class Unbelieved(Failure):
    """A certificate that no further try makes a better one."""


class Client:
    """One Myriad over REST, request by request; use it as a context manager."""

    def __init__(self, endpoint: state.Endpoint | None = None, answer_seconds: float = ANSWER_SECONDS) -> None:
        """Failure if there is no Myriad, or its URL is none."""
        self.endpoint = endpoint or state.find()
        self._answer_seconds = answer_seconds
        try:
            parts = urlsplit(self.endpoint.url)
            host, port = parts.hostname or "", parts.port
            self._connection = (
                HTTPSConnection(host, port, timeout=CONNECT_SECONDS, context=trust(self.endpoint))
                if parts.scheme == "https"
                else HTTPConnection(host, port, timeout=CONNECT_SECONDS)
            )
        except (ValueError, HTTPException):
            raise nobody(self.endpoint.url) from None
        self._prefix = parts.path.rstrip("/")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def get(self, path: str, **query: str | int) -> dict[str, Any]:
        return self._call("GET", f"{path}?{urlencode(query)}" if query else path)

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._call("POST", path, json.dumps(body))

    def patch(self, path: str, body: dict[str, Any], **query: str) -> dict[str, Any]:
        return self._call("PATCH", f"{path}?{urlencode(query)}", json.dumps(body))

    def text(self, path: str, **query: str) -> str:
        """What is answered as a text and not as JSON."""
        status, answer = self._exchange("GET", f"{path}?{urlencode(query)}", "")
        if status // 100 != SUCCESS:
            content(status, answer)
        return answer.decode()

    def delete(self, path: str) -> dict[str, Any]:
        return self._call("DELETE", path)

    def pages(self, path: str, field: str, **query: str) -> Iterator[dict[str, Any]]:
        """Every item of a list method, page by page."""
        token = ""
        while True:
            page = self.get(path, **query, pageSize=1000, pageToken=token)
            yield from page.get(field, [])
            token = page.get("nextPageToken", "")
            if not token:
                return

    def _call(self, method: str, path: str, body: str = "") -> dict[str, Any]:
        try:
            return content(*self._exchange(method, path, body))
        except Failure as failure:
            if failure.reason == "MIND_NOT_FOUND":
                failure.hint = self._which_minds()
            raise

    def _exchange(self, method: str, path: str, body: str) -> tuple[int, bytes]:
        """Status and body of the answer. Failure if there is none."""
        if {".", ".."} & set(path.partition("?")[0].split("/")):  # else they would lead to something else
            raise Failure("no name has a part that is . or ..", exit_code=2)
        self.connect()
        headers = {"authorization": f"Bearer {self.endpoint.api_key}"}
        if body:
            headers["content-type"] = "application/json"
        try:
            self._connection.request(method, self._prefix + path, body.encode() or None, headers)
            response = self._connection.getresponse()
            return response.status, response.read()
        except TimeoutError:
            self._connection.close()
            raise too_late(self.endpoint.url) from None
        except (OSError, HTTPException) as error:
            self._connection.close()
            raise broken(self.endpoint.url, error) from None
        except ValueError:
            raise Failure("MYRIAD_API_KEY is no key: it does not fit into a header") from None

    def connect(self) -> None:
        """Reach the server. Failure if nobody is there, or its certificate is not believed."""
        if self._connection.sock is not None:
            return
        try:
            self._connection.connect()
        except ssl.SSLCertVerificationError as error:
            raise Unbelieved(
                f"{self.endpoint.url} shows a certificate that is not believed: {error.verify_message}",
                hint="set MYRIAD_CA to the file of the authority that signed it",
            ) from None
        except (OSError, ValueError, HTTPException):
            raise nobody(self.endpoint.url) from None
        opened: Any = self._connection.sock  # None before, which is all that the types know
        opened.settimeout(self._answer_seconds)

    def _which_minds(self) -> str:
        """What to say when a mind is not there."""
        try:
            minds = self.get("/v1/minds", pageSize=SHOWN_MINDS + 1).get("minds", [])
        except Failure:
            return HINTS["MIND_NOT_FOUND"]
        names = [mind.get("name", "").removeprefix("minds/") for mind in minds]
        if not names:
            return f"there is none yet at {self.endpoint.shown}; `myriad learn --mind` makes one"
        more = ", …" if len(names) > SHOWN_MINDS else ""
        return f"at {self.endpoint.shown} it opens: {', '.join(names[:SHOWN_MINDS])}{more}"


def trust(endpoint: state.Endpoint) -> ssl.SSLContext:
    """Whose certificates are believed. Failure if the authority's file cannot be read."""
    try:
        return ssl.create_default_context(cafile=endpoint.authority or None)
    except OSError as error:
        raise Failure(f"MYRIAD_CA: {endpoint.authority} holds no certificate that can be read: {error}") from None


def content(status: int, answer: bytes) -> dict[str, Any]:
    """The JSON object in a response. Failure if it is an error or no JSON."""
    try:
        body = json.loads(answer)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise failure(status, {})
    if status // 100 == SUCCESS:
        return dict(body)
    raise failure(status, body)


def failure(status: int, body: dict[str, Any]) -> Failure:
    """A `google.rpc.Status` as JSON, or an error in OpenAI's form, made readable."""
    if isinstance(error := body.get("error"), dict):
        return refusal(str(error.get("message") or f"HTTP {status}"), str(error.get("code") or "").upper(), {})
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
    if reason == "ROLE_TOO_LOW" and (role := metadata.get("role")):
        may_only_read = "this key may only read; learning and forgetting need a key with role teacher"
        message = may_only_read if role == "teacher" else f"this needs a key with role {role}"
        return Failure(message, reason=reason, hint=f"an admin makes one with `myriad keys create --role {role}`")
    if reason == "MIND_NOT_FOUND" and (mind := metadata.get("mind", "").removeprefix("minds/")):
        unnamed = ", which is taken where --mind names none" if mind == DEFAULT_MIND else ""
        message = f"this key opens no mind {mind!r}{unnamed}"
    return Failure(message, reason=reason, hint=HINTS.get(reason, ""))


def nobody(url: str) -> Failure:
    others = " and ".join(one.shown for one in state.running() if one.url != url)
    hint = f"you run {others}: set MYRIAD_URL and MYRIAD_API_KEY" if others else state.START_HINT
    return Failure(f"no running Myriad answers at {url}", hint=hint)


def too_late(url: str) -> Failure:
    return Failure(f"{url} gave no answer in time", hint=HINTS["COMPONENT_UNAVAILABLE"])


def broken(url: str, error: Exception | str) -> Failure:
    again = "try again; `myriad doctor` says what answers there"
    hint = f"if it speaks TLS, begin its URL with https; else {again}" if url.startswith("http://") else again
    return Failure(f"the connection to {url} broke: {error or type(error).__name__}", hint=hint)
