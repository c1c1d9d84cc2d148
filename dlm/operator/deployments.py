"""The Deployment of a pool of agent hosts, as the pool describes it. Pure."""

from __future__ import annotations

from mesh.cluster import AGENT_HOST_POOLS, DEPLOYMENTS, Object

POOL_LABEL = "myriad.dev/pool"
CONTAINER = "agent-host"
KEPT_REVISIONS = 3


def deployment(pool: Object, replicas: int) -> Object:
    """All of it that is the operator's."""
    name, spec = pool["metadata"]["name"], pool["spec"]
    template = spec["template"]
    metadata = template.get("metadata", {})
    labels = {POOL_LABEL: name}
    return {
        "apiVersion": DEPLOYMENTS.api_version,
        "kind": "Deployment",
        "metadata": {
            "name": name,
            "labels": labels | {"app.kubernetes.io/managed-by": "myriad-operator"},
            "ownerReferences": [
                {
                    "apiVersion": AGENT_HOST_POOLS.api_version,
                    "kind": "AgentHostPool",
                    "name": name,
                    "uid": pool["metadata"]["uid"],
                    "controller": True,
                }
            ],
        },
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "revisionHistoryLimit": KEPT_REVISIONS,
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}},
            "template": {
                "metadata": metadata | {"labels": metadata.get("labels", {}) | labels},
                "spec": _pod_spec(spec, template["spec"]),
            },
        },
    }


def is_owned(deployment: Object, pool: Object) -> bool:
    owners = deployment["metadata"].get("ownerReferences", ())
    return any(owner["uid"] == pool["metadata"]["uid"] for owner in owners)


def _pod_spec(spec: Object, template: Object) -> Object:
    ours = {key: spec[key] for key in ("image", "resources") if spec.get(key)}
    containers = [one | ours if one["name"] == CONTAINER else one for one in template.get("containers", ())]
    grace = {"terminationGracePeriodSeconds": spec["drainSeconds"]} if "drainSeconds" in spec else {}
    return template | grace | {"containers": containers}
