"""What is declared in Kubernetes is checked by its API server, shown by kubectl, and explained by it."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import httpx
import pytest

from mesh import names
from mesh.errors import InvalidField
from tests.kube.control_plane import ControlPlane
from tests.kube.tool import Tool

pytestmark = pytest.mark.usefixtures("crds")

Answer: TypeAlias = Callable[..., str]
HOST = {"spec": {"containers": [{"name": "agent-host"}]}}
SOUND: Mapping[str, Mapping[str, Any]] = {
    "HydrationRequest": {"mind": "m", "agents": ["a1", "minds/m/agents/a2"], "reason": "tests", "priority": 5},
    "Agent": {"mind": "m", "document": "handbook", "replicas": 2},
    "Mind": {
        "sources": [
            {"name": "manuals", "bucket": "s3://docs/manuals/", "retentionDays": 90},
            {"name": "notes", "configMap": {"name": "notes", "key": "a.md"}},
        ],
        "quotas": {"documents": 10},
        "models": ["myriad-swift", "myriad-base"],
    },
    "AgentHostPool": {
        "image": "registry.example:5000/myriad-agent-host@sha256:00",
        "warm": 2,
        "max": 4,
        "resources": {"requests": {"cpu": "500m", "memory": "1Gi"}},
        "minds": ["m", "team-*"],
        "template": HOST,
    },
}
LEFT_OUT = "left out"
MIND_RULE = "spec.mind in body should match '^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$'"
REFUSED: Sequence[tuple[str, Mapping[str, Any], str]] = (
    ("HydrationRequest", {"mind": LEFT_OUT}, "spec.mind: Required value"),
    ("HydrationRequest", {"mind": "Minds"}, MIND_RULE),
    ("HydrationRequest", {"mind": "m" * 64}, "spec.mind: Too long: may not be more than 63 bytes"),
    ("HydrationRequest", {"agents": LEFT_OUT}, "exactly one of agents and question is given"),
    ("HydrationRequest", {"question": "What?"}, "exactly one of agents and question is given"),
    ("HydrationRequest", {"agents": []}, "spec.agents in body should have at least 1 items"),
    (
        "HydrationRequest",
        {"agents": [f"a{n}" for n in range(257)]},
        "spec.agents: Too many: 257: must have at most 256",
    ),
    ("HydrationRequest", {"agents": ["a1", "a1"]}, 'spec.agents[1]: Duplicate value: "a1"'),
    ("HydrationRequest", {"agents": ["A1"]}, "spec.agents[0] in body should match"),
    ("HydrationRequest", {"agents": ["minds/other/agents/a1"]}, "spec.agents: Invalid value: agents are all of"),
    ("HydrationRequest", {"agents": LEFT_OUT, "question": "w" * 4001}, "spec.question: Too long"),
    ("HydrationRequest", {"ttlSeconds": 0}, "spec.ttlSeconds in body should be greater than or equal to 1"),
    ("HydrationRequest", {"ttlSeconds": 86401}, "spec.ttlSeconds in body should be less than or equal to 86400"),
    ("HydrationRequest", {"priority": "high"}, 'spec.priority: Invalid value: "string"'),
    ("HydrationRequest", {"hosts": 3}, 'unknown field "spec.hosts"'),
    ("Agent", {"mind": "-m"}, MIND_RULE),
    ("Agent", {"document": LEFT_OUT}, "exactly one of document and agent is given"),
    ("Agent", {"agent": "a1"}, "exactly one of document and agent is given"),
    ("Agent", {"document": "Hand book"}, "spec.document in body should match"),
    ("Agent", {"replicas": 0}, "spec.replicas in body should be greater than or equal to 1"),
    ("Agent", {"replicas": 17}, "spec.replicas in body should be less than or equal to 16"),
    ("Agent", {"pinned": "yes"}, "spec.pinned in body must be of type boolean"),
    ("Mind", {"sources": LEFT_OUT}, "spec.sources: Required value"),
    ("Mind", {"sources": [{"name": "a"}]}, "exactly one of bucket and configMap is given"),
    (
        "Mind",
        {"sources": [{"name": "a", "bucket": "s3://docs", "configMap": {"name": "c"}}]},
        "exactly one of bucket and configMap is given",
    ),
    ("Mind", {"sources": [{"name": "a", "bucket": "https://docs/x"}]}, "spec.sources[0].bucket in body should match"),
    (
        "Mind",
        {"sources": [{"name": "a", "bucket": "s3://one"}, {"name": "a", "bucket": "s3://two"}]},
        'spec.sources[1]: Duplicate value: {"name":"a"}',
    ),
    ("Mind", {"sources": [{"name": "a", "configMap": {"key": "b"}}]}, "spec.sources[0].configMap.name: Required value"),
    (
        "Mind",
        {"sources": [{"name": "a", "configMap": {"name": "b"}, "retentionDays": 1}]},
        "retentionDays is for buckets, whose objects say when they last changed",
    ),
    ("Mind", {"sources": [{"name": "a", "configMap": {"name": "b", "key": "c.jsonl"}}]}, "JSONL, one document a line"),
    ("Mind", {"quotas": {}}, "spec.quotas in body should have at least 1 properties"),
    ("Mind", {"quotas": {"bytes": 0}}, "spec.quotas.bytes in body should be greater than or equal to 1"),
    ("Mind", {"models": []}, "spec.models in body should have at least 1 items"),
    ("Mind", {"models": ["gpt-5"]}, 'supported values: "myriad-swift", "myriad-base", "myriad-max"'),
    ("Mind", {"models": ["myriad-max"] * 2}, 'spec.models[1]: Duplicate value: "myriad-max"'),
    ("Mind", {"refreshSeconds": 0}, "spec.refreshSeconds in body should be greater than or equal to 1"),
    ("Mind", {"deletionPolicy": "Orphan"}, 'supported values: "Retain", "Delete"'),
    ("AgentHostPool", {"image": LEFT_OUT}, "spec.image: Required value"),
    ("AgentHostPool", {"image": "an image"}, "spec.image in body should match"),
    ("AgentHostPool", {"warm": 5}, "spec.warm: Invalid value: warm is max at most"),
    ("AgentHostPool", {"max": 1001}, "spec.max in body should be less than or equal to 1000"),
    ("AgentHostPool", {"drainSeconds": -1}, "spec.drainSeconds in body should be greater than or equal to 0"),
    (
        "AgentHostPool",
        {"resources": {"limits": {"memory": "much"}}},
        "spec.resources.limits.memory in body should match",
    ),
    ("AgentHostPool", {"minds": ["*-team"]}, "spec.minds[0] in body should match"),
    ("AgentHostPool", {"template": LEFT_OUT}, "spec.template: Required value"),
    (
        "AgentHostPool",
        {"template": {"spec": {"containers": [{"name": "host"}]}}},
        "a container named agent-host is what",
    ),
)
UNCHANGING: Sequence[tuple[str, Mapping[str, Any], str]] = (
    ("HydrationRequest", {"priority": 6}, "a request cannot be changed; make another one"),
    ("Agent", {"mind": "n"}, "mind cannot be changed; declare another object"),
    ("Agent", {"document": "other"}, "document cannot be changed; declare another object"),
    ("Agent", {"document": None, "agent": "a1"}, "agent cannot be changed; declare another object"),
)
COLUMNS = {
    "HydrationRequest": "NAME MIND PHASE PRIORITY WHY AGE",
    "Agent": "NAME MIND STATE AGENTS ACTIVE REPLICAS VERSION AGE",
    "Mind": "NAME READY WHY DOCUMENTS AGENTS LEARNED AGE",
    "AgentHostPool": "NAME WARM MAX IDLE ACTIVE DRAINING AGENTS HITS READY AGE",
}
SHORT = {"HydrationRequest": "hr", "Agent": "magent", "Mind": "mind", "AgentHostPool": "ahp"}
SELECTED: Sequence[tuple[str, str, str]] = (
    ("HydrationRequest", "spec.mind", "m"),
    ("HydrationRequest", "status.phase", "Active"),
    ("Agent", "spec.mind", "m"),
    ("Agent", "spec.document", "handbook"),
    ("Agent", "status.state", "Active"),
    ("Mind", "spec.deletionPolicy", "Retain"),
    ("AgentHostPool", "spec.image", "registry.example:5000/myriad-agent-host@sha256:00"),
)
STATUS: Mapping[str, Mapping[str, Any]] = {
    "HydrationRequest": {"phase": "Active", "agents": [{"agent": "minds/m/agents/a1", "host": "h-1"}]},
    "Agent": {"state": "Active", "replicas": 2, "hosts": ["h-1", "h-2"]},
    "Mind": {"documents": 2, "agents": 9, "sources": [{"name": "notes", "digest": "00", "documents": 1}]},
    "AgentHostPool": {
        "replicas": 3,
        "readyReplicas": 3,
        "idle": 2,
        "active": 1,
        "draining": 0,
        "agents": 9,
        "hitRate": "97%",
    },
}


def declared(kind: str, changes: Mapping[str, Any], name: str = "one") -> str:
    spec = {field: value for field, value in {**SOUND[kind], **changes}.items() if value is not LEFT_OUT}
    return json.dumps({"apiVersion": "myriad.dev/v1alpha1", "kind": kind, "metadata": {"name": name}, "spec": spec})


@pytest.fixture
def all_kinds(kubectl: Tool) -> None:
    for kind in SOUND:
        kubectl("create", "-f", "-", stdin=declared(kind, {}))


@pytest.fixture
def answer(control_plane: ControlPlane) -> Iterator[Answer]:
    """What the API server says to a new object, which is checked and not kept: nothing if it takes it."""
    trusted = ssl.create_default_context(cafile=control_plane.authority)
    token = {"Authorization": f"Bearer {control_plane.token}"}
    with httpx.Client(base_url=control_plane.url, verify=trusted, headers=token, trust_env=False) as server:

        def answer(kind: str, changes: Mapping[str, Any], name: str = "one") -> str:
            path = f"/apis/myriad.dev/v1alpha1/namespaces/default/{kind.lower()}s"
            body, checked = declared(kind, changes, name), {"dryRun": "All", "fieldValidation": "Strict"}
            said = server.post(path, params=checked, content=body, headers={"Content-Type": "application/json"})
            return "" if said.is_success else str(said.json()["message"])

        yield answer


@pytest.mark.parametrize("kind", SOUND)
def test_what_is_sound_is_taken(answer: Answer, kind: str) -> None:
    assert answer(kind, {}) == ""


@pytest.mark.parametrize(("kind", "changes", "message"), REFUSED, ids=lambda one: one if isinstance(one, str) else "")
def test_what_is_wrong_is_refused_with_what_is_wrong(
    answer: Answer, kind: str, changes: Mapping[str, Any], message: str
) -> None:
    assert message in answer(kind, changes)


def test_kubectl_shows_what_is_wrong(kubectl: Tool) -> None:
    said = kubectl.refused("create", "-f", "-", stdin=declared("AgentHostPool", {"warm": 5}))
    assert "spec.warm: Invalid value: warm is max at most" in said


@pytest.mark.parametrize(("kind", "name"), [("Mind", "1st"), ("Mind", "a.b"), ("AgentHostPool", "p" * 54)])
def test_a_name_that_cannot_be_one_is_refused(answer: Answer, kind: str, name: str) -> None:
    assert "lower-case letters, digits and hyphens, from a letter" in answer(kind, {}, name)


def test_what_may_not_change_does_not(kubectl: Tool, all_kinds: None) -> None:
    for kind, changes, message in UNCHANGING:
        patch = json.dumps({"spec": changes})
        assert message in kubectl.refused("patch", kind, "one", "--type=merge", "--patch", patch)


def test_what_may_change_does(kubectl: Tool, all_kinds: None) -> None:
    kubectl("scale", "agents.myriad.dev/one", "--replicas=3")
    kubectl("patch", "ahp", "one", "--type=merge", "--patch", '{"spec": {"warm": 4}}')
    kubectl("patch", "mind", "one", "--type=merge", "--patch", '{"spec": {"sources": []}}')
    assert kubectl("get", "magent", "one", "-o", "jsonpath={.spec.replicas}") == "3"


def test_what_is_left_out_has_the_value_that_is_documented(kubectl: Tool, all_kinds: None) -> None:
    def spec(kind: str) -> Any:
        return json.loads(kubectl("get", kind, "one", "-o", "json"))["spec"]

    assert spec("hr")["ttlSeconds"] == 300
    assert spec("magent")["pinned"] is True
    assert (spec("mind")["deletionPolicy"], spec("mind")["refreshSeconds"]) == ("Retain", 30)
    assert spec("ahp")["drainSeconds"] == 30
    assert spec("ahp")["template"] == HOST


def test_all_of_them_are_one_category(kubectl: Tool, all_kinds: None) -> None:
    assert len(kubectl("get", "myriad", "-o", "name").split()) == len(SOUND)


@pytest.mark.parametrize("kind", SOUND)
def test_kubectl_get_shows_the_documented_columns(kubectl: Tool, all_kinds: None, kind: str) -> None:
    shown = kubectl("get", SHORT[kind]).splitlines()
    assert shown[0].split() == COLUMNS[kind].split()
    assert shown[1].split()[0] == "one"


@pytest.mark.parametrize("kind", SOUND)
def test_a_status_is_written_apart_from_what_is_declared(kubectl: Tool, all_kinds: None, kind: str) -> None:
    condition = {"type": "Ready", "status": "True", "reason": "Ready", "message": "", "observedGeneration": 1}
    condition["lastTransitionTime"] = "2026-01-01T00:00:00Z"
    status = {**STATUS[kind], "observedGeneration": 1, "conditions": [condition]}
    patch = json.dumps({"status": status})
    kubectl("patch", SHORT[kind], "one", "--type=merge", "--patch", patch)
    assert "status" not in json.loads(kubectl("get", SHORT[kind], "one", "-o", "json"))
    kubectl("patch", SHORT[kind], "one", "--subresource=status", "--type=merge", "--patch", patch)
    body = json.loads(kubectl("get", SHORT[kind], "one", "-o", "json"))
    assert (body["status"], body["metadata"]["generation"]) == (status, 1)
    condition["status"] = "Maybe"
    wrong = json.dumps({"status": {"conditions": [condition]}})
    said = kubectl.refused("patch", SHORT[kind], "one", "--subresource=status", "--type=merge", "--patch", wrong)
    assert 'supported values: "True", "False", "Unknown"' in said


@pytest.mark.parametrize(("kind", "field", "value"), SELECTED)
def test_objects_are_selected_by_their_fields(
    kubectl: Tool, all_kinds: None, kind: str, field: str, value: str
) -> None:
    if field.startswith("status"):
        patch = json.dumps({"status": STATUS[kind]})
        kubectl("patch", SHORT[kind], "one", "--subresource=status", "--type=merge", "--patch", patch)
    found = kubectl("get", SHORT[kind], f"--field-selector={field}={value}", "-o", "name")
    others = kubectl("get", SHORT[kind], f"--field-selector={field}!={value}", "-o", "name")
    assert (len(found.split()), others) == (1, "")


@pytest.mark.parametrize("kind", SOUND)
def test_kubectl_explains_every_field(kubectl: Tool, kind: str) -> None:
    told = json.loads(kubectl("get", "--raw", "/openapi/v3/apis/myriad.dev/v1alpha1"))
    schema = told["components"]["schemas"][f"dev.myriad.v1alpha1.{kind}"]
    silent = [path for path, one in _fields("", schema) if not one.get("description") and "metadata" not in path]
    assert not silent
    text = kubectl("explain", f"{kind.lower()}s.myriad.dev.spec")
    assert "<no description>" not in text
    assert all(field in text for field in SOUND[kind])


@pytest.mark.parametrize("mind", ["m", "a-1", "a" * 63, "", "A", "1a", "a-", "a" * 64, "a.b", "a_b"])
def test_a_mind_may_be_called_here_what_it_may_be_called_everywhere(answer: Answer, mind: str) -> None:
    try:
        names.mind(mind)
    except InvalidField:
        assert answer("Agent", {"mind": mind})
    else:
        assert answer("Agent", {"mind": mind}) == ""


def _fields(path: str, schema: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Every field below, with its path."""
    found = [(f"{path}.{name}", one) for name, one in schema.get("properties", {}).items()]
    below = [inner for inside, one in found for inner in _fields(inside, one)]
    items = schema.get("items") or schema.get("additionalProperties")
    return [*found, *below, *(_fields(f"{path}[]", items) if isinstance(items, dict) else ())]
