"""Minds declared in Kubernetes: what their sources say is known, and what goes from there is forgotten."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import boto3
import pytest

import connectome.server
import connectome.settings
import dlm.server
import dlm.settings
import genesis.server
import genesis.settings
from cli.supervisor.ports import free
from dlm.operator.objects import FINALIZER
from mesh.adapters.kubernetes import KubernetesCluster, open_cluster
from mesh.cluster import AGENT_HOST_POOLS, CONFIG_MAPS, MINDS, Object, Resource
from mesh.server import Service, serving
from myriad.connectome.v1.mind_service_pb2 import GetMindRequest
from myriad.connectome.v1.mind_service_pb2_grpc import MindServiceStub
from myriad.genesis.v1.document_pb2 import Document, DocumentInput
from myriad.genesis.v1.document_service_pb2 import LearnDocumentsRequest, ListDocumentsRequest
from myriad.genesis.v1.document_service_pb2_grpc import DocumentServiceStub
from myriad.orchestrator.v1 import trace_service_pb2, trace_service_pb2_grpc
from tests.identities import calling, identity, settings
from tests.kube.control_plane import ControlPlane
from tests.servers import S3
from tests.service.audit import Written, gatekeeper
from tests.service.test_genesis import Traces

SECONDS = 60.0
TEMPLATE = {"spec": {"containers": [{"name": "agent-host"}]}}
TEA = "# Tea\n\nGreen tea is brewed at 80 degrees. Black tea is brewed at 95 degrees.\n"
COFFEE = "# Coffee\n\nEspresso is brewed at 9 bar. Filter coffee is brewed at 93 degrees.\n"


class Space:
    """A namespace on which the operator works, with a real connectome and a real genesis."""

    def __init__(
        self,
        cluster: KubernetesCluster,
        documents: DocumentServiceStub,
        minds: MindServiceStub,
        genesis: AsyncExitStack,
        told: dlm.settings.Settings,
    ) -> None:
        self.cluster = cluster
        self.documents = documents
        self._minds = minds
        self.genesis = genesis
        self._told = told
        self._dlm = AsyncExitStack()

    async def start(self) -> None:
        """A DLM, which is the operator."""
        self._dlm = AsyncExitStack()
        services = await dlm.server.build(self._told, self._dlm)
        await self._dlm.enter_async_context(serving("dlm", self._told, services))

    async def stop(self) -> None:
        await self._dlm.aclose()

    async def declare(self, resource: Resource, kind: str, name: str, **fields: Any) -> Object:
        body = {"apiVersion": resource.api_version, "kind": kind, "metadata": {"name": name}, **fields}
        return await self.cluster.create(resource, body)

    async def mind(self, name: str = "tea", **spec: Any) -> Object:
        whole = {"sources": [{"name": "notes", "configMap": {"name": "notes"}}], "refreshSeconds": 1, **spec}
        return await self.declare(MINDS, "Mind", name, spec=whole)

    async def notes(self, **data: str) -> None:
        """Have the ConfigMap hold these files; `_` in their names is a dot."""
        body = {"metadata": {"name": "notes"}, "data": {name.replace("_", "."): text for name, text in data.items()}}
        if before := await self.cluster.get(CONFIG_MAPS, "notes"):
            await self.cluster.replace(CONFIG_MAPS, {**before, "data": body["data"]})
        else:
            await self.cluster.create(CONFIG_MAPS, {"apiVersion": "v1", "kind": "ConfigMap", **body})

    async def allow(self, *minds: str) -> None:
        spec = {"image": "myriad-agent-host", "warm": 0, "minds": list(minds), "template": TEMPLATE}
        await self.declare(AGENT_HOST_POOLS, "AgentHostPool", "hosts", spec=spec)

    async def until(self, holds: Callable[[Object], object], name: str = "tea") -> Object:
        """The mind's object as soon as something holds of it."""
        body: Object | None = None
        try:
            async with asyncio.timeout(SECONDS):
                while True:
                    body = await self.cluster.get(MINDS, name)
                    if body is not None and holds(body):
                        return body
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError(json.dumps(body, indent=1)) from None

    async def ready(self, documents: int, name: str = "tea") -> Object:
        return await self.until(
            lambda body: why(body, "Ready") == "UpToDate" and body["status"]["documents"] == documents, name
        )

    async def gone(self, name: str = "tea") -> None:
        async with asyncio.timeout(SECONDS):
            while True:
                if await self.cluster.get(MINDS, name) is None:
                    return
                await asyncio.sleep(0.05)

    async def delete(self, name: str = "tea") -> None:
        body = await self.cluster.get(MINDS, name)
        assert body
        await self.cluster.delete(MINDS, name, body["metadata"]["uid"])

    async def known(self, mind: str = "tea") -> Mapping[str, Document]:
        """By the last part of their URIs."""
        response = await self.documents.ListDocuments(ListDocumentsRequest(parent=f"minds/{mind}"))
        return {one.uri.rpartition("/")[2]: one for one in response.documents}

    async def models(self, mind: str = "tea") -> list[str]:
        """Those that may be asked of it; all if there are none."""
        response = await self._minds.GetMind(GetMindRequest(name=f"minds/{mind}"))
        return list(response.mind.allowed_models)


