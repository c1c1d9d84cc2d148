"""A store that is wrong or away when a component starts: one line that names the variable, and never the password."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.servers import BUCKET, PASSWORD, S3, Neo4j
from tests.system.harness import environment, free_port

WRONG = "wr0ng-passw0rd"
SECONDS = 60.0
OTHERS = ("CONNECTOME", "DLM", "GATEKEEPER", "GENESIS", "ORCHESTRATOR", "SYNTH")


def start(component: str, data: Path, **told: str) -> tuple[int, str]:
    """The exit code of a component that is told so, and all that it said."""
    targets = {f"MYRIAD_{one}_TARGET": "127.0.0.1:1" for one in OTHERS}
    required = {**targets, "MYRIAD_DATA": str(data), "MYRIAD_PACKETS": f"folder:{data / 'packets'}"}
    done = subprocess.run(
        [sys.executable, "-P", "-m", component],
        check=False,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        env=environment(**{**required, **told}),
    )
    return done.returncode, done.stderr


def refuses(component: str, data: Path, variable: str, told: Mapping[str, str]) -> str:
    code, said = start(component, data, **told)
    (line,) = (line for line in said.splitlines() if not line.startswith("{"))
    assert (code, variable in line) == (2, True), said
    assert WRONG not in said
    assert PASSWORD not in said
    assert "Traceback" not in said
    return line


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
def test_a_graph_that_is_not_there(tmp_path: Path, scheme: str) -> None:
    port = free_port()
    told = {"MYRIAD_GRAPH": f"{scheme}://127.0.0.1:{port}", "MYRIAD_GRAPH_PASSWORD": WRONG}
    assert f"127.0.0.1:{port}" in refuses("connectome", tmp_path, "MYRIAD_GRAPH", told)


def test_a_graph_that_refuses_the_password(tmp_path: Path, neo4j: Neo4j) -> None:
    told = {"MYRIAD_GRAPH": neo4j.uri, "MYRIAD_GRAPH_PASSWORD": WRONG}
    assert neo4j.address in refuses("connectome", tmp_path, "MYRIAD_GRAPH_PASSWORD", told)


@pytest.mark.parametrize(
    "told",
    [
        {"MYRIAD_GRAPH": "http://127.0.0.1:7474"},
        {"MYRIAD_GRAPH": f"bolt://neo4j:{WRONG}@127.0.0.1:7687"},
        {"MYRIAD_GRAPH": "bolt://127.0.0.1:7687", "MYRIAD_GRAPH_PASSWORD_FILE": "/nowhere"},
    ],
)
def test_a_graph_that_is_named_wrongly(tmp_path: Path, told: Mapping[str, str]) -> None:
    refuses("connectome", tmp_path, max(told), told)


@pytest.mark.parametrize(("component", "variable"), [("dlm", "MYRIAD_CACHE"), ("orchestrator", "MYRIAD_REDIS")])
@pytest.mark.parametrize(
    "url", ["redis://:{password}@127.0.0.1:{port}", "redis+cluster://:{password}@127.0.0.1:{port}"]
)
def test_a_redis_that_is_not_there(tmp_path: Path, component: str, variable: str, url: str) -> None:
    port = free_port()
    line = refuses(component, tmp_path, variable, {variable: url.format(password=WRONG, port=port)})
    assert f"127.0.0.1:{port}" in line


@pytest.mark.parametrize(("component", "variable"), [("dlm", "MYRIAD_CACHE"), ("orchestrator", "MYRIAD_REDIS")])
def test_a_redis_that_refuses_the_password(tmp_path: Path, component: str, variable: str, redis_server: str) -> None:
    refuses(component, tmp_path, variable, {variable: redis_server.replace(PASSWORD, WRONG)})


def test_a_redis_that_is_named_wrongly(tmp_path: Path) -> None:
    refuses("dlm", tmp_path, "MYRIAD_CACHE", {"MYRIAD_CACHE": f"http://:{WRONG}@127.0.0.1"})


@pytest.mark.parametrize("component", ["dlm", "genesis"])
def test_packets_that_are_named_wrongly(tmp_path: Path, component: str) -> None:
    refuses(component, tmp_path, "MYRIAD_PACKETS", {"MYRIAD_PACKETS": "ftp://somewhere"})


@pytest.mark.parametrize("component", ["dlm", "genesis"])
@pytest.mark.parametrize(
    ("bucket", "secret_key"), [("not-there", PASSWORD), (BUCKET, WRONG)], ids=["no bucket", "wrong key"]
)
def test_packets_whose_bucket_is_not_there_or_refuses_the_key(
    tmp_path: Path, s3: S3, component: str, bucket: str, secret_key: str
) -> None:
    told = {
        "MYRIAD_PACKETS": f"s3://{bucket}/prefix",
        "AWS_ENDPOINT_URL": s3.endpoint,
        "AWS_ACCESS_KEY_ID": s3.access_key,
        "AWS_SECRET_ACCESS_KEY": secret_key,
        "AWS_REGION": s3.region,
    }
    refuses(component, tmp_path, "MYRIAD_PACKETS", told)


def test_packets_that_are_not_there(tmp_path: Path) -> None:
    told = {
        "MYRIAD_PACKETS": "s3://bucket/prefix",
        "MYRIAD_S3_ENDPOINT": f"http://127.0.0.1:{free_port()}",
        "AWS_ACCESS_KEY_ID": "somebody",
        "AWS_SECRET_ACCESS_KEY": WRONG,
        "AWS_REGION": "us-east-1",
    }
    refuses("dlm", tmp_path, "MYRIAD_PACKETS", told)
