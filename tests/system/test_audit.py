"""The audit log of a running Myriad, through Envoy: each request that changes something is one entry, without names."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC
from typing import Any, NamedTuple

import grpc
import pytest

from mesh.audit import Entry, follows
from myriad.connectome.v1.mind_pb2 import Mind
from myriad.connectome.v1.mind_service_pb2 import CreateMindRequest, UpdateMindRequest
from myriad.dlm.v1.fleet_service_pb2 import DrainHostRequest
from myriad.gatekeeper.v1.audit_service_pb2 import AuditEntry, ListAuditEntriesRequest
from myriad.gatekeeper.v1.audit_service_pb2_grpc import AuditServiceStub
from myriad.gatekeeper.v1.key_pb2 import Key
from myriad.gatekeeper.v1.key_service_pb2 import UpdateKeyRequest
from myriad.genesis.v1.archive_service_pb2 import ExportMindRequest, ImportMindRequest
from myriad.genesis.v1.archive_service_pb2_grpc import ArchiveServiceStub
from tests.calls import OPEN, plain
from tests.system.harness import Up, needs_all, start
from tests.unit.test_contracts import RPCS

pytestmark = needs_all

WRITTEN = {
    "MindService.CreateMind": "mind.create",
    "MindService.UpdateMind": "mind.update",
    "MindService.DeleteMind": "mind.delete",
    "MindService.ResetWeights": "mind.reset_weights",
    "ArchiveService.ExportMind": "mind.export",
    "ArchiveService.ImportMind": "mind.import",
    "DocumentService.LearnDocuments": "document.learn",
    "DocumentService.StreamLearn": "document.learn",
    "DocumentService.ForgetDocument": "document.forget",
    "DocumentService.RepairDocuments": "document.repair",
    "DocumentService.CancelJob": "job.cancel",
    "KeyService.CreateKey": "key.create",
    "KeyService.UpdateKey": "key.update",
    "KeyService.RotateKey": "key.rotate",
    "KeyService.DeleteKey": "key.delete",
    "FleetService.DrainHost": "host.drain",
}
"""The methods that are one entry each, and what it calls them."""
UNWRITTEN = {
    "OrchestratorService.Query",
    "OrchestratorService.StreamQuery",
    "OrchestratorService.Recall",
    "AnswerService.ReplayAnswer",
    "AgentAskService.AskAgent",
    # Use, of which there is much; what it teaches is undone by ResetWeights.
    "AnswerService.GiveFeedback",
    # Where an agent is changes nothing of what is known.
    "AgentService.HydrateAgent",
    "AgentService.DehydrateAgent",
}
"""The methods that are no GET, and no entry."""


class Facts(NamedTuple):
    """What there is to be changed."""

    up: Up
    mind: str
    """Its id, and part of all other names."""
    key: str
    """The id of a key."""
    host: str
    channel: Any
    """A blocking one, which the stubs' types do not know."""

    @property
    def ids(self) -> Mapping[str, str]:
        return {"documents": f"{self.mind}.letter", "jobs": f"{self.mind}-job", "keys": self.key}

    @property
    def metadata(self) -> Sequence[tuple[str, str]]:
        return (("x-api-key", self.up.key),)

    def archive(self) -> bytes:
        stub: Any = ArchiveServiceStub(self.channel)
        request = ExportMindRequest(name=f"minds/{self.mind}")
        pieces = stub.ExportMind(request, metadata=self.metadata, timeout=30)
        return b"".join(piece.content for piece in pieces)

    def entries(self) -> list[AuditEntry]:
        found, token = list[AuditEntry](), ""
        while True:
            request = ListAuditEntriesRequest(page_size=1000, page_token=token)
            stub: Any = AuditServiceStub(self.channel)
            page = stub.ListAuditEntries(request, metadata=self.metadata, timeout=10)
            found += page.entries
            if not (token := page.next_page_token):
                return found


