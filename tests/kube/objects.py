"""Objects of one namespace, read and watched without the time that kubectl takes to start."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import httpx

from tests.kube.control_plane import ControlPlane

HYDRATION_REQUESTS = "myriad.dev/v1alpha1/hydrationrequests"
SECONDS = 35.0
WATCH_SECONDS = 30


class Objects:
    """The API server, as its administrator sees it in one namespace."""

    def __init__(self, plane: ControlPlane, namespace: str) -> None:
        self._plane = plane
        self._namespace = namespace
        self._context = ssl.create_default_context(cafile=plane.authority)

    def create(self, resource: str, body: Mapping[str, Any]) -> dict[str, Any]:
        with self._http() as http:
            answer = http.post(self._path(resource), json=body)
        assert answer.is_success, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def changes(self, resource: str) -> Iterator[dict[str, Any]]:
        """Each object as it is now, and then whenever it changes, for half a minute."""
        asked = {"watch": "true", "resourceVersion": "0", "timeoutSeconds": str(WATCH_SECONDS)}
        with self._http() as http, http.stream("GET", self._path(resource), params=asked) as answer:
            answer.raise_for_status()
            with suppress(httpx.HTTPError):
                for line in answer.iter_lines():
                    yield json.loads(line)["object"]

    def _http(self) -> httpx.Client:
        """For one call: those of several threads over one client got in each other's way."""
        told = {"authorization": f"Bearer {self._plane.token}"}
        url, verify = self._plane.url, self._context
        return httpx.Client(base_url=url, headers=told, verify=verify, trust_env=False, timeout=SECONDS)

    def _path(self, resource: str) -> str:
        group, _, plural = resource.rpartition("/")
        return f"/{f'apis/{group}' if group else 'api/v1'}/namespaces/{self._namespace}/{plural}"
