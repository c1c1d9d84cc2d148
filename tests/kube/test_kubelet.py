"""The process kubelet: a pod is a real process with its own variables, volumes, address, names and end."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kube.cluster import Cluster
from tests.kube.tool import Tool

SERVE = "import http.server, os; http.server.test(http.server.SimpleHTTPRequestHandler, bind=os.environ['POD_IP'])"
POD_IP = {"name": "POD_IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}
SERVED = {"env": [POD_IP], "readinessProbe": {"tcpSocket": {"port": 8000}, "periodSeconds": 1}}
ADDRESSES = "import socket; found = {one[4][0] for one in socket.getaddrinfo('web', 8000)}; "
ASK_API = """
import os, pathlib, ssl, urllib.error, urllib.request
folder = pathlib.Path("/var/run/secrets/kubernetes.io/serviceaccount")
context = ssl.create_default_context(cafile=folder / "ca.crt")
url = "https://{KUBERNETES_SERVICE_HOST}:{KUBERNETES_SERVICE_PORT}".format(**os.environ)
def asked(path):
    headers = {"authorization": "Bearer " + (folder / "token").read_text()}
    path = path.replace("HERE", (folder / "namespace").read_text())
    try:
        return urllib.request.urlopen(urllib.request.Request(url + path, headers=headers), context=context).status
    except urllib.error.HTTPError as error:
        return error.code
assert asked("/api/v1/namespaces/HERE/configmaps") == 200
assert asked("/api/v1/namespaces/HERE/secrets") == 403
"""


@pytest.fixture
def kubectl(cluster: Cluster) -> Iterator[Tool]:
    """In a namespace of its own on the cluster with nodes."""
    one = Tool("kubectl", cluster.plane.kubeconfig, f"test-{secrets.token_hex(4)}")
    one("create", "namespace", one.namespace)
    one("wait", "--for=create", "serviceaccount/default")
    yield one
    one("delete", "namespace", one.namespace, "--wait=false")


def test_a_pod_ends_as_its_program_does(kubectl: Tool) -> None:
    assert run(kubectl, "print('well')") == ""
    assert "AssertionError: not well" in run(kubectl, "assert False, 'not well'")


def test_a_program_is_told_what_its_pod_takes_from_elsewhere(kubectl: Tool) -> None:
    kubectl("create", "configmap", "told", "--from-literal=A=1", "--from-literal=B=2")
    kubectl("create", "secret", "generic", "hidden", "--from-literal=key=5ecret")
    env = [
        POD_IP,
        {"name": "LISTEN", "value": "$(POD_IP):9090 $$(POD_IP) $(OTHER)"},
        {"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "hidden", "key": "key"}}},
        {"name": "LABEL", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['app']"}}},
        {"name": "MEMORY", "valueFrom": {"resourceFieldRef": {"resource": "limits.memory", "divisor": "1Mi"}}},
        {"name": "BYTES", "valueFrom": {"resourceFieldRef": {"resource": "limits.memory"}}},
    ]
    program = """
import os
assert os.environ["T_A"] + os.environ["T_B"] == "12"
assert os.environ["LISTEN"] == os.environ["POD_IP"] + ":9090 $$(POD_IP) $(OTHER)"
assert os.environ["KEY"] == "5ecret" and os.environ["LABEL"] == os.environ["HOSTNAME"]
assert os.environ["MEMORY"] == "64" and os.environ["BYTES"] == str(64 * 2**20)
assert "MYRIAD_SERVERS" not in os.environ
"""
    told = {"env": env, "envFrom": [{"configMapRef": {"name": "told"}, "prefix": "T_"}]}
    assert run(kubectl, program, {**told, "resources": {"limits": {"memory": "64Mi"}}}) == ""


def test_a_pod_waits_for_what_is_not_there_yet(kubectl: Tool) -> None:
    told = {"env": [{"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "later", "key": "key"}}}]}
    kubectl("apply", "-f", "-", stdin=json.dumps(pod("waits", "pass", told)))
    reason = "{.status.containerStatuses[0].state.waiting.reason}"
    kubectl("wait", f"--for=jsonpath={reason}=CreateContainerConfigError", "pod/waits")
    kubectl("create", "secret", "generic", "later", "--from-literal=key=x")
    kubectl("wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/waits")


def test_volumes_are_where_they_are_mounted_and_the_rest_cannot_be_written(kubectl: Tool) -> None:
    kubectl("create", "configmap", "told", "--from-literal=a.txt=1")
    volumes = [{"name": "told", "configMap": {"name": "told"}}, {"name": "own", "emptyDir": {}}]
    mounts = [{"name": "told", "mountPath": "/etc/myriad/told"}, {"name": "own", "mountPath": "/var/lib/myriad"}]
    program = """
