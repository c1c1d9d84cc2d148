"""The whole of what Envoy is told, but for the endpoints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dlm.xds import clusters, filters, listener, routes
from dlm.xds.snapshot import Message
from dlm.xds.tracing import Traces
from mesh.settings import SettingError

COMPONENTS = ("orchestrator", "connectome", "genesis", "dlm", "gatekeeper")
"""Those that Envoy speaks to."""


def program(
    *,
    listen: str,
    secrets: str,
    targets: Mapping[str, Sequence[str]],
    rate_per_second: float,
    max_body_bytes: int,
    traces: Traces | None = None,
    shown: str = "",
    origins: Sequence[str] = (),
) -> tuple[Message, ...]:
    """
    Clusters, the listener, the routes and the transcoder.

    `listen` and the components' `targets`, one for each replica, are `address:port`; a component without one answers
    nobody;
    `secrets` is the folder where Envoy finds its certificate; the rate is a key's calls a second; the size is that of
    a REST request or answer; `traces` says which requests are followed; `shown` is the folder of the certificate that
    clients see, if they come by TLS. SettingError.
    """
    if rate_per_second <= 0:
        raise SettingError("the rate of calls a key may make is more than 0 a second")
    if traces and not 0 <= traces.share <= 1:
        raise SettingError("MYRIAD_TRACE_SHARE is from 0 to 1")
    counting = targets.get(clusters.RATES)
    try:
        return (
            *(clusters.component(name, targets.get(name, ()), secrets) for name in COMPONENTS),
            clusters.check(targets.get(clusters.CHECK, ()), secrets),
            clusters.http(targets.get(clusters.HTTP, ()), secrets),
            clusters.agent_hosts(secrets),
            *([clusters.rates(counting, secrets)] if counting else []),
            *([clusters.collector(traces.collector)] if traces else []),
            listener.listener(
                listen,
                filters.chain(rate_per_second, max_body_bytes, shared_rates=bool(counting), origins=origins),
                traces,
                shown,
            ),
            routes.routes(filters.image(), origins),
            filters.transcoder(filters.image(), max_body_bytes),
        )
    except ValueError as error:
        raise SettingError(f"Envoy cannot be told where things are: {error}") from None
