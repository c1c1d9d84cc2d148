"""Conditions and times, as Kubernetes' objects state them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from mesh.cluster import Object
from mesh.errors import MyriadError

MOST_SIGNS = 1_000


def stamp(moment: datetime | None = None) -> str:
    """A moment (now, if none is given) to the millisecond."""
    text = (moment or datetime.now(UTC)).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def condition(body: Object, kind: str, holds: bool, reason: str, message: str = "") -> Object:
    """One condition of an object as it is now; the time of its last transition stays while it stays true or false."""
    status = str(holds)
    before = stated(body, kind)
    same = before is not None and before.get("status") == status
    return {
        "type": kind,
        "status": status,
        "reason": reason,
        "message": message[:MOST_SIGNS],
        "observedGeneration": body["metadata"]["generation"],
        "lastTransitionTime": before["lastTransitionTime"] if before and same else stamp(),
    }


def reason_of(error: MyriadError) -> str:
    """A reason as conditions write it: NO_HOST_READY is NoHostReady."""
    return error.reason_name.title().replace("_", "")


def merged(body: Object, changed: Sequence[Object]) -> Sequence[Object]:
    """All conditions of an object, of which these are other ones now."""
    new = {one["type"]: one for one in changed}
    kept = [new.pop(one["type"], one) for one in body.get("status", {}).get("conditions", ())]
    return [*kept, *new.values()]


def stated(body: Object, kind: str) -> Object | None:
    """What an object's status says of a condition."""
    conditions: Sequence[Object] = body.get("status", {}).get("conditions", ())
    return next((one for one in conditions if one["type"] == kind), None)
