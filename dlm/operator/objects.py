"""What all kinds do with their objects: say how they are, and keep them until what was done for them is undone."""

from __future__ import annotations

from collections.abc import Sequence

from dlm.operator.conditions import merged
from mesh.cluster import Cluster, Object, Outdated, Resource

FINALIZER = "myriad.dev/release"


async def say(
    cluster: Cluster, resource: Resource, body: Object, status: Object, conditions: Sequence[Object]
) -> Object:
    """The object with what is new of its status, which is written if anything is. Outdated if it is another by now."""
    metadata, before = body["metadata"], body.get("status", {})
    status = {**status, "observedGeneration": metadata["generation"], "conditions": merged(body, conditions)}
    if any(before.get(field) != value for field, value in status.items()):
        return await _patch(cluster, resource, body, {"status": status}, "status")
    return body


def is_held(body: Object) -> bool:
    return FINALIZER in body["metadata"].get("finalizers", ())


async def hold(cluster: Cluster, resource: Resource, body: Object) -> Object:
    """Have an object stay, once it is deleted, until it is let go."""
    if is_held(body):
        return body
    return await _finalized(cluster, resource, body, [*body["metadata"].get("finalizers", ()), FINALIZER])


async def let_go(cluster: Cluster, resource: Resource, body: Object) -> Object:
    """Nothing is to be undone for an object any more."""
    if not is_held(body):
        return body
    others = [one for one in body["metadata"]["finalizers"] if one != FINALIZER]
    return await _finalized(cluster, resource, body, others)


async def _finalized(cluster: Cluster, resource: Resource, body: Object, finalizers: Sequence[str]) -> Object:
    return await _patch(cluster, resource, body, {"metadata": {"finalizers": finalizers}})


async def _patch(cluster: Cluster, resource: Resource, body: Object, change: Object, part: str = "") -> Object:
    metadata = body["metadata"]
    version = {**change.get("metadata", {}), "resourceVersion": metadata["resourceVersion"]}
    patched = await cluster.patch(resource, metadata["name"], {**change, "metadata": version}, part)
    if patched is None:
        raise Outdated(f"{metadata['name']} is gone")
    return patched
