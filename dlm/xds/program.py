"""The whole of what Envoy is told, but for the endpoints."""

from __future__ import annotations

from collections.abc import Mapping

from dlm.xds import clusters, filters, listener, routes
from dlm.xds.snapshot import Message


def program(
    *, listen: str, targets: Mapping[str, str], rate_per_second: float, max_body_bytes: int
) -> tuple[Message, ...]:
    """
    Clusters, the listener, the routes and the transcoder.

    `listen` and the components' `targets` are `address:port` (ValueError if not); the rate is a key's calls a
    second; the size is that of a REST request or answer.
    """
    return (
        *(clusters.component(name, target) for name, target in targets.items()),
        clusters.agent_hosts(),
        listener.listener(listen, filters.chain(rate_per_second)),
        routes.routes(),
        filters.transcoder(filters.image(), max_body_bytes),
    )
