"""The API server, as a kubelet sees it: objects as JSON, and watches that go on whatever happens to a connection."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx

Object = dict[str, Any]
MERGE = {"content-type": "application/merge-patch+json"}
STRATEGIC = {"content-type": "application/strategic-merge-patch+json"}
SECONDS = 10.0
WATCH_SECONDS = 300
AGAIN_SECONDS = 0.2


class Api:
    """Calls, as whom a kubeconfig names. httpx.HTTPError where one fails or is refused."""

    def __init__(self, kubeconfig: Path) -> None:
        told = json.loads(kubeconfig.read_text())
        cluster = told["clusters"][0]["cluster"]
        self.url = httpx.URL(cluster["server"])
        self.authority = Path(cluster["certificate-authority"])
        self._http = httpx.AsyncClient(
            base_url=self.url,
            headers={"authorization": f"Bearer {told['users'][0]['user']['token']}"},
            verify=ssl.create_default_context(cafile=self.authority),
            timeout=SECONDS,
            limits=httpx.Limits(max_connections=None),
            trust_env=False,
        )

    async def get(self, path: str, **parameters: str) -> Object:
        return await self._call("GET", path, params=parameters)

    async def post(self, path: str, body: Object) -> Object:
        return await self._call("POST", path, json=body)

    async def patch(self, path: str, body: Object, kind: Mapping[str, str] = MERGE) -> Object:
        return await self._call("PATCH", path, content=json.dumps(body), headers=kind)

    async def delete(self, path: str, body: Object) -> Object:
        return await self._call("DELETE", path, json=body)

    async def watch(self, path: str, changed: Callable[[Object, bool], None]) -> None:
        """For ever: tell of each object as it is now, and then of each change; True if the object is gone."""
        known: dict[str, Object] = {}
        while True:
            try:
                listed = await self.get(path)
                there = {one["metadata"]["uid"]: one for one in listed["items"]}
                for uid in known.keys() - there.keys():
                    changed(known[uid], True)
                for one in there.values():
                    changed(one, False)
                known = there
                await self._follow(path, listed["metadata"]["resourceVersion"], known, changed)
            except httpx.HTTPError:
                await asyncio.sleep(AGAIN_SECONDS)

    async def _follow(
        self, path: str, since: str, known: dict[str, Object], changed: Callable[[Object, bool], None]
    ) -> None:
        asked = {"watch": "true", "resourceVersion": since, "timeoutSeconds": str(WATCH_SECONDS)}
        timeout = httpx.Timeout(SECONDS, read=WATCH_SECONDS + SECONDS)
        async with self._http.stream("GET", path, params=asked, timeout=timeout) as answer:
            answer.raise_for_status()
            async for line in answer.aiter_lines():
                event = json.loads(line)
                if event["type"] == "ERROR":
                    return
                one, gone = event["object"], event["type"] == "DELETED"
                known[one["metadata"]["uid"]] = one
                if gone:
                    del known[one["metadata"]["uid"]]
                changed(one, gone)

    async def _call(self, method: str, path: str, **options: Any) -> Object:
        answer = await self._http.request(method, path, **options)
        answer.raise_for_status()
        found: Object = answer.json()
        return found