import pathlib
assert pathlib.Path("/etc/myriad/told/a.txt").read_text() == "1"
pathlib.Path("/var/lib/myriad/file").touch()
for place in ("/etc/myriad/told/b", "/etc/b", "/b"):
    try:
        pathlib.Path(place).touch()
    except OSError:
        continue
    raise AssertionError(place)
"""
    container = {"volumeMounts": mounts, "securityContext": {"readOnlyRootFilesystem": True}}
    assert run(kubectl, program, container, volumes=volumes) == ""
    assert not Path("/etc/myriad").exists()


def test_a_program_asks_the_api_server_as_its_own_account(kubectl: Tool) -> None:
    kubectl("create", "serviceaccount", "reader")
    kubectl("create", "role", "reader", "--verb=list", "--resource=configmaps")
    kubectl("create", "rolebinding", "reader", "--role=reader", f"--serviceaccount={kubectl.namespace}:reader")
    assert run(kubectl, ASK_API, serviceAccountName="reader") == ""


def test_a_name_means_the_pods_that_are_ready(kubectl: Tool) -> None:
    serve(kubectl)
    # A node hears of pods and Services a moment after kubectl does.
    until(lambda: not run(kubectl, f"{ADDRESSES} assert len(found) == 2, found"))
    kubectl("scale", "--replicas=1", "deployment/web")
    until(lambda: not run(kubectl, f"{ADDRESSES} assert len(found) == 1, found"))
    kubectl("delete", "service", "web")
    until(lambda: "Name or service not known" in run(kubectl, ADDRESSES))


def test_what_crashes_is_started_again_with_its_volumes(kubectl: Tool) -> None:
    # That at /tmp hides a checkout which lies there.
    container = {"volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}]}
    volumes = [{"name": "tmp", "emptyDir": {}}]
    told = pod("crashes", "raise SystemExit(3)", container, restartPolicy="Always", volumes=volumes)
    kubectl("apply", "-f", "-", stdin=json.dumps(told))
    kubectl("wait", "--for=jsonpath={.status.containerStatuses[0].restartCount}=2", "pod/crashes")
    last = "{.status.containerStatuses[0].lastState.terminated.exitCode}"
    assert kubectl("get", "pod/crashes", "-o", f"jsonpath={last}") == "3"


def test_what_is_not_alive_is_started_again(kubectl: Tool) -> None:
    probe = {"tcpSocket": {"port": 8000}, "periodSeconds": 1, "failureThreshold": 1, "initialDelaySeconds": 1}
    told = pod("hangs", "import time; time.sleep(600)", {"livenessProbe": probe}, restartPolicy="Always")
    kubectl("apply", "-f", "-", stdin=json.dumps(told))
    kubectl("wait", "--for=jsonpath={.status.containerStatuses[0].restartCount}=1", "pod/hangs")


def test_a_pod_that_is_deleted_ends_in_its_own_time(kubectl: Tool, cluster: Cluster) -> None:
    program = """
import pathlib, signal, time
def ends(*_):
    pathlib.Path("/own/ended").touch()
    raise SystemExit
