"""Many requests at once, with httpx, whose import takes longer than one question does (see client)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from cli import client, state

TIMEOUT = httpx.Timeout(client.ANSWER_SECONDS, connect=client.CONNECT_SECONDS)


def settings(endpoint: state.Endpoint) -> dict[str, Any]:
    """What an httpx client needs to talk to this Myriad, and only to it."""
    return {
        "base_url": endpoint.url,
        "headers": {"authorization": f"Bearer {endpoint.api_key}"},
        "timeout": TIMEOUT,
        **({"verify": client.trust(endpoint)} if endpoint.authority else {}),
        "trust_env": False,  # a proxy for the world outside has no business between us and loopback
    }


def content(response: httpx.Response) -> dict[str, Any]:
    """The JSON object in a response. Failure if it is an error or no JSON."""
    return client.content(response.status_code, response.content)


@contextmanager
def readable(url: str) -> Iterator[None]:
    """Turn what httpx says about a broken connection into a Failure."""
    try:
        yield
    except httpx.ConnectError:
        raise client.nobody(url) from None
    except httpx.TimeoutException:
        raise client.too_late(url) from None
    except httpx.HTTPError as error:
        raise client.broken(url, error) from None
