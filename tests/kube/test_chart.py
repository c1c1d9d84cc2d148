"""The chart: what it refuses, what it renders, and what may be done with it."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import kubernetes_validate
import pytest
import yaml

from tests.kube.chart import ALL, CHART, EXAMPLES, RELEASE, Object, component, known, pods, rendered
from tests.kube.control_plane import ControlPlane
from tests.kube.tool import Tool
from tests.pages import blocks

NEWEST = int(kubernetes_validate.latest_version().split(".")[1])
VERSIONS = [f"1.{minor}" for minor in range(NEWEST - 2, NEWEST + 1)]
STORES = {
    "graph": "stores.graph.url=bolt://graph:7687",
    "packets": "stores.packets.url=s3://bucket/packets",
    "keys": "stores.keys.url=s3://bucket/keys",
    "state": "stores.state.urlSecret.name=state",
}
REFUSED: Sequence[tuple[str, str]] = (
    ("orchestrator.replica=2", "additional properties 'replica' not allowed"),
    ("orchestrater.replicas=2", "additional properties 'orchestrater' not allowed"),
    ("dlm.replicas=0", "minimum: got 0, want 1"),
    ("logLevel=loud", "at '/logLevel': value must be one of"),
    ("tls.mode=none", "at '/tls/mode': value must be one of 'own', 'cert-manager'"),
    ("edge.tls.secretName=Not_a_name", "at '/edge/tls/secretName': 'Not_a_name' does not match pattern"),
    ("edge.port=80", "minimum: got 80, want 1,024"),
    ("stores.graph.url=http://graph", "at '/stores/graph/url': 'http://graph' does not match pattern"),
    ("stores.packets.url=folder:/data", "at '/stores/packets/url': 'folder:/data' does not match pattern"),
    ("synth.settings.LOG=1", "invalid propertyName 'LOG'"),
    ("synth.resources.limits.gpu=1", "invalid propertyName 'gpu'"),
    ("agentHosts.minds={-a}", "at '/agentHosts/minds/0': '-a' does not match pattern"),
    ("agentHosts.drainSeconds=5", "minimum: got 5, want 11"),
    ("orchestrator.replicas=2", "orchestrator.replicas is more than 1, which needs stores.state.urlSecret"),
    ("connectome.replicas=2", "connectome.replicas is more than 1, which needs stores.graph.url"),
    ("genesis.replicas=2", "genesis.replicas is more than 1, which needs stores.packets.url"),
    ("gatekeeper.replicas=2", "gatekeeper.replicas is more than 1, which needs stores.keys.url"),
    ("dlm.replicas=2", "dlm.replicas is more than 1, which needs stores.packets.url"),
    (f"dlm.replicas=2,{STORES['packets']}", "dlm.replicas is more than 1, which needs stores.state.urlSecret"),
    ("orchestrator.autoscaling.enabled=true", "orchestrator.autoscaling needs stores.state.urlSecret"),
    (f"stores.bundled=true,{STORES['graph']}", "stores.bundled brings a graph, packets, keys and state"),
    ("agentHosts.warm=3,agentHosts.max=2", "agentHosts.warm is more than agentHosts.max"),
    ("rateLimit.enabled=true", "rateLimit.enabled needs rateLimit.redis.address"),
    ("rateLimit.redis.address=redis://a:1", "at '/rateLimit/redis/address': 'redis://a:1' does not match pattern"),
    ("ingress.enabled=true", "ingress.enabled needs ingress.host"),
    ("httpRoute.enabled=true", "httpRoute.enabled needs httpRoute.parentRefs"),
)
COMPONENTS = (
    "connectome",
    "dlm",
    "genesis",
    "synth",
    "gatekeeper",
    "orchestrator",
    "envoy",
    "agent-host",
    "rate-limit",
)
CALLS = {
    "envoy": {"orchestrator", "connectome", "genesis", "dlm", "gatekeeper", "agent-host", "rate-limit"},
    "orchestrator": {"connectome", "genesis", "dlm", "synth", "agent-host", "gatekeeper"},
    "genesis": {"connectome", "dlm", "orchestrator", "gatekeeper"},
    "connectome": {"genesis", "gatekeeper"},
    "gatekeeper": {"dlm"},
    "agent-host": {"dlm"},
    # It asks all for their health, itself among them.
    "dlm": {"dlm", "connectome", "genesis", "orchestrator", "synth", "gatekeeper", "agent-host", "rate-limit"},
    "synth": set[str](),
    "secrets": set[str](),
    "test": {"envoy"},
}
USES = {
    "connectome": {"bundled-graph", "bundled-state"},
    "genesis": {"bundled-packets"},
    "dlm": {"bundled-packets", "bundled-state"},
    "gatekeeper": {"bundled-packets", "bundled-state"},
    "orchestrator": {"bundled-state"},
    "rate-limit": {"bundled-state"},
}
EVERY = ("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection")
MAY: Mapping[str, Mapping[str, set[str]]] = {
    "dlm": {
        "hydrationrequests.myriad.dev": {"get", "list", "watch", "delete"},
        "hydrationrequests.myriad.dev/status": {"patch"},
        "agents.myriad.dev": {"get", "list", "watch", "patch"},
        "agents.myriad.dev/status": {"patch"},
        "minds.myriad.dev": {"get", "list", "watch", "patch"},
        "minds.myriad.dev/status": {"patch"},
        "agenthostpools.myriad.dev": {"get", "list", "watch"},
        "agenthostpools.myriad.dev/status": {"patch"},
        "deployments.apps": {"get", "list", "watch", "create", "patch"},
        "pods": {"list", "patch"},
        "configmaps": {"get"},
        "leases.coordination.k8s.io": {"create"},
        "leases.coordination.k8s.io/myriad-operator": {"create", "get", "update"},
        "events.events.k8s.io": {"create"},
    },
    "orchestrator": {"hydrationrequests.myriad.dev": {"create", "watch"}},
    "secrets": {f"secrets/{RELEASE}-{name}": {"get", "patch"} for name in ("authority", "first-key", "dlm-tls")},
}
KINDS = (
    *("secrets", f"secrets/{RELEASE}-other", "configmaps", "pods", "pods/exec", "pods/eviction", "services", "nodes"),
    *("serviceaccounts", "serviceaccounts/token", "persistentvolumeclaims", "namespaces", "deployments.apps"),
    *("replicasets.apps", "jobs.batch", "leases.coordination.k8s.io", "networkpolicies.networking.k8s.io"),
    *("roles.rbac.authorization.k8s.io", "rolebindings.rbac.authorization.k8s.io"),
    *("hydrationrequests.myriad.dev", "agents.myriad.dev", "minds.myriad.dev", "agenthostpools.myriad.dev"),
    "customresourcedefinitions.apiextensions.k8s.io",
)
SUBRESOURCES = ("status", "exec", "eviction", "token")


@pytest.mark.parametrize("values", [CHART / "values.yaml", *EXAMPLES], ids=lambda values: values.stem)
def test_helm_finds_nothing_wrong_with_the_chart(helm: Tool, values: Path) -> None:
    assert "0 chart(s) failed" in helm("lint", "--strict", CHART, "--values", values)


@pytest.mark.parametrize(("values", "message"), REFUSED)
def test_values_that_cannot_work_are_refused_with_what_is_wrong(helm: Tool, values: str, message: str) -> None:
    assert message in helm.refused("template", RELEASE, CHART, "--set", values)


def test_the_kinds_of_the_project_come_with_the_chart(helm: Tool) -> None:
    objects = rendered(helm, "--include-crds")
    brought = {one["metadata"]["name"] for one in objects if one["kind"] == "CustomResourceDefinition"}
    kinds = ("agenthostpools", "agents", "hydrationrequests", "minds")
    assert brought == {f"{kind}.myriad.dev" for kind in kinds}


@pytest.mark.parametrize("version", VERSIONS)
def test_every_object_is_what_kubernetes_takes(helm: Tool, version: str) -> None:
    for one in known(rendered(helm, "--set", ALL)):
        if not one["apiVersion"].startswith("myriad.dev"):
            kubernetes_validate.validate(one, version, strict=True)


@pytest.mark.usefixtures("crds")
@pytest.mark.parametrize("values", [*EXAMPLES, "all"], ids=lambda values: getattr(values, "stem", values))
def test_the_api_server_takes_every_object_and_every_pod_in_a_restricted_namespace(
    helm: Tool, kubectl: Tool, values: Path | str
) -> None:
    restrict(kubectl)
    objects = known(rendered(helm, "--set", ALL) if values == "all" else rendered(helm, "--values", values))
    here = [{**one, "metadata": {**one["metadata"], "namespace": kubectl.namespace}} for one in objects]
    dry = ("apply", "--dry-run=server", "--validate=strict", "-f", "-")
    kubectl("apply", "-f", "-", stdin=told([one for one in here if one["kind"] == "ServiceAccount"]))
    kubectl(*dry, stdin=told(here))
    kubectl(*dry, stdin=told([*pods(objects)]))


def test_a_pod_has_no_right_that_it_does_not_use(helm: Tool) -> None:
    with_token = set[str]()
    for one in pods(rendered(helm, "--set", ALL)):
        spec = one["spec"]
        assert spec["automountServiceAccountToken"] in (True, False)
        if spec["automountServiceAccountToken"]:
            with_token.add(component(one))
        for container in spec["containers"]:
            security = container["securityContext"]
            assert not security["allowPrivilegeEscalation"]
            assert security["capabilities"] == {"drop": ["ALL"]}
            assert security.get("readOnlyRootFilesystem") or component(one).startswith("bundled-")
    assert with_token == {"dlm", "orchestrator", "secrets"}


@pytest.mark.usefixtures("crds")
def test_an_account_may_do_what_it_needs_and_nothing_else(
    helm: Tool, kubectl: Tool, control_plane: ControlPlane
) -> None:
    helm("install", RELEASE, CHART, "--set", ALL)
    with api(control_plane) as http:
        for account in (*COMPONENTS, "secrets"):
            user = f"system:serviceaccount:{kubectl.namespace}:{RELEASE}-{account}"
            allowed = MAY.get(account, {})
            for what in {*KINDS, *allowed}:
                verbs = {verb for verb in EVERY if may(http, user, kubectl.namespace, verb, what)}
                assert verbs == allowed.get(what, set()), (account, what)
                assert not any(may(http, user, "default", verb, what) for verb in EVERY), (account, what)


def test_every_pod_is_under_policies_of_both_directions(helm: Tool) -> None:
    objects = rendered(helm, "--set", ALL)
    for one in pods(objects):
        own = [policy for policy in policies(objects) if selects(policy, one)]
        assert len(own) == 2, component(one)
        assert all(set(policy["spec"]["policyTypes"]) == {"Ingress", "Egress"} for policy in own)


def test_who_may_call_whom_is_what_the_architecture_draws(helm: Tool) -> None:
    objects = rendered(helm, "--set", ALL)
    everybody = {component(one): one for one in pods(objects)}
    reached = {
        caller: {called for called, other in everybody.items() if connects(objects, one, other)}
        for caller, one in everybody.items()
    }
    expected = {caller: CALLS.get(caller, set()) | USES.get(caller, set()) for caller in everybody}
    assert reached == expected


def test_only_an_operator_and_who_fills_secrets_reach_the_api_server(helm: Tool) -> None:
    objects = rendered(helm)
    reaching = {
        component(policy)
        for policy in policies(objects)
        for rule in policy["spec"].get("egress") or ()
        if {"port": 6443} in rule["ports"]
    }
    assert reaching == {"dlm", "secrets"}


def test_what_asks_is_told_of_those_who_go_before_they_end(helm: Tool) -> None:
    for one in pods(rendered(helm, "--set", ALL)):
        if component(one) not in COMPONENTS or component(one) == "agent-host":
            continue
        (container,) = one["spec"]["containers"]
        pause = container["lifecycle"]["preStop"].get("sleep", {"seconds": 15})["seconds"]
        assert one["spec"]["terminationGracePeriodSeconds"] >= pause + 10


def test_a_host_drains_for_less_than_it_is_given(helm: Tool) -> None:
    (pool,) = (one for one in rendered(helm) if one["kind"] == "AgentHostPool")
    (host,) = pool["spec"]["template"]["spec"]["containers"]
    (drain,) = (one["value"] for one in host["env"] if one["name"] == "MYRIAD_DRAIN_SECONDS")
    assert int(drain) + 5 < pool["spec"]["drainSeconds"]


def test_a_deployment_never_has_fewer_pods_than_it_shall_unless_they_share_a_volume(helm: Tool) -> None:
    for one in rendered(helm, "--set", ALL):
        if one["kind"] == "Deployment":
            assert one["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    embedded = {component(one) for one in rendered(helm) if one["kind"] == "Deployment" and volume(one)}
    assert embedded == {"connectome", "genesis", "dlm", "gatekeeper", "orchestrator"}
    assert not any(
        volume(one) for one in rendered(helm, "--set", ",".join(STORES.values())) if one["kind"] == "Deployment"
    )


def test_nobody_but_the_operator_sets_how_many_hosts_there_are(helm: Tool) -> None:
    objects = rendered(helm, "--set", ALL)
    scaled = {one["spec"]["scaleTargetRef"]["name"] for one in objects if one["kind"] == "HorizontalPodAutoscaler"}
    assert scaled == {f"{RELEASE}-orchestrator"}
    fixed = {component(one) for one in objects if one["kind"] == "Deployment" and "replicas" in one["spec"]}
    assert not fixed & {"orchestrator", "agent-host"}


def test_a_collector_of_traces_is_told_to_all_and_may_be_reached(helm: Tool) -> None:
    objects = rendered(helm, "--set", "traces.endpoint=http://collector.telemetry:4317")
    told = {
        component(one)
        for one in objects
        for container in (one.get("spec", {}).get("template", {}).get("spec", {}).get("containers", ()))
        if {"name": "MYRIAD_OTLP_ENDPOINT", "value": "http://collector.telemetry:4317"} in container.get("env", ())
    }
    assert {"orchestrator", "connectome", "dlm", "genesis", "gatekeeper", "synth"} <= told
    reached = {
        component(one)
        for one in objects
        if one["kind"] == "NetworkPolicy" and {"ports": [{"port": 4317}]} in one["spec"].get("egress", ())
    }
    assert told | {"envoy"} <= reached


def test_every_component_is_told_where_the_gatekeeper_is(helm: Tool) -> None:
    """Without it streams outlive their keys, and nothing is charged."""
    objects = rendered(helm)
    (service,) = (one for one in objects if one["kind"] == "Service" and component(one) == "gatekeeper")
    where = f"{service['metadata']['name']}.{service['metadata']['namespace']}.svc:9090"
    told = {
        component(one)
        for one in objects
        if one["kind"] == "Deployment"
        for container in one["spec"]["template"]["spec"]["containers"]
        if {"name": "MYRIAD_GATEKEEPER_TARGET", "value": where} in container.get("env", ())
    }
    assert told >= {"orchestrator", "genesis", "connectome", "dlm"}


def test_what_envoy_is_told_to_show_to_clients_is_where_it_looks(helm: Tool) -> None:
    objects = rendered(helm, "--set", "edge.tls.secretName=shown")
    by = {(one["kind"], component(one)): one for one in objects if one["kind"] in ("Deployment", "ConfigMap")}
    dlm, envoy = (by["Deployment", name]["spec"]["template"]["spec"] for name in ("dlm", "envoy"))
    told = {one["name"]: one.get("value") for one in dlm["containers"][0]["env"]}
    volumes = {one["name"]: one for one in envoy["volumes"]}
    mounted = {one["mountPath"]: volumes[one["name"]] for one in envoy["containers"][0]["volumeMounts"]}
    (item,) = mounted[told["MYRIAD_EDGE_PUBLIC_TLS"]]["configMap"]["items"]
    assert item["path"] == "certificate.json"
    (resource,) = json.loads(by["ConfigMap", "envoy"]["data"][item["key"]])["resources"]
    certificate = resource["tls_certificate"]
    folder = certificate["watched_directory"]["path"]
    secret = mounted[folder]["secret"]
    assert secret["secretName"] == "shown"
    files = {certificate[name]["filename"] for name in ("certificate_chain", "private_key")}
    assert files == {f"{folder}/{one['path']}" for one in secret["items"]}
    assert not any(component(one) == "test" and one["kind"] == "Pod" for one in objects)
    assert "MYRIAD_EDGE_PUBLIC_TLS" not in json.dumps(rendered(helm))


def test_the_alerts_are_the_file_of_rules(helm: Tool) -> None:
    (rule,) = (
        one for one in rendered(helm, "--set", "monitoring.alerts.enabled=true") if one["kind"] == "PrometheusRule"
    )
    assert rule["spec"] == yaml.safe_load((CHART / "alerts.yaml").read_text())


@pytest.mark.usefixtures("crds")
def test_the_notes_end_with_how_to_read_the_first_key_and_a_request_with_it(helm: Tool) -> None:
    said = helm("install", RELEASE, CHART, "--dry-run=server").rstrip().splitlines()
    assert f"get secret {RELEASE}-first-key -o jsonpath='{{.data.key}}' | base64 -d" in said[-2]
    assert said[-1].strip().startswith("curl -H ")


@pytest.mark.usefixtures("crds")
def test_the_examples_of_the_documentation_are_taken(kubectl: Tool) -> None:
    written = [one.code for one in blocks("docs/kubernetes.md") if one.language == "yaml"]
    examples = [example for code in written for example in yaml.safe_load_all(code)]
    kubectl("create", "--dry-run=server", "--validate=strict", "-f", "-", stdin=told(examples))
    assert {example["kind"] for example in examples} == {"HydrationRequest", "Agent", "Mind", "AgentHostPool"}


@pytest.mark.usefixtures("crds")
def test_a_release_is_installed_changed_taken_back_and_removed(helm: Tool, kubectl: Tool) -> None:
    before = everything(kubectl)
    helm("install", RELEASE, CHART)
    helm("upgrade", RELEASE, CHART, "--set", "synth.replicas=2")
    assert kubectl("get", f"deployment/{RELEASE}-synth", "-o", "jsonpath={.spec.replicas}") == "2"
    helm("rollback", RELEASE, "1")
    assert kubectl("get", f"deployment/{RELEASE}-synth", "-o", "jsonpath={.spec.replicas}") == "1"
    helm("uninstall", RELEASE, "--cascade", "foreground")
    kubectl("wait", "--for=delete", "pods,replicasets,deployments,jobs", "--all", "--timeout=60s")
    # What it knew, and the key to it, outlive it.
    assert everything(kubectl) - before == {f"persistentvolumeclaim/{RELEASE}-data", f"secret/{RELEASE}-first-key"}
    helm("install", RELEASE, CHART)


def restrict(kubectl: Tool) -> None:
    label = "pod-security.kubernetes.io/enforce=restricted"
    kubectl("label", "namespace", kubectl.namespace, label)


def told(objects: Sequence[Object]) -> str:
    return "\n".join(map(json.dumps, objects))


@contextmanager
def api(control_plane: ControlPlane) -> Iterator[httpx.Client]:
    context = ssl.create_default_context(cafile=control_plane.authority)
    headers = {"authorization": f"Bearer {control_plane.token}"}
    with httpx.Client(base_url=control_plane.url, headers=headers, verify=context, trust_env=False) as http:
        yield http


def may(http: httpx.Client, user: str, namespace: str, verb: str, what: str) -> bool:
    """What `kubectl auth can-i` asks the API server, of `kind.group`, with a subresource or a name behind it."""
    kind, _, part = what.partition("/")
    plural, _, group = kind.partition(".")
    below = {"subresource" if part in SUBRESOURCES else "name": part}
    attributes = {"namespace": namespace, "verb": verb, "group": group, "resource": plural, **below}
    groups = ["system:serviceaccounts", f"system:serviceaccounts:{namespace}", "system:authenticated"]
    review = {"spec": {"user": user, "groups": groups, "resourceAttributes": attributes}}
    answer = http.post("/apis/authorization.k8s.io/v1/subjectaccessreviews", json=review)
    return bool(answer.raise_for_status().json()["status"]["allowed"])


def policies(objects: Sequence[Object]) -> list[Object]:
    return [one for one in objects if one["kind"] == "NetworkPolicy"]


def selects(policy: Object, pod: Object) -> bool:
    return bool(policy["spec"]["podSelector"]["matchLabels"].items() <= pod["metadata"]["labels"].items())


def connects(objects: Sequence[Object], one: Object, other: Object) -> bool:
    """Whether both the policies of one pod and those of another allow a connection, at a port of the other's."""
    listens = {
        port["containerPort"] for container in other["spec"]["containers"] for port in container.get("ports", ())
    }
    out, into = allowed(objects, one, other, "egress", "to"), allowed(objects, other, one, "ingress", "from")
    return bool(out & into & listens)


def allowed(objects: Sequence[Object], pod: Object, peer: Object, direction: str, whom: str) -> set[int]:
    found = set[int]()
    for policy in policies(objects):
        for rule in (policy["spec"].get(direction) or ()) if selects(policy, pod) else ():
            peers = [one["podSelector"]["matchLabels"] for one in rule.get(whom, ()) if "podSelector" in one]
            anybody = whom not in rule and direction == "ingress"
            if anybody or any(labels.items() <= peer["metadata"]["labels"].items() for labels in peers):
                found |= {port["port"] for port in rule["ports"]}
    return found


def volume(deployment: Object) -> bool:
    return any("persistentVolumeClaim" in one for one in deployment["spec"]["template"]["spec"]["volumes"])


def everything(kubectl: Tool) -> set[str]:
    """Every object of the namespace but Events, and what Helm keeps of releases."""
    kinds = kubectl("api-resources", "--verbs=list", "--namespaced", "-o", "name").split()
    shown = kubectl("get", ",".join(kind for kind in kinds if not kind.startswith("events")), "-o", "name").split()
    return {name for name in shown if "sh.helm.release" not in name}