@pytest.fixture
async def space(
    control_plane: ControlPlane, crds: None, namespace: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Space]:
    monkeypatch.setenv("KUBECONFIG", str(control_plane.kubeconfig))
    where = {name: f"127.0.0.1:{port}" for name, port in zip(("connectome", "genesis", "dlm"), free(3), strict=True)}
    packets = f"folder:{tmp_path / 'packets'}"
    (tmp_path / "packets").mkdir()
    async with AsyncExitStack() as stack:
        traces = Service(
            trace_service_pb2.DESCRIPTOR.services_by_name["TraceService"],
            trace_service_pb2_grpc.add_TraceServiceServicer_to_server,
            Traces(),
        )
        orchestrator = await stack.enter_async_context(serving("orchestrator", settings("orchestrator"), [traces]))
        audit = await stack.enter_async_context(gatekeeper(Written()))
        graph = connectome.settings.Settings(
            listen=where["connectome"],
            tls=identity("connectome"),
            data=tmp_path,
            genesis_target=where["genesis"],
            gatekeeper_target=audit,
        )
        await stack.enter_async_context(serving("connectome", graph, await connectome.server.build(graph, stack)))
        teaching = genesis.settings.Settings(
            listen=where["genesis"],
            tls=identity("genesis"),
            packets=packets,
            connectome_target=where["connectome"],
            dlm_target=where["dlm"],
            orchestrator_target=orchestrator,
            gatekeeper_target=audit,
        )
        genesis_life = await stack.enter_async_context(AsyncExitStack())
        services = await genesis.server.build(teaching, genesis_life)
        await genesis_life.enter_async_context(serving("genesis", teaching, services))
        told = dlm.settings.Settings(
            listen=where["dlm"],
            tls=identity("dlm"),
            packets=packets,
            connectome_target=where["connectome"],
            genesis_target=where["genesis"],
            gatekeeper_target=audit,
            namespace=namespace,
            speculate=False,
        )
        documents = DocumentServiceStub(await stack.enter_async_context(calling(where["genesis"], "genesis")))
        minds = MindServiceStub(await stack.enter_async_context(calling(where["connectome"], "connectome")))
        cluster = await stack.enter_async_context(open_cluster(namespace))
        space = Space(cluster, documents, minds, genesis_life, told)
        stack.push_async_callback(space.stop)
        await space.start()
        yield space


def why(body: Object, kind: str) -> str:
    conditions = body.get("status", {}).get("conditions", ())
    return next((str(one["reason"]) for one in conditions if one["type"] == kind), "")


async def test_a_mind_knows_what_its_sources_say_and_follows_them(space: Space) -> None:
    await space.allow("tea")
    await space.notes(tea_md=TEA, coffee_txt=COFFEE, picture_png="not a document")
    await space.mind()
    status = (await space.ready(2))["status"]
    first = await space.known()
    assert set(first) == {"tea.md", "coffee.txt"}
    assert first["tea.md"].title == "Tea"
    assert first["tea.md"].name == "minds/tea/documents/declared.notes.tea.md"
    assert status["agents"] == sum(one.agent_count for one in first.values())
    assert status["sources"] == [
        {"name": "notes", "digest": status["sources"][0]["digest"], "documents": 2, "failed": 0}
    ]

    await space.notes(tea_md=TEA.replace("80", "70"), milk_md="# Milk\n\nMilk is warmed to 60 degrees.\n")
    later = await space.until(lambda body: body["status"]["sources"] != status["sources"] and is_ready(body))
    second = await space.known()
    assert set(second) == {"tea.md", "milk.md"}
    assert second["tea.md"].content_hash != first["tea.md"].content_hash
    assert second["tea.md"].create_time == first["tea.md"].create_time
    assert later["status"]["lastLearnTime"] > status["lastLearnTime"]


