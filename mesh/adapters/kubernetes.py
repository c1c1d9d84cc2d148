"""A namespace of a Kubernetes cluster, through the official client."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from kubernetes.aio import client, config

from mesh.cluster import ClusterAway, Object, Outdated, Refused, Resource
from mesh.dependencies import Dependency
from mesh.errors import MyriadError
from mesh.settings import SettingError

SECONDS = 3.0
"""For one request."""
WATCH_SECONDS = 240
"""After so long a watch ends and is begun again."""
QUIET_SECONDS = WATCH_SECONDS + 10.0
AT_ONCE = 16
PAGE = 500
MOST_SIGNS = 300
FIELD_MANAGER = "myriad-operator"
MERGE, APPLY, PLAIN = "application/merge-patch+json", "application/apply-patch+yaml", "application/json"


async def configuration() -> client.Configuration:
    """That of KUBECONFIG, else of the pod that this is. SettingError."""
    made, file = client.Configuration(), os.environ.get("KUBECONFIG")
    try:
        if file:
            await config.load_kube_config(file, client_configuration=made)  # type: ignore[no-untyped-call]
        else:
            config.load_incluster_config(made)  # type: ignore[no-untyped-call]
    except (config.ConfigException, OSError) as error:
        raise SettingError(f"MYRIAD_NAMESPACE is set, and there is no way to the API server: {error}") from None
    made.connection_pool_maxsize = AT_ONCE
    made.client_session_kwargs = {"trust_env": False}  # no proxy for it, no password from ~/.netrc
    return made


@asynccontextmanager
async def open_cluster(namespace: str, manager: str = FIELD_MANAGER) -> AsyncIterator[KubernetesCluster]:
    """The namespace, for as long as the block lasts. SettingError if nobody says where the API server is."""
    async with client.ApiClient(await configuration()) as api:
        api.user_agent = manager
        yield KubernetesCluster(api, namespace, manager)


class KubernetesCluster:
    """See `mesh.cluster.Cluster`."""

    def __init__(self, api: client.ApiClient, namespace: str, manager: str) -> None:
        self._api = api
        self._namespace = namespace
        self._manager = manager
        self._turns = asyncio.Semaphore(AT_ONCE)
        self.state = Dependency("kubernetes", api.configuration.host)

    async def get(self, resource: Resource, name: str) -> Object | None:
        return await self._call("GET", self._path(resource, name))

    async def each(self, resource: Resource, labels: str = "") -> AsyncIterator[Object]:
        token = ""
        while True:
            query = _query(labelSelector=labels, limit=PAGE, **{"continue": token})
            page = await self._call("GET", self._path(resource), query) or {}
            for one in page.get("items", ()):
                yield one
            token = page.get("metadata", {}).get("continue", "")
            if not token:
                return

    async def watch(self, resource: Resource, labels: str = "") -> AsyncIterator[Object]:
        query = _query(labelSelector=labels, watch="true", timeoutSeconds=WATCH_SECONDS)
        async with self._failing():
            response = await self._send("GET", self._path(resource), query, seconds=QUIET_SECONDS)
        try:
            if response.status != 200:
                raise self._failure(response.status, await response.read())
            self.state.works()
            while line := await self._line(response):
                event = json.loads(line)
                if event["type"] == "ERROR":
                    raise ClusterAway(str(event["object"].get("message", "the watch ended"))[:MOST_SIGNS])
                if event["type"] != "BOOKMARK":
                    yield event["object"]
        finally:
            response.response.close()

    async def create(self, resource: Resource, body: Object) -> Object:
        return await self._answer("POST", self._path(resource), body)

    async def replace(self, resource: Resource, body: Object) -> Object:
        return await self._answer("PUT", self._path(resource, body["metadata"]["name"]), body)

    async def apply(self, resource: Resource, body: Object) -> Object:
        query = _query(fieldManager=self._manager, force="true")
        return await self._answer("PATCH", self._path(resource, body["metadata"]["name"]), body, query, APPLY)

    async def patch(self, resource: Resource, name: str, body: Mapping[str, Any], part: str = "") -> Object | None:
        path = self._path(resource, name) + (f"/{part}" if part else "")
        return await self._call("PATCH", path, _query(fieldManager=self._manager), body, MERGE)

    async def delete(self, resource: Resource, name: str, uid: str) -> None:
        options = {"preconditions": {"uid": uid}, "propagationPolicy": "Background"}
        try:
            await self._call("DELETE", self._path(resource, name), body=options)
        except Outdated:
            return  # another of its name is there by now

    def _path(self, resource: Resource, name: str = "") -> str:
        root = f"/apis/{resource.group}" if resource.group else "/api"
        below = f"/{name}" if name else ""
        return f"{root}/{resource.version}/namespaces/{self._namespace}/{resource.plural}{below}"

    async def _answer(
        self, method: str, path: str, body: Object, query: list[tuple[str, str]] | None = None, kind: str = PLAIN
    ) -> Object:
        answer = await self._call(method, path, query, body, kind)
        if answer is None:
            raise Refused(f"the API server knows no {path}")
        return answer

    async def _call(
        self,
        method: str,
        path: str,
        query: list[tuple[str, str]] | None = None,
        body: Mapping[str, Any] | None = None,
        kind: str = PLAIN,
    ) -> Object | None:
        """The object that came back; None if there is none of this name."""
        async with self._failing(), asyncio.timeout(SECONDS), self._turns:
            response = await self._send(method, path, query, body, kind)
            content = await response.read()
        if response.status == 404:
            return None
        if not 200 <= response.status < 300:
            raise self._failure(response.status, content)
        self.state.works()
        answer: Object = json.loads(content)
        return answer

    async def _send(
        self,
        method: str,
        path: str,
        query: list[tuple[str, str]] | None,
        body: Mapping[str, Any] | None = None,
        kind: str = PLAIN,
        seconds: float = SECONDS,
    ) -> Any:
        headers = {"Accept": "application/json", "Content-Type": kind}
        sent = await self._api.param_serialize(
            method, path, {}, query, headers, body=body, auth_settings=["BearerToken"]
        )
        return await self._api.call_api(*sent, _request_timeout=seconds)

    async def _line(self, response: Any) -> bytes:
        """The next of a watch; empty at its end."""
        async with self._failing():
            line: bytes = await response.response.content.readline()
            return line

    @asynccontextmanager
    async def _failing(self) -> AsyncIterator[None]:
        try:
            yield
        except (aiohttp.ClientError, client.ApiException, OSError, TimeoutError, ValueError) as error:
            away = ClusterAway(str(error)[:MOST_SIGNS] or "it takes too long")
            self.state.failed(away.message)
            raise away from None

    def _failure(self, status: int, content: bytes) -> MyriadError:
        why = f"{_message(content)} ({status})"
        if status == 409:
            return Outdated(why)
        if status == 429 or status >= 500:
            self.state.failed(why)
            return ClusterAway(why)
        if status in (401, 403):
            self.state.failed(why)
        return Refused(why)


def _message(content: bytes) -> str:
    """What the API server says is wrong."""
    try:
        said = json.loads(content)["message"]
    except (ValueError, KeyError, TypeError):
        said = content.decode(errors="replace")
    return " ".join(str(said).split())[:MOST_SIGNS]


def _query(**given: object) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, value in given.items() if value]
