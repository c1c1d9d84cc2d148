"""The control plane of the tests is a real one: what it is given is checked, kept, and acted upon."""

from __future__ import annotations

import json
from typing import Any

from tests.kube import programs
from tests.kube.tool import Tool

DEPLOYMENT: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web"},
    "spec": {
        "replicas": 2,
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {"containers": [{"name": "web", "image": "web"}]},
        },
    },
}


def test_a_deployment_has_its_pods_made(kubectl: Tool) -> None:
    kubectl("apply", "-f", "-", stdin=json.dumps(DEPLOYMENT))
    kubectl("wait", "--for=jsonpath={.status.unavailableReplicas}=2", "deployment/web")
    assert len(json.loads(kubectl("get", "pods", "-o", "json"))["items"]) == 2


def test_what_is_no_field_is_refused_by_name(kubectl: Tool) -> None:
    wrong = {**DEPLOYMENT, "spec": {**DEPLOYMENT["spec"], "copies": 2}}
    said = kubectl.refused("apply", "--validate=strict", "-f", "-", stdin=json.dumps(wrong))
    assert 'unknown field "spec.copies"' in said


def test_each_program_is_of_the_version_that_is_pinned(kubectl: Tool, helm: Tool) -> None:
    told = json.loads(kubectl("version", "-o", "json"))["serverVersion"]["gitVersion"]
    assert told == programs.pinned("k8s.io/kubernetes")
    assert helm("version", "--template", "{{.Version}}") == programs.pinned("helm.sh/helm/v3")