signal.signal(signal.SIGTERM, ends)
pathlib.Path("/own/started").touch()
while True: time.sleep(1)
"""
    hook = {"preStop": {"exec": {"command": ["touch", "/own/hook"]}}}
    container = {"volumeMounts": [{"name": "own", "mountPath": "/own"}], "lifecycle": hook}
    volumes = [{"name": "own", "emptyDir": {}}]
    kubectl("apply", "-f", "-", stdin=json.dumps(pod("ends", program, container, volumes=volumes)))
    until(lambda: written(cluster, kubectl) == {"started"})
    kubectl("delete", "pod", "ends")
    assert written(cluster, kubectl) == {"started", "hook", "ended"}


def test_pods_of_a_lost_node_are_replaced_on_another(kubectl: Tool, cluster: Cluster) -> None:
    serve(kubectl)
    cluster.lose("node-2")
    try:
        kubectl("wait", "--for=condition=Ready=Unknown", "node/node-2")
        until(
            lambda: available(kubectl) == 2 and {one["spec"].get("nodeName") for one in staying(kubectl)} == {"node-1"}
        )
    finally:
        cluster.start("node-2")
    kubectl("wait", "--for=condition=Ready", "node/node-2")
    # What is there of pods that were told to go is no more than their objects.
    until(lambda: len(kubectl("get", "pods", "-o", "name").split()) == 2)


def pod(name: str, program: str, container: dict[str, Any] | None = None, **spec: Any) -> dict[str, Any]:
    main = {"name": "main", "image": "python", "command": ["python", "-c", program], **(container or {})}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": {"app": name}},
        "spec": {"containers": [main], "restartPolicy": "Never", **spec},
    }


def run(kubectl: Tool, program: str, container: dict[str, Any] | None = None, **spec: Any) -> str:
    """What it says, if it fails."""
    name = f"run-{secrets.token_hex(4)}"
    kubectl("apply", "-f", "-", stdin=json.dumps(pod(name, program, container, **spec)))
    kubectl("wait", "--for=jsonpath={.status.containerStatuses[0].state.terminated}", f"pod/{name}")
    return kubectl("get", f"pod/{name}", "-o", "jsonpath={.status.containerStatuses[0].state.terminated.message}")


def serve(kubectl: Tool) -> None:
    """Two pods of a Deployment, on a node each, and their Service."""
    told = pod("web", SERVE, SERVED, restartPolicy="Always", terminationGracePeriodSeconds=1)
    # As one that is lost is left at once.
    lost = [
        {"key": f"node.kubernetes.io/{reason}", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 0}
        for reason in ("unreachable", "not-ready")
    ]
    spread = {"maxSkew": 1, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "ScheduleAnyway"}
    selector = {"matchLabels": {"app": "web"}}
    told["spec"] |= {"tolerations": lost, "topologySpreadConstraints": [{**spread, "labelSelector": selector}]}
    template = {"metadata": told["metadata"], "spec": told["spec"]}
    web = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {"replicas": 2, "selector": selector, "template": template},
    }
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web"},
        "spec": {"clusterIP": "None", "selector": {"app": "web"}},
    }
    for one in (web, service):
        kubectl("apply", "-f", "-", stdin=json.dumps(one))
    kubectl("rollout", "status", "deployment/web", "--timeout=60s")


def available(kubectl: Tool) -> int:
    return int(kubectl("get", "deployment/web", "-o", "jsonpath={.status.availableReplicas}") or 0)


def staying(kubectl: Tool) -> list[dict[str, Any]]:
    pods = json.loads(kubectl("get", "pods", "-o", "json"))["items"]
    return [one for one in pods if "deletionTimestamp" not in one["metadata"]]


def written(cluster: Cluster, kubectl: Tool) -> set[str]:
    """The files in the volume `own` of all pods."""
    found = cluster.plane.folder.glob(f"node-*/pods/{kubectl.namespace}_*/volumes/own/*")
    return {file.name for file in found}


def until(true: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.2)
