"""Watching objects with kopf: every event is told, and nothing of kopf's own is written into them."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import kopf
from kubernetes.aio.client import Configuration

from dlm.operator.ports import Tell
from mesh.cluster import Resource

STOP_SECONDS = 5.0
CLOSE_SECONDS = 0.1
"""So long connections over TLS take to close after their session."""
CONNECT_SECONDS = 3.0
WATCH_SECONDS = 240
BACKOFF_SECONDS = (0.5, 1, 2, 4, 8)
PAGE = 500
IDLE_SECONDS = 0.5
"""So long kopf keeps a task and a queue for each object of which something was heard."""


class KopfWatch:
    """
    See `dlm.operator.ports.Watch`.

    It runs in a thread of its own: kopf takes signals, and ends all tasks of its loop that began after it.
    It lists all and starts again by itself when a watch breaks off. If it cannot go on, `run` fails.
    """

    def __init__(self, configuration: Configuration, namespace: str) -> None:
        self._configuration = configuration
        self._namespace = namespace
        logging.getLogger("kopf").setLevel(logging.CRITICAL)  # what it cannot go on with it raises

    async def run(self, resources: Sequence[Resource], tell: Tell) -> None:
        """Tell of all objects, then of every change, until cancelled."""
        loop, stop = asyncio.get_running_loop(), threading.Event()
        registry = kopf.OperatorRegistry()

        def handler(resource: Resource) -> Callable[..., Any]:
            async def heard(*, event: Mapping[str, Any], **_: object) -> None:
                with suppress(RuntimeError):  # our loop has ended
                    loop.call_soon_threadsafe(tell, resource, event["object"])

            return heard

        for resource in resources:
            kopf.on.event(*resource, registry=registry, id=resource.plural)(handler(resource))
        kopf.on.login(registry=registry)(self._connection)
        settings = _settings()

        async def watch() -> None:
            namespaces = [self._namespace]
            try:
                await kopf.operator(
                    registry=registry, settings=settings, namespaces=namespaces, standalone=True, stop_flag=stop
                )
            finally:
                await asyncio.sleep(CLOSE_SECONDS)

        pool = ThreadPoolExecutor(1, "kopf")
        ended = loop.run_in_executor(pool, lambda: asyncio.run(watch()))
        try:
            await asyncio.shield(ended)
        finally:
            stop.set()
            await asyncio.wait({ended}, timeout=STOP_SECONDS)
            pool.shutdown(wait=False)

    async def _connection(self, **_kopf: object) -> kopf.ConnectionInfo:
        """As the client has it now; asked for again when the API server takes a token no more."""
        header: str | None = await self._configuration.get_api_key_with_prefix("BearerToken", alias="authorization")
        scheme, _, token = (header or "").rpartition(" ")
        return kopf.ConnectionInfo(
            server=self._configuration.host,
            ca_path=self._configuration.ssl_ca_cert,
            insecure=not self._configuration.verify_ssl,
            scheme=scheme or None,
            token=token or None,
            certificate_path=self._configuration.cert_file,
            private_key_path=self._configuration.key_file,
        )


def _settings() -> kopf.OperatorSettings:
    settings = kopf.OperatorSettings()
    settings.posting.enabled = False
    settings.scanning.disabled = True  # it would need to see all namespaces and definitions
    settings.watching.server_timeout = WATCH_SECONDS
    settings.watching.connect_timeout = settings.networking.connect_timeout = CONNECT_SECONDS
    settings.watching.chunk_size = PAGE
    settings.networking.error_backoffs = BACKOFF_SECONDS
    settings.queueing.idle_timeout = IDLE_SECONDS
    settings.queueing.exit_timeout = 0.5
    return settings
