"""The chart, rendered and looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from tests.kube.tool import Tool

CHART = Path(__file__).parents[2] / "manifests" / "myriad"
EXAMPLES = sorted(CHART.glob("values-*.yaml"))
RELEASE = "r"
ALL = (
    "stores.bundled=true,dlm.replicas=2,genesis.replicas=2,synth.replicas=2,gatekeeper.replicas=2,envoy.replicas=2,"
    "connectome.replicas=2,orchestrator.autoscaling.enabled=true,orchestrator.autoscaling.callsWaiting=4,"
    "orchestrator.hydration=crd,ingress.enabled=true,ingress.host=myriad.test,ingress.tlsSecret=tls,"
    "monitoring.dashboard.enabled=true,rateLimit.enabled=true"
)
"""Values with which there is every object that the API server itself knows."""
WORKLOADS = ("Deployment", "StatefulSet", "Job", "CronJob", "Pod", "AgentHostPool")
OURS = ("apps", "batch", "policy", "autoscaling", "networking.k8s.io", "rbac.authorization.k8s.io", "myriad.dev")
"""Groups that the control plane of the tests has, besides the nameless one."""
Object = Mapping[str, Any]


def rendered(helm: Tool, *options: str | Path) -> list[Object]:
    objects: list[Object] = [one for one in yaml.safe_load_all(helm("template", RELEASE, CHART, *options)) if one]
    return objects


def known(objects: Sequence[Object]) -> list[Object]:
    """Those that can be given to the control plane of the tests."""
    return [one for one in objects if "/" not in one["apiVersion"] or one["apiVersion"].split("/")[0] in OURS]


def pods(objects: Sequence[Object]) -> Iterator[Object]:
    """A pod of each workload, as its controller would make it."""
    for one in objects:
        if one["kind"] not in WORKLOADS:
            continue
        name = f"{one['kind']}-{one['metadata']['name']}".lower()
        spec = one["spec"]
        if one["kind"] == "CronJob":
            spec = spec["jobTemplate"]["spec"]
        template = one if one["kind"] == "Pod" else spec["template"]
        if one["kind"] == "AgentHostPool":
            (host,) = template["spec"]["containers"]
            whole = {**host, "image": spec["image"], "resources": spec["resources"]}
            template = {**template, "spec": {**template["spec"], "containers": [whole]}}
        if one["kind"] == "StatefulSet":
            claimed = [{"name": claim["metadata"]["name"], "emptyDir": {}} for claim in spec["volumeClaimTemplates"]]
            template = {**template, "spec": {**template["spec"], "volumes": claimed}}
        metadata = {"name": name, "labels": template["metadata"]["labels"]}
        yield {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}


def component(one: Object) -> str:
    return str(one["metadata"]["labels"]["app.kubernetes.io/component"])
