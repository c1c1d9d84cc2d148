"""A Myriad that runs in a namespace of a cluster, as those see it who ask it and who run it."""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from cli.options import Stores
from cli.supervisor import stores
from cli.supervisor.folder import DataFolder
from cli.supervisor.ports import LOOPBACK, free
from cli.troubles import present
from mesh.folders import private
from tests.kube.cluster import Cluster
from tests.kube.kubelet.names import is_ready
from tests.kube.tool import Tool
from tests.servers import started

CHART = Path(__file__).parents[2] / "manifests" / "myriad"
PORT = 9090
RELEASE, SECRET = "myriad", "stores"
WARM, MOST = 1, 4
# A node that is lost is left at once, not after five minutes.
LOST = [
    {"key": f"node.kubernetes.io/{reason}", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 1}
    for reason in ("unreachable", "not-ready")
]
VALUES: dict[str, Any] = {
    "image": {"registry": "example.com", "tag": "tests"},
    "dlm": {"replicas": 2, "settings": {"MYRIAD_HOST_IDLE_SECONDS": "5"}},
    "orchestrator": {"replicas": 2},
    "agentHosts": {"warm": WARM, "max": MOST, "drainSeconds": 20, "minds": ["*"]},
    "tolerations": LOST,
}
SECONDS = 60.0
LOOK_AGAIN_SECONDS = 0.02


@dataclass(frozen=True)
class Myriad:
    kubectl: Tool
    release: str
    edge: int
    """Where all Envoys listen, on every address: the kernel shares connections out, as a load balancer would."""
    key: str
    """The first one, an administrator's."""

    def pods(self, component: str = "", *, ending: bool = False) -> list[dict[str, Any]]:
        """Those that are not told to go, or all; of one component, if it is named."""
        chosen = f"app.kubernetes.io/component {f'= {component}' if component else 'notin (secrets)'}"
        labels = f"app.kubernetes.io/instance={self.release},{chosen}"
        found = json.loads(self.kubectl("get", "pods", "-l", labels, "-o", "json"))["items"]
        return [one for one in found if ending or "deletionTimestamp" not in one["metadata"]]

    def address(self, component: str) -> str:
        """Of one that is ready."""
        return next(str(one["status"]["podIP"]) for one in self.pods(component) if is_ready(one))

    def http(self) -> httpx.Client:
        """As a person comes in."""
        headers = {"authorization": f"Bearer {self.key}"}
        return httpx.Client(
            base_url=f"http://{LOOPBACK}:{self.edge}", headers=headers, trust_env=False, verify=False, timeout=10
        )


@contextmanager
def running(cluster: Cluster, folder: Path) -> Iterator[Myriad]:
    """One on stores of production, which run beside the cluster. Failure if a server is missing."""
    namespace = f"myriad-{secrets.token_hex(3)}"
    kubectl, helm = (Tool(name, cluster.plane.kubeconfig, namespace) for name in ("kubectl", "helm"))
    data = DataFolder(private(folder / "data"))
    (edge,) = free(1)
    with ExitStack() as stack:
        served = stores.provide(Stores.PRODUCTION, data, {})
        for program in served.programs:
            stack.enter_context(started(program))
        kubectl("create", "namespace", namespace)
        where, hidden = _stores(served.environment)
        literals = [f"--from-literal={name}={value}" for name, value in hidden.items()]
        kubectl("create", "secret", "generic", SECRET, *literals)
        told = json.dumps({**VALUES, "stores": where, "edge": {"port": edge}})
        helm("install", RELEASE, CHART, "--values", "-", stdin=told)
        for component in ("dlm", "connectome", "genesis", "synth", "gatekeeper", "orchestrator", "envoy"):
            kubectl("rollout", "status", f"deployment/{RELEASE}-{component}", "--timeout=100s")
        kubectl("wait", "--for=condition=Ready", f"agenthostpool/{RELEASE}-agent-host", "--timeout=100s")
        key = kubectl("get", "secret", f"{RELEASE}-first-key", "-o", "jsonpath={.data.key}")
        myriad = Myriad(kubectl, RELEASE, edge, base64.b64decode(key).decode())
        with myriad.http() as http:
            until(lambda: len(fleet(http)) == len(myriad.pods("agent-host")))
        yield myriad


def _stores(told: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The chart's values for where stores are, and what it takes from a Secret."""
    hidden = {
        "graph": Path(told["MYRIAD_GRAPH_PASSWORD_FILE"]).read_text().strip(),
        **{name: told[f"MYRIAD_{variable}"] for name, variable in (("state", "REDIS"), ("cache", "CACHE"))},
        **{name: told[name] for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")},
    }
    bucket = {"endpoint": told["MYRIAD_S3_ENDPOINT"], "region": told["AWS_REGION"], "credentialsSecret": SECRET}
    where = {
        "graph": {"url": told["MYRIAD_GRAPH"], "passwordSecret": {"name": SECRET, "key": "graph"}},
        "packets": {**bucket, "url": told["MYRIAD_PACKETS"]},
        "keys": {**bucket, "url": told["MYRIAD_KEYS"]},
        **{name: {"urlSecret": {"name": SECRET, "key": name}} for name in ("state", "cache")},
    }
    return where, hidden


def fleet(http: httpx.Client) -> list[dict[str, Any]]:
    """The hosts that there are, as far as Envoy knows its components yet."""
    answer = http.get("/v1/fleet")
    return present(answer.json()) if answer.is_success else []


def until(true: Callable[[], Any], seconds: float = SECONDS) -> Any:
    """Wait for it; returns what it is then."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, f"not within {seconds:.0f} s"
        time.sleep(LOOK_AGAIN_SECONDS)
    return found
