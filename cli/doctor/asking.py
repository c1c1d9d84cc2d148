"""One request over HTTP/1.1, as any client would make it, bounded in time and size."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any

from cli import client
from cli.client import ERROR_INFO
from cli.doctor.check import Visit

CONNECT_SECONDS = 1.5
ANSWER_SECONDS = 3.0
MOST_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer."""

    status: int
    headers: dict[str, str]
    """By names in lower case."""
    text: str

    @property
    def body(self) -> dict[str, Any]:
        """The JSON object in it; empty if there is none."""
        try:
            body = json.loads(self.text)
        except ValueError:
            return {}
        return body if isinstance(body, dict) else {}

    @property
    def reason(self) -> str:
        """Myriad's reason for an error; empty if it is none of Myriad's."""
        body = self.body
        if isinstance(error := body.get("error"), dict):
            if not isinstance(data := error.get("data"), dict):
                return str(error.get("code") or "").upper()
            body = data  # of JSON-RPC, which MCP speaks
        details = body.get("details")
        found = [one for one in details if isinstance(one, dict)] if isinstance(details, list) else []
        return next((str(one.get("reason")) for one in found if one.get("@type") == ERROR_INFO), "")


def ask(
    visit: Visit,
    method: str,
    path: str,
    body: dict[str, Any] | None = None,
    key: bool = True,
    most: float = ANSWER_SECONDS,
) -> Reply:
    """Ask and read all of the answer. OSError, and TimeoutError, if there is none."""
    with opened(visit, method, path, body, key, most) as response:
        text = response.read(MOST_BYTES).decode("utf-8", "replace")
        return Reply(response.status, _headers(response), text)


def pieces(visit: Visit, path: str, body: dict[str, Any], most: float = ANSWER_SECONDS) -> tuple[Reply, list[float]]:
    """The same of an answer that comes in pieces, with when each line of it came, in seconds from the start."""
    began, times, text = time.monotonic(), list[float](), ""
    with opened(visit, "POST", path, body, True, most) as response:
        while len(text) < MOST_BYTES and (piece := response.read1(65_536)):
            text += piece.decode("utf-8", "replace")
            times += [time.monotonic() - began] * (text.count("\n") - len(times))
        return Reply(response.status, _headers(response), text), times


@contextmanager
def opened(
    visit: Visit, method: str, path: str, body: dict[str, Any] | None, key: bool, most: float
) -> Iterator[HTTPResponse]:
    connection = (
        HTTPSConnection(
            visit.host, visit.port, timeout=visit.left(CONNECT_SECONDS), context=client.trust(visit.endpoint)
        )
        if visit.is_tls
        else HTTPConnection(visit.host, visit.port, timeout=visit.left(CONNECT_SECONDS))
    )
    headers = {"accept": "application/json, text/event-stream", "user-agent": "myriad-doctor"}
    if key:
        headers["authorization"] = f"Bearer {visit.endpoint.api_key}"
    if body is not None:
        headers["content-type"] = "application/json"
    late = threading.Event()
    try:
        connection.connect()
        sock: Any = connection.sock

        def end() -> None:  # a limit for the whole, however slowly its bytes come
            late.set()
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(visit.left(most), end)
        timer.daemon = True
        timer.start()
        try:
            sock.settimeout(most)
            sent = None if body is None else json.dumps(body).encode()
            connection.request(method, visit.parts.path.rstrip("/") + path, sent, headers)
            yield connection.getresponse()
        finally:
            timer.cancel()
        if late.is_set():
            raise TimeoutError
    except HTTPException as error:
        if late.is_set():
            raise TimeoutError from None
        raise NoHttp(str(error) or type(error).__name__) from None
    except TimeoutError:
        raise
    except OSError:
        if late.is_set():
            raise TimeoutError from None
        raise
    finally:
        connection.close()


class NoHttp(OSError):
    """What came is no HTTP, or broke off."""

    def __init__(self, why: str) -> None:
        super().__init__(0, f"it speaks no HTTP as it should ({why[:100]})")


def _headers(response: HTTPResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in response.getheaders()}
