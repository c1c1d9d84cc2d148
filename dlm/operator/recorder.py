"""Events: what a person shall read about an object with `kubectl describe`."""

from __future__ import annotations

from datetime import UTC, datetime

import structlog

from dlm.operator.conditions import stated
from mesh.cluster import EVENTS, Cluster, Object
from mesh.errors import MyriadError

log = structlog.get_logger()
CONTROLLER = "myriad.dev/operator"
MOST_SIGNS = 1_000


class Recorder:
    """Writes events. That one could not be written stops nothing: conditions say the same."""

    def __init__(self, cluster: Cluster, identity: str) -> None:
        self._cluster = cluster
        self._identity = identity

    async def warn(self, body: Object, action: str, reason: str, note: str) -> None:
        """Something is wrong with an object."""
        await self._record(body, action, reason, note, "Warning")

    async def tell(self, body: Object, action: str, reason: str, note: str) -> None:
        """Something was done for an object."""
        await self._record(body, action, reason, note, "Normal")

    async def turned(self, body: Object, action: str, condition: Object) -> None:
        """A condition of an object may be another than it was stated last, or hold for another reason."""
        before = stated(body, condition["type"])
        if before and (before["status"], before["reason"]) == (condition["status"], condition["reason"]):
            return
        say = self.tell if condition["status"] == "True" else self.warn
        await say(body, action, condition["reason"], condition["message"])

    async def _record(self, body: Object, action: str, reason: str, note: str, kind: str) -> None:
        metadata = body["metadata"]
        event = {
            "apiVersion": EVENTS.api_version,
            "kind": "Event",
            "metadata": {"generateName": f"{metadata['name'][:50]}-", "namespace": metadata["namespace"]},
            "eventTime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "reportingController": CONTROLLER,
            "reportingInstance": self._identity,
            "type": kind,
            "action": action,
            "reason": reason,
            "note": note[:MOST_SIGNS],
            "regarding": {
                "apiVersion": body["apiVersion"],
                "kind": body["kind"],
                "namespace": metadata["namespace"],
                "name": metadata["name"],
                "uid": metadata["uid"],
            },
        }
        try:
            await self._cluster.create(EVENTS, event)
        except MyriadError as error:
            log.info("operator.event_lost", name=metadata["name"], about=reason, reason=error.reason_name)