def is_ready(body: Object) -> bool:
    return why(body, "Ready") == "UpToDate"


async def test_what_did_not_change_is_not_learned_again(space: Space) -> None:
    await space.allow("*")
    await space.notes(tea_md=TEA)
    await space.mind()
    body = await space.ready(1)
    before = await space.known()
    await space.cluster.patch(MINDS, "tea", {"spec": {"refreshSeconds": 2}})
    again = await space.until(lambda one: one["status"]["observedGeneration"] > body["metadata"]["generation"])
    assert again["status"]["lastLearnTime"] == body["status"]["lastLearnTime"]
    assert await space.known() == before


async def test_documents_that_others_taught_are_left_alone(space: Space) -> None:
    await space.allow("tea")
    await space.notes(tea_md=TEA)
    others = [
        DocumentInput(id=one, text=COFFEE, uri=f"https://example.org/{one}")
        for one in ("coffee", "declared.notes.0", "zebra")
    ]
    await space.documents.LearnDocuments(LearnDocumentsRequest(parent="minds/tea", documents=others))
    await space.mind(deletionPolicy="Delete")
    assert (await space.ready(1))["status"]["documents"] == 1
    await space.notes()
    await space.ready(0)
    await space.delete()
    await space.gone()
    assert set(await space.known()) == {"coffee", "declared.notes.0", "zebra"}


async def test_a_namespace_declares_only_minds_that_its_pool_allows(space: Space) -> None:
    await space.allow("team-*")
    await space.notes(tea_md=TEA)
    await space.mind("tea")
    await space.mind("team-tea")
    await space.ready(1, "team-tea")
    refused = await space.until(lambda body: why(body, "Accepted"))
    assert (why(refused, "Accepted"), why(refused, "Ready")) == ("MindNotAllowed", "MindNotAllowed")
    assert "finalizers" not in refused["metadata"]


async def test_a_source_that_cannot_be_read_costs_nothing_that_is_known(space: Space) -> None:
    await space.allow("tea")
    await space.notes(tea_md=TEA)
    sources = [
        {"name": "notes", "configMap": {"name": "notes"}},
        {"name": "other", "configMap": {"name": "other"}},
    ]
    await space.mind(sources=sources)
    body = await space.until(lambda one: why(one, "SourcesAvailable") == "Unreadable" and one["status"]["documents"])
    assert why(body, "Ready") == "SourceUnreadable"
    assert "there is no ConfigMap 'other'" in body["status"]["sources"][1]["message"]
    notes = await space.cluster.get(CONFIG_MAPS, "notes")
    assert notes
    await space.cluster.delete(CONFIG_MAPS, "notes", notes["metadata"]["uid"])
    body = await space.until(lambda one: "message" in one["status"]["sources"][0])
    assert body["status"]["documents"] == 1
    assert set(await space.known()) == {"tea.md"}


async def test_a_quota_keeps_more_from_being_learned_and_nothing_from_being_known(space: Space) -> None:
    await space.allow("tea")
    await space.notes(a_md=TEA, b_md=COFFEE, c_md="# Milk\n\nMilk is warmed to 60 degrees.\n")
    await space.mind(quotas={"documents": 2})
    body = await space.until(lambda one: why(one, "QuotaExceeded") == "Reached" and one["status"]["documents"] == 2)
    assert why(body, "Ready") == "QuotaExceeded"
    assert set(await space.known()) == {"a.md", "b.md"}
    await space.cluster.patch(MINDS, "tea", {"spec": {"quotas": {"documents": 3}}})
    await space.ready(3)


async def test_a_document_that_cannot_be_learned_is_named_and_the_others_are(space: Space) -> None:
    await space.allow("tea")
    await space.notes(tea_md=TEA, empty_md="  \n")
    await space.mind()
    body = await space.until(lambda one: why(one, "Ready") == "DocumentsFailed")
    (source,) = body["status"]["sources"]
    assert (source["documents"], source["failed"]) == (2, 1)
    assert "/notes/empty.md: " in source["message"]
    assert set(await space.known()) == {"tea.md"}