REQUESTS: Mapping[str, Callable[[Facts], Any]] = {
    "MindService.CreateMind": lambda facts: CreateMindRequest(mind_id=f"{facts.mind}-too"),
    "MindService.UpdateMind": lambda facts: UpdateMindRequest(
        mind=Mind(name=f"minds/{facts.mind}", display_name=f"{facts.mind} of Anna")
    ),
    "ArchiveService.ExportMind": lambda facts: ExportMindRequest(name=f"minds/{facts.mind}"),
    "ArchiveService.ImportMind": lambda facts: ImportMindRequest(
        name=f"minds/{facts.mind}-copy", content=facts.archive()
    ),
    "KeyService.UpdateKey": lambda facts: UpdateKeyRequest(
        key=Key(name=f"keys/{facts.key}", display_name=f"{facts.mind} again")
    ),
    "FleetService.DrainHost": lambda facts: DrainHostRequest(host=facts.host),
}
"""Where a plain request would change nothing."""


def test_each_method_that_is_no_get_is_known_to_be_an_entry_or_none() -> None:
    """A new one is put into one of the two; whoever puts it into the second says why."""
    assert {rpc.name for rpc in OPEN if rpc.verb != "get"} == WRITTEN.keys() | UNWRITTEN
    assert not WRITTEN.keys() & UNWRITTEN


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """One whose host may be drained."""
    folder = tmp_path_factory.mktemp("audited")
    up = start(folder / "data", folder / "state")
    try:
        yield up
    finally:
        up.stop()


@pytest.fixture
def facts(own: Up) -> Iterator[Facts]:
    mind = f"secret{secrets.token_hex(4)}"
    with own.http() as http, grpc.insecure_channel(own.url.removeprefix("http://")) as channel:
        document = {"id": f"{mind}.letter", "text": f"The letter to {mind} is in the drawer."}
        learn = {"jobId": f"{mind}-job", "documents": [document]}
        assert http.post(f"/v1/minds/{mind}/documents:learn", json=learn).is_success
        made = http.post("/v1/keys", json={"displayName": mind, "role": "ROLE_READER", "minds": [mind]})
        key = made.json()["key"]["name"].removeprefix("keys/")
        host = http.get("/v1/fleet").json()["hosts"][0]["id"]
        yield Facts(own, mind, key, host, channel)


@pytest.mark.parametrize("method", WRITTEN)
def test_a_request_that_changes_something_is_one_entry_and_names_nobody(facts: Facts, method: str) -> None:
    rpc = RPCS[method]
    make = REQUESTS.get(method)
    request = make(facts).SerializeToString() if make else plain(rpc, f"minds/{facts.mind}", facts.ids).message
    before = facts.entries()
    list(facts.channel.stream_stream(rpc.method)(iter([request]), metadata=facts.metadata, timeout=60))
    after = facts.entries()
    (entry,) = after[len(before) :]
    assert (after[: len(before)], entry.action) == (before, WRITTEN[method])
    assert entry.actor.startswith("keys/")
    chain = [_entry(one) for one in after]
    assert all(map(follows, chain, [None, *chain]))
    kept = b"".join(file.read_bytes() for file in (facts.up.data / "gatekeeper").glob("audit.db*"))
    assert entry.hash.encode() in kept
    assert facts.mind.encode() not in kept
    assert b"Anna" not in kept


def test_a_tool_of_an_assistant_is_an_entry_of_the_key_that_it_uses(facts: Facts) -> None:
    before = len(facts.entries())
    call = {"name": "learn", "arguments": {"mind": facts.mind, "title": "Note", "text": "Anna likes tulips."}}
    with facts.up.http() as http:
        made = http.post(
            "/mcp",
            json={"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call},
            headers={"accept": "application/json, text/event-stream"},
            timeout=40,  # the first call loads the SDK
        )
        assert made.is_success, made.text
    (entry,) = facts.entries()[before:]
    assert entry.action == "document.learn"
    assert entry.actor.startswith("keys/")


def test_what_is_only_asked_is_no_entry(facts: Facts) -> None:
    before = facts.entries()
    with facts.up.http() as http:
        answer = http.post("/v1/query", json={"mind": facts.mind, "question": "Where is the letter?"}).json()
        http.post(f"/v1/{answer['answer']['name']}:feedback", json={"rating": "RATING_HELPFUL"})
        http.get(f"/v1/minds/{facts.mind}/documents")
    assert facts.entries() == before


def _entry(said: AuditEntry) -> Entry:
    return Entry(
        number=said.number,
        time=said.time.ToDatetime(UTC),
        actor=said.actor,
        action=said.action,
        subject=said.subject,
        details=said.details,
        previous_hash=said.previous_hash,
        hash=said.hash,
    )
