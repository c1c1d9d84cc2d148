"""A release in a cluster whose pods run: what `helm install` brings up answers, and an upgrade is not noticed."""

from __future__ import annotations

import base64
import json
import random
import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import pytest

from cli.supervisor.ports import free
from cli.supervisor.servers import fetched
from tests.edge import rate_limit
from tests.kube.chart import CHART
from tests.kube.cluster import Cluster
from tests.kube.kubelet.names import is_ready
from tests.kube.tool import Tool
from tests.servers import PASSWORD, S3, Neo4j, offered

pytestmark = [pytest.mark.soak, pytest.mark.timeout(900)]
RELEASE = "myriad"
READY_SECONDS = "300s"
QUESTION = "Who built the orbital clock?"
DOCUMENT = {
    "title": "The orbital clock",
    "text": "The orbital clock was built by Ada Quist in 1911. It stands in Uppsala.",
}


@dataclass(frozen=True)
class Installed:
    kubectl: Tool
    helm: Tool
    values: str
    port: int

    def change(self, more: str = "") -> None:
        """Install it, or upgrade it, and wait until all is there."""
        self.helm("upgrade", "--install", RELEASE, CHART, "--set", ",".join(filter(None, (self.values, more))))
        for name in self.kubectl("get", "deployments", "-o", "name").split():
            self.kubectl("rollout", "status", name, f"--timeout={READY_SECONDS}")

    @property
    def url(self) -> str:
        """Of an Envoy that is ready, as the name of its Service would lead to."""
        pods = json.loads(self.kubectl("get", "pods", "-l", "app.kubernetes.io/component=envoy", "-o", "json"))["items"]
        staying = [pod for pod in pods if "deletionTimestamp" not in pod["metadata"] and is_ready(pod)]
        return f"http://{random.choice(staying)['status']['podIP']}:{self.port}"

    @property
    def key(self) -> str:
        path = "jsonpath={.data.key}"
        return base64.b64decode(self.kubectl("get", "secret", f"{RELEASE}-first-key", "-o", path)).decode()

    def client(self) -> httpx.Client:
        """Whoever has the first key."""
        headers = {"authorization": f"Bearer {self.key}"}
        return httpx.Client(base_url=self.url, headers=headers, trust_env=False, timeout=30)


@pytest.fixture
def installed(cluster: Cluster, neo4j: Neo4j, s3: S3, redis_server: str) -> Iterator[Installed]:
    namespace = f"test-{secrets.token_hex(4)}"
    kubectl, helm = (Tool(name, cluster.plane.kubeconfig, namespace) for name in ("kubectl", "helm"))
    kubectl("create", "namespace", namespace)
    kubectl("label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted")
    bucket = (
        f"--from-literal=AWS_ACCESS_KEY_ID={s3.access_key}",
        f"--from-literal=AWS_SECRET_ACCESS_KEY={s3.secret_key}",
    )
    kubectl("create", "secret", "generic", "bucket", *bucket)
    kubectl("create", "secret", "generic", "state", f"--from-literal=url={redis_server}")
    kubectl("create", "secret", "generic", "graph", f"--from-literal=password={PASSWORD}")
    (port,) = free(1)
    values = [f"edge.port={port}", "image.registry=tests", f"stores.graph.url={neo4j.uri}"]
    values += ["stores.graph.passwordSecret.name=graph", "stores.state.urlSecret.name=state"]
    for store in ("packets", "keys"):
        told = {"url": f"s3://{s3.bucket}/{store}", "endpoint": s3.endpoint, "region": s3.region}
        told["credentialsSecret"] = "bucket"
        values += [f"stores.{store}.{name}={value}" for name, value in told.items()]
    one = Installed(kubectl, helm, ",".join(values), port)
    yield one
    helm("uninstall", RELEASE)
    kubectl("delete", "namespace", namespace, "--wait=false")


def test_what_is_installed_answers_and_an_upgrade_fails_nobody_who_tries_again_when_told_to(
    installed: Installed,
) -> None:
    installed.change()
    installed.helm("test", RELEASE, "--timeout", "120s")
    replicas = "orchestrator.replicas=2,dlm.replicas=2,synth.replicas=2,envoy.replicas=2,gatekeeper.replicas=2"
    installed.change(f"{replicas},connectome.replicas=2")
    with installed.client() as http:
        http.post("/v1/minds/lab/documents:learn", json={"documents": [DOCUMENT]}).raise_for_status()
    with asked_all_the_time(installed) as answers:
        installed.change(f"{replicas},connectome.replicas=2,logLevel=debug,envoy.resources.requests.cpu=150m")
    assert set(answers) == {"ANSWER_STATE_ANSWERED"}, answers
    assert answers.total() > 50


def test_a_rate_holds_over_all_envoys_by_the_rate_limit_service(installed: Installed, redis_server: str) -> None:
    with offered():
        fetched.program(rate_limit.VERSION, [rate_limit.NAME])
    installed.kubectl("create", "secret", "generic", "rates", f"--from-literal=password={PASSWORD}")
    address = redis_server.rpartition("@")[2]
    counted = f"rateLimit.redis.address={address},rateLimit.redis.passwordSecret.name=rates"
    installed.change(f"rateLimit.enabled=true,{counted},envoy.replicas=2")
    with installed.client() as http:
        fleet = http.get("/v1/fleet").raise_for_status().json()
        assert "rates" in {one["store"] for one in fleet["dependencies"] if one["available"]}
        limited = {
            "displayName": "limited",
            "role": "ROLE_READER",
            "minds": ["lab"],
            "limits": {"requestsPerMinute": 30},
        }
        secret = http.post("/v1/keys", json=limited).raise_for_status().json()["secret"]
    statuses = Counter[int]()
    for _ in range(50):  # each by a connection of its own, which the Envoys share out
        answer = httpx.get(f"{installed.url}/v1/models", headers={"x-api-key": secret}, trust_env=False, timeout=30)
        statuses[answer.status_code] += 1
    assert statuses.keys() == {200, 429}
    assert statuses[200] <= 30 + 30 // 2, "a minute may have turned meanwhile"


@contextmanager
def asked_all_the_time(installed: Installed) -> Iterator[Counter[str]]:
    """What is answered while the block lasts: the answer's state, or what went wrong."""
    answers, over = Counter[str](), threading.Event()

    def ask() -> None:
        while not over.is_set():
            with installed.client() as http:
                closed = False
                while not over.is_set() and not closed:
                    said, closed = _asked(http)
                    answers[said] += 1
                    time.sleep(0.1)

    asking = [threading.Thread(target=ask) for _ in range(2)]
    for one in asking:
        one.start()
    try:
        yield answers
    finally:
        over.set()
        for one in asking:
            one.join()


def _asked(http: httpx.Client) -> tuple[str, bool]:
    """What is said, and whether to connect anew; whoever is told to try again does so, once."""
    try:
        answered = _question(http)
        if answered.status_code == httpx.codes.SERVICE_UNAVAILABLE and "RetryInfo" in answered.text:
            time.sleep(1)
            answered = _question(http)
    except httpx.HTTPError as error:
        return repr(error), True
    closed = answered.headers.get("connection") == "close"
    return (answered.text[:500] if answered.is_error else str(answered.json()["answer"]["state"])), closed


def _question(http: httpx.Client) -> httpx.Response:
    """Asked anew if nobody read it: all Envoys share a port here, and one that ends has taken others' connections."""
    question = {"question": QUESTION, "mind": "lab", "model": "myriad-base"}
    try:
        return http.post("/v1/query", json=question)
    except httpx.RemoteProtocolError:
        return http.post("/v1/query", json=question)