async def test_an_operator_that_is_ended_again_and_again_gets_there_all_the_same(
    space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dlm.operator.course.AT_ONCE", 3)
    monkeypatch.setattr("dlm.operator.minds.WORK_SECONDS", 0.0)
    await space.allow("tea")
    await space.notes(**{f"n{n}_md": f"# Note {n}\n\nNote {n} weighs {n} grams.\n" for n in range(40)})
    await space.mind(deletionPolicy="Delete")
    for learned in (1, 12, 24):
        await space.until(lambda body, least=learned: body.get("status", {}).get("documents", 0) >= least)  # type: ignore[misc]
        await space.stop()
        await space.start()
    body = await space.ready(40)
    known = await space.known()
    assert len(known) == 40
    assert body["status"]["agents"] == sum(one.agent_count for one in known.values())
    await space.delete()
    while len(await space.known()) > 20:  # noqa: ASYNC110  # documents tell nobody that they go
        await asyncio.sleep(0.01)
    await space.stop()
    await space.start()
    await space.gone()
    assert not await space.known()


@pytest.mark.parametrize(("policy", "left"), [("Delete", set[str]()), ("Retain", {"tea.md"})])
async def test_what_becomes_of_documents_with_their_mind_is_declared(space: Space, policy: str, left: set[str]) -> None:
    await space.allow("tea")
    await space.notes(tea_md=TEA)
    await space.mind(deletionPolicy=policy)
    body = await space.ready(1)
    assert body["metadata"].get("finalizers", []) == ([FINALIZER] if policy == "Delete" else [])
    await space.delete()
    await space.gone()
    assert set(await space.known()) == left


async def test_a_deletion_waits_for_genesis_and_says_so(space: Space) -> None:
    await space.allow("tea")
    await space.notes(tea_md=TEA)
    await space.mind(deletionPolicy="Delete")
    await space.ready(1)
    await space.genesis.aclose()
    await space.delete()
    body = await space.until(lambda one: why(one, "Released"))
    assert body["metadata"]["finalizers"] == [FINALIZER]
    await space.cluster.patch(MINDS, "tea", {"metadata": {"finalizers": []}})
    await space.gone()


async def test_a_mind_is_for_the_models_that_are_declared_from_before_it_knows_anything(space: Space) -> None:
    await space.allow("tea")
    await space.mind(models=["myriad-base", "myriad-swift"])  # there is no ConfigMap yet
    await space.until(lambda body: why(body, "Ready") == "SourceUnreadable")
    assert await space.models() == ["myriad-base", "myriad-swift"]
    await space.notes(tea_md=TEA)
    await space.ready(1)
    assert await space.models() == ["myriad-base", "myriad-swift"]
    await space.cluster.patch(MINDS, "tea", {"spec": {"models": None}})
    async with asyncio.timeout(SECONDS):
        while await space.models():  # noqa: ASYNC110  # minds tell nobody that they change
            await asyncio.sleep(0.05)


async def test_a_bucket_is_a_source(space: Space, s3: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket = client(s3, monkeypatch)

    def put(key: str, text: str) -> None:
        bucket.put_object(Bucket=s3.bucket, Key=key, Body=text.encode())

    await space.allow("tea")
    put("manuals/tea.md", TEA)
    put("manuals/deep/coffee.html", "<h1>Coffee</h1><p>Espresso is brewed at 9 bar.</p>")
    put("manuals/.hidden/secret.md", TEA)
    put("other/milk.md", TEA)
    await space.mind(sources=[{"name": "manuals", "bucket": f"s3://{s3.bucket}/manuals"}])
    await space.ready(2)
    first = await space.known()
    assert set(first) == {"tea.md", "coffee.html"}
    assert first["tea.md"].uri == f"s3://{s3.bucket}/manuals/tea.md"
    put("manuals/tea.md", TEA.replace("80", "70"))
    bucket.delete_object(Bucket=s3.bucket, Key="manuals/deep/coffee.html")
    await space.ready(1)
    second = await space.known()
    assert second["tea.md"].content_hash != first["tea.md"].content_hash


async def test_an_object_that_does_not_change_is_known_for_as_long_as_declared(
    space: Space, s3: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dlm.operator.sources.DAY_SECONDS", 3_600.0)
    bucket = client(s3, monkeypatch)
    await space.allow("tea")
    bucket.put_object(Bucket=s3.bucket, Key="manuals/tea.md", Body=TEA.encode())
    await space.mind(sources=[{"name": "manuals", "bucket": f"s3://{s3.bucket}/manuals", "retentionDays": 1}])
    await space.ready(1)
    monkeypatch.setattr("dlm.operator.sources.DAY_SECONDS", 0.001)
    await space.ready(0)
    assert not await space.known()


def client(s3: S3, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Of the bucket; the operator finds the same credentials."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3.secret_key)
    monkeypatch.setenv("AWS_DEFAULT_REGION", s3.region)
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3.endpoint)
    return boto3.client("s3")
