"""The connectome over gRPC."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import grpc
import pytest

from connectome.server import build
from connectome.settings import Settings
from mesh.errors import received
from mesh.server import serving
from myriad.connectome.v1 import ledger_service_pb2 as ledger_pb
from myriad.connectome.v1 import mind_service_pb2 as minds_pb
from myriad.connectome.v1.activation_pb2 import AmbiguousName, Budget
from myriad.connectome.v1.activation_service_pb2 import ActivateRequest
from myriad.connectome.v1.activation_service_pb2_grpc import ActivationServiceStub
from myriad.connectome.v1.agent_record_pb2 import AgentRecord
from myriad.connectome.v1.document_record_pb2 import RegisteredDocument
from myriad.connectome.v1.ledger_service_pb2_grpc import LedgerServiceStub
from myriad.connectome.v1.mind_pb2 import Mind, Weight
from myriad.connectome.v1.mind_service_pb2_grpc import MindServiceStub
from myriad.connectome.v1.registry_service_pb2 import ListPacketsRequest, RegisterAgentsRequest, RemoveAgentsRequest
from myriad.connectome.v1.registry_service_pb2_grpc import RegistryServiceStub
from myriad.connectome.v1.weight_service_pb2 import ReinforceRequest
from myriad.connectome.v1.weight_service_pb2_grpc import WeightServiceStub
from myriad.genesis.v1.document_pb2 import Document
from tests.identities import calling, identity
from tests.service.audit import Written, gatekeeper

READER = (("x-myriad-key", "k"), ("x-myriad-role", "ROLE_READER"), ("x-myriad-minds", "minds/a"))
TEACHER = (("x-myriad-key", "k"), ("x-myriad-role", "ROLE_TEACHER"), ("x-myriad-minds", "minds/a"))
ADMIN = (("x-myriad-key", "k"), ("x-myriad-role", "ROLE_ADMIN"), ("x-myriad-minds", "*"))


WRITES: Mapping[str, Callable[[MindServiceStub], Awaitable[object]]] = {
    "mind.create": lambda minds: minds.CreateMind(minds_pb.CreateMindRequest(mind_id="a"), metadata=ADMIN),
    "mind.update": lambda minds: minds.UpdateMind(
        minds_pb.UpdateMindRequest(mind=Mind(name="minds/a", display_name="Anna's"), allow_missing=True), metadata=ADMIN
    ),
    "mind.reset_weights": lambda minds: minds.ResetWeights(
        minds_pb.ResetWeightsRequest(name="minds/a"), metadata=TEACHER
    ),
    "mind.delete": lambda minds: minds.DeleteMind(minds_pb.DeleteMindRequest(name="minds/a"), metadata=ADMIN),
}
"""What changes a mind, by what the audit log calls it."""


@pytest.fixture
def written() -> Written:
    return Written()


@pytest.fixture
async def connection(tmp_path: Path, written: Written) -> AsyncIterator[grpc.aio.Channel]:
    async with AsyncExitStack() as stack:
        audit = await stack.enter_async_context(gatekeeper(written))
        settings = Settings(
            data=tmp_path, tls=identity("connectome"), genesis_target="127.0.0.1:9", gatekeeper_target=audit
        )
        services = await build(settings, stack)
        address = await stack.enter_async_context(serving("connectome", settings, services))
        yield await stack.enter_async_context(calling(address, "connectome"))


def document(mind: str, bare: str, title: str, text: str) -> RegisteredDocument:
    name, agent = f"{mind}/documents/{bare}", f"{mind}/agents/a{bare}"
    record = AgentRecord(agent=agent, text=text, packet_location="folder:///x.pak#0+1", concepts=[title])
    return RegisteredDocument(document=Document(name=name, title=title), agents=[agent], new_agents=[record])


async def learn(connection: grpc.aio.Channel, mind: str = "minds/a") -> None:
    documents = [
        document(mind, "song", "Blue Moon", "Blue Moon is a ballad written by Richard Rodgers."),
        document(mind, "rodgers", "Richard Rodgers", "He was born in Queens, New York."),
        document(mind, "moon", "Moon", "The Moon is the only natural satellite of the Earth."),
        document(mind, "other", "Gardening", "Roses want sun and patience."),
    ]
    await RegistryServiceStub(connection).RegisterAgents(RegisterAgentsRequest(mind=mind, documents=documents))


def activation(question: str, **budget: int) -> ActivateRequest:
    limits = {"max_agents": 3, "max_hops": 3, "max_pushes": 500} | budget
    return ActivateRequest(mind="minds/a", question=question, budget=Budget(**limits))


async def test_a_question_wakes_the_agent_it_names_and_the_one_behind_it(connection: grpc.aio.Channel) -> None:
    await learn(connection)
    response = await ActivationServiceStub(connection).Activate(
        activation("Where was the writer of the song Blue Moon born?")
    )
    assert [agent.title for agent in response.agents[:2]] == ["Blue Moon", "Richard Rodgers"]
    assert list(response.agents[1].path) == ["Blue Moon", "Richard Rodgers"]
    assert (response.hops, response.mind_version, response.seeds[0].concept) == (2, 1, "Blue Moon")


async def test_the_same_question_on_the_same_mind_wakes_the_same(connection: grpc.aio.Channel) -> None:
    await learn(connection)
    stub = ActivationServiceStub(connection)
    first, second = [await stub.Activate(activation("Blue Moon, roses and the Earth")) for _ in range(2)]
    assert first.SerializeToString(deterministic=True) == second.SerializeToString(deterministic=True)


SMITHS = [
    document("minds/a", "player", "John Smith (footballer)", "John Smith was a footballer who scored for Leeds."),
    document("minds/a", "minister", "John Smith (politician)", "John Smith was a politician and a minister."),
    document("minds/a", "leeds", "Leeds", "Leeds is a city with a football ground."),
]
for smith in SMITHS[:2]:
    smith.new_agents[0].concepts.append("John Smith")


async def test_a_name_of_several_is_resolved_by_the_questions_other_words(connection: grpc.aio.Channel) -> None:
    stub = ActivationServiceStub(connection)
    await RegistryServiceStub(connection).RegisterAgents(RegisterAgentsRequest(mind="minds/a", documents=SMITHS))
    response = await stub.Activate(activation("Which minister was the politician John Smith?"))
    titles = ["John Smith (politician)", "John Smith (footballer)"]
    assert list(response.ambiguous_names) == [AmbiguousName(name="John Smith", senses=titles, resolved=True)]
    found = {agent.title: agent.activation for agent in response.agents}
    assert found[titles[0]] == 1.0
    assert found.get(titles[1], 0.0) < 0.2


async def test_a_name_of_several_that_nothing_resolves_is_told(connection: grpc.aio.Channel) -> None:
    stub = ActivationServiceStub(connection)
    await RegistryServiceStub(connection).RegisterAgents(RegisterAgentsRequest(mind="minds/a", documents=SMITHS))
    response = await stub.Activate(activation("Where was John Smith born?"))
    [name] = response.ambiguous_names
    assert (name.name, sorted(name.senses), name.resolved) == ("John Smith", sorted(name.senses), False)


async def test_agents_that_are_excluded_are_not_returned_but_still_lead_on(connection: grpc.aio.Channel) -> None:
    await learn(connection)
    request = activation("Where was the writer of the song Blue Moon born?")
    request.exclude.append("minds/a/agents/asong")
    response = await ActivationServiceStub(connection).Activate(request)
    assert response.agents[0].title == "Richard Rodgers"
    assert list(response.agents[0].path) == ["Blue Moon", "Richard Rodgers"]


async def test_the_same_text_under_the_same_title_is_returned_once(connection: grpc.aio.Channel) -> None:
    stub = ActivationServiceStub(connection)
    await learn(connection)
    again = document("minds/a", "zsong", "Blue Moon", "Blue Moon is a ballad written by Richard Rodgers.")
    await RegistryServiceStub(connection).RegisterAgents(RegisterAgentsRequest(mind="minds/a", documents=[again]))
    response = await stub.Activate(activation("Who wrote Blue Moon?"))
    assert [agent.title for agent in response.agents].count("Blue Moon") == 1
    assert not response.ambiguous_names


async def test_a_lexical_hit_says_the_words_it_was_found_by(connection: grpc.aio.Channel) -> None:
    await learn(connection)
    response = await ActivationServiceStub(connection).Activate(activation("what do roses want? patience"))
    [found, *_] = response.agents
    assert found.title == "Gardening"
    assert list(found.path) == list(found.words) == ["roses", "patience"]
    assert (found.lexical, found.coverage) == (1.0, 1.0)


async def test_after_a_start_is_found_what_a_crash_kept_from_the_index(tmp_path: Path) -> None:
    """The graph was committed, the index was not."""
    for lost in (True, False):
        async with AsyncExitStack() as stack:
            nobody = "127.0.0.1:9"
            settings = Settings(
                data=tmp_path, tls=identity("connectome"), genesis_target=nobody, gatekeeper_target=nobody
            )
            services = await build(settings, stack)
            address = await stack.enter_async_context(serving("connectome", settings, services))
            connection = await stack.enter_async_context(calling(address, "connectome"))
            if lost:
                await learn(connection)
                shutil.rmtree(tmp_path / "connectome" / "lexical")
            else:
                found = await ActivationServiceStub(connection).Activate(activation("natural satellite"))
                assert found.agents[0].words == ["natural", "satellite"]


async def test_a_write_whose_caller_has_gone_does_not_meet_the_next(connection: grpc.aio.Channel) -> None:
    stub = RegistryServiceStub(connection)
    for number in range(10):
        one = document("minds/a", f"d{number}", f"Title {number}", "Some words of it.")
        call = stub.RegisterAgents(RegisterAgentsRequest(mind="minds/a", documents=[one]))
        await asyncio.sleep(0.005)
        call.cancel()
    await learn(connection)
    found = await ActivationServiceStub(connection).Activate(activation("natural satellite"))
    assert found.agents[0].words == ["natural", "satellite"]


async def test_a_budget_is_kept(connection: grpc.aio.Channel) -> None:
    await learn(connection)
    response = await ActivationServiceStub(connection).Activate(
        activation("Blue Moon and Richard Rodgers", max_agents=1, max_pushes=2)
    )
    assert (len(response.agents), response.push_count) == (1, 2)


async def test_the_answer_says_as_of_when_weights_were_read_and_can_be_asked_so(connection: grpc.aio.Channel) -> None:
    await learn(connection)
    stub, request = ActivationServiceStub(connection), activation("Blue Moon")
    now = (await stub.Activate(request)).weights_as_of.seconds
    assert (now % 900, time.time() - now < 2 * 900) == (0, True)
    request.weights_as_of.FromSeconds(1_000_000_799)
    assert (await stub.Activate(request)).weights_as_of.seconds == 999_999_900


async def test_what_a_mind_learned_from_use_is_listed_and_reset(connection: grpc.aio.Channel) -> None:
    await learn(connection)
    stub, minds = WeightServiceStub(connection), MindServiceStub(connection)
    agents = ["minds/a/agents/asong", "minds/a/agents/arodgers"]
    reinforcement = ReinforceRequest(mind="minds/a", agents=agents, concepts=["Blue  moon!"], success=True)
    assert (await stub.Reinforce(reinforcement)).edge_count == 3
    found, token = list[Weight](), ""
    while True:
        listing = minds_pb.ListWeightsRequest(parent="minds/a", page_size=2, page_token=token)
        page = await minds.ListWeights(listing, metadata=READER)
        found, token = [*found, *page.weights], page.next_page_token
        if not token:
            break
    assert [(one.agent, one.concept) for one in found] == [
        ("minds/a/agents/arodgers", "Richard Rodgers"),
        ("minds/a/agents/asong", "Blue Moon"),
        ("minds/a/agents/asong", "Richard Rodgers"),
    ]
    assert all(0.549 < one.weight <= 0.55 for one in found)
    reset = minds_pb.ResetWeightsRequest(name="minds/a")
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await minds.ResetWeights(reset, metadata=READER)
    assert received(caught.value).reason == "ROLE_TOO_LOW"
    assert (await minds.ResetWeights(reset, metadata=TEACHER)).weight_count == 3
    assert not (await minds.ListWeights(minds_pb.ListWeightsRequest(parent="minds/a"), metadata=READER)).weights


async def test_weights_of_another_keys_mind_are_not_found(connection: grpc.aio.Channel) -> None:
    await learn(connection, "minds/b")
    stub = MindServiceStub(connection)
    for asking in (
        stub.ListWeights(minds_pb.ListWeightsRequest(parent="minds/b"), metadata=READER),
        stub.ResetWeights(minds_pb.ResetWeightsRequest(name="minds/b"), metadata=TEACHER),
        stub.ListWeights(minds_pb.ListWeightsRequest(parent="minds/a"), metadata=READER),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await asking
        assert received(caught.value).reason == "MIND_NOT_FOUND"


@pytest.mark.parametrize("question", ["", "?!", "the of and", "\x00", "zzz " * 900, "日本語"])
async def test_a_question_that_names_nothing_wakes_nobody(connection: grpc.aio.Channel, question: str) -> None:
    await learn(connection)
    assert not (await ActivationServiceStub(connection).Activate(activation(question))).agents


async def test_an_unknown_mind_is_not_found(connection: grpc.aio.Channel) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await ActivationServiceStub(connection).Activate(activation("Blue Moon"))
    assert received(caught.value).reason == "MIND_NOT_FOUND"


async def test_jobs_of_a_mind_that_is_none_are_not_found_but_its_first_job_is_there_before_it(
    connection: grpc.aio.Channel,
) -> None:
    ledger, wanted = LedgerServiceStub(connection), ledger_pb.ListJobsRequest(mind="minds/a")
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await ledger.ListJobs(wanted)
    assert received(caught.value).reason == "MIND_NOT_FOUND"
    await ledger.OpenJob(ledger_pb.OpenJobRequest(mind="minds/a", job="first"))
    assert [job.name for job in (await ledger.ListJobs(wanted)).jobs] == ["minds/a/jobs/first"]
    await learn(connection, "minds/b")
    assert not (await ledger.ListJobs(ledger_pb.ListJobsRequest(mind="minds/b"))).jobs


async def test_a_key_sees_its_own_minds_alone(connection: grpc.aio.Channel) -> None:
    await learn(connection, "minds/a")
    await learn(connection, "minds/b")
    stub = MindServiceStub(connection)
    everything = await stub.ListMinds(minds_pb.ListMindsRequest(), metadata=ADMIN)
    own = await stub.ListMinds(minds_pb.ListMindsRequest(), metadata=READER)
    assert [mind.name for mind in everything.minds] == ["minds/a", "minds/b"]
    assert [mind.name for mind in own.minds] == ["minds/a"]
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.GetMind(minds_pb.GetMindRequest(name="minds/b"), metadata=READER)
    assert received(caught.value).reason == "MIND_NOT_FOUND"


async def test_pages_of_minds_join_without_gap_or_repeat(connection: grpc.aio.Channel) -> None:
    stub = MindServiceStub(connection)
    for number in range(5):
        await stub.CreateMind(minds_pb.CreateMindRequest(mind_id=f"m{number}"), metadata=ADMIN)
    seen, token = list[str](), ""
    while True:
        page = await stub.ListMinds(minds_pb.ListMindsRequest(page_size=2, page_token=token), metadata=ADMIN)
        seen += [mind.name for mind in page.minds]
        if not (token := page.next_page_token):
            break
    assert seen == [f"minds/m{number}" for number in range(5)]


async def test_a_request_that_is_sent_again_makes_no_second_mind(connection: grpc.aio.Channel) -> None:
    stub = MindServiceStub(connection)
    request = minds_pb.CreateMindRequest(
        mind_id="lakes", mind=Mind(display_name="Lakes"), request_id="7d3f5c1e-0b5a-4c53-9d0e-2f6a8b1c4d7e"
    )
    made = (await stub.CreateMind(request, metadata=ADMIN)).mind
    assert (made.name, made.display_name) == ("minds/lakes", "Lakes")
    assert (await stub.CreateMind(request, metadata=ADMIN)).mind == made
    request.ClearField("request_id")
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.CreateMind(request, metadata=ADMIN)
    assert received(caught.value).reason == "MIND_EXISTS"


async def test_a_mind_is_asked_only_with_models_that_it_allows(connection: grpc.aio.Channel) -> None:
    await learn(connection)
    stub, asking = ActivationServiceStub(connection), activation("Who wrote Blue Moon?")
    asking.model = "myriad-max"
    before = await stub.Activate(asking)
    allowed = Mind(name="minds/a", allowed_models=["myriad-swift", "myriad-base", "myriad-swift"])
    update = minds_pb.UpdateMindRequest(mind=allowed)
    changed = (await MindServiceStub(connection).UpdateMind(update, metadata=ADMIN)).mind
    assert changed.allowed_models == ["myriad-base", "myriad-swift"]
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.Activate(asking)
    error = received(caught.value)
    assert (error.code, error.reason) == (grpc.StatusCode.PERMISSION_DENIED, "MODEL_NOT_ALLOWED")
    assert error.metadata["models"] == "myriad-base,myriad-swift"
    for model in ("myriad-base", ""):
        asking.model = model
        assert (await stub.Activate(asking)).agents == before.agents
    update.mind.ClearField("allowed_models")
    update.update_mask.paths.append("allowed_models")
    await MindServiceStub(connection).UpdateMind(update, metadata=ADMIN)
    asking.model = "myriad-max"
    assert (await stub.Activate(asking)).agents == before.agents


@pytest.mark.parametrize(
    ("mind", "paths", "reason"),
    [
        (Mind(name="minds/b", display_name="B"), [], "MIND_NOT_FOUND"),
        (Mind(name="minds/B"), [], "INVALID_FIELD"),
        (Mind(name="minds/a", display_name="A"), ["version"], "INVALID_FIELD"),
        (Mind(name="minds/a", display_name="A" * 201), [], "INVALID_FIELD"),
        (Mind(name="minds/a", allowed_models=["gpt-5"]), [], "INVALID_FIELD"),
        (Mind(name="minds/a", allowed_models=["myriad-base"] * 17), ["*"], "INVALID_FIELD"),
    ],
    ids=str,
)
async def test_a_change_that_cannot_be_is_refused(
    connection: grpc.aio.Channel, mind: Mind, paths: list[str], reason: str
) -> None:
    stub = MindServiceStub(connection)
    made = (await stub.CreateMind(minds_pb.CreateMindRequest(mind_id="a"), metadata=ADMIN)).mind
    request = minds_pb.UpdateMindRequest(mind=mind)
    request.update_mask.paths.extend(paths)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.UpdateMind(request, metadata=ADMIN)
    assert received(caught.value).reason == reason
    assert (await stub.GetMind(minds_pb.GetMindRequest(name="minds/a"), metadata=ADMIN)).mind == made


@pytest.mark.parametrize(
    "request_",
    [
        RemoveAgentsRequest(mind="minds/a"),
        RemoveAgentsRequest(mind="minds/a", documents=["minds/a/documents/song"], all_documents=True),
        ListPacketsRequest(mind="minds/a", page_size=1),
        ListPacketsRequest(mind="minds/a", all_bundles=True),
        ListPacketsRequest(mind="minds/a", bundles=["folder:///x.pak"], all_bundles=True, page_size=1),
    ],
    ids=str,
)
async def test_a_forgotten_field_neither_removes_nor_lists_all(
    connection: grpc.aio.Channel, request_: RemoveAgentsRequest | ListPacketsRequest
) -> None:
    await learn(connection)
    stub = RegistryServiceStub(connection)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await (stub.ListPackets(request_) if isinstance(request_, ListPacketsRequest) else stub.RemoveAgents(request_))
    assert received(caught.value).reason == "INVALID_FIELD"
    first = await stub.ListPackets(ListPacketsRequest(mind="minds/a", all_bundles=True, page_size=3))
    rest = await stub.ListPackets(
        ListPacketsRequest(mind="minds/a", all_bundles=True, page_size=3, page_token=first.next_page_token)
    )
    assert (len(first.places), len(rest.places), rest.next_page_token) == (3, 1, "")


async def test_a_mind_goes_whole_when_that_is_what_is_asked(connection: grpc.aio.Channel) -> None:
    await learn(connection)
    removed = await RegistryServiceStub(connection).RemoveAgents(
        RemoveAgentsRequest(mind="minds/a", all_documents=True)
    )
    assert len(removed.documents) == len(removed.removed) == 4
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await ActivationServiceStub(connection).Activate(activation("Blue Moon"))
    assert received(caught.value).reason == "MIND_NOT_FOUND"


async def test_regions_follow_what_is_learned_and_are_listed_by_pages(connection: grpc.aio.Channel) -> None:
    stub = MindServiceStub(connection)
    songs = [document("minds/a", f"s{number}", f"Song {number}", "A song.") for number in range(3)]
    plants = [document("minds/a", f"p{number}", f"Plant {number}", "A plant.") for number in range(3)]
    for one in songs:
        one.new_agents[0].mentions.extend(["Elvis", *(f"Song {number}" for number in range(3))])
    for one in plants:
        one.new_agents[0].mentions.extend(["Soil", *(f"Plant {number}" for number in range(3))])
    await RegistryServiceStub(connection).RegisterAgents(
        RegisterAgentsRequest(mind="minds/a", documents=songs + plants)
    )
    request = minds_pb.ListRegionsRequest(parent="minds/a", page_size=1)
    for _ in range(600):
        if (first := await stub.ListRegions(request, metadata=READER)).mind_version:
            break
        await asyncio.sleep(0.1)
    request.page_token = first.next_page_token
    second = await stub.ListRegions(request, metadata=READER)
    assert set(first.regions[0].concepts) == {"Elvis", "Song 0", "Song 1", "Song 2"}
    assert set(second.regions[0].concepts) == {"Soil", "Plant 0", "Plant 1", "Plant 2"}
    assert (first.mind_version, second.next_page_token) == (1, "")


async def test_regions_of_another_mind_are_not_to_be_seen(connection: grpc.aio.Channel) -> None:
    await learn(connection, "minds/b")
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await MindServiceStub(connection).ListRegions(minds_pb.ListRegionsRequest(parent="minds/b"), metadata=READER)
    assert received(caught.value).reason == "MIND_NOT_FOUND"


@pytest.mark.parametrize("action", WRITES)
async def test_a_change_of_a_mind_is_written_down_with_who_wants_it(
    connection: grpc.aio.Channel, written: Written, action: str
) -> None:
    with suppress(grpc.aio.AioRpcError):  # of a mind that is not there, or of genesis, which is not
        await WRITES[action](MindServiceStub(connection))
    assert written.told == [("keys/k", action, "minds/a")]
    assert list(written.changes[0].fields) == (["display_name"] if action == "mind.update" else [])


@pytest.mark.parametrize("action", WRITES)
async def test_no_mind_changes_without_an_entry_in_the_audit_log(
    connection: grpc.aio.Channel, written: Written, action: str
) -> None:
    await learn(connection)
    minds = MindServiceStub(connection)
    before = (await minds.ListMinds(minds_pb.ListMindsRequest(), metadata=ADMIN)).minds
    written.broken = True
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await WRITES[action](minds)
    assert received(caught.value).reason == "COMPONENT_UNAVAILABLE"
    assert "audit log" in received(caught.value).message
    assert (await minds.ListMinds(minds_pb.ListMindsRequest(), metadata=ADMIN)).minds == before


async def test_a_request_that_breaks_a_rule_is_no_entry(connection: grpc.aio.Channel, written: Written) -> None:
    minds = MindServiceStub(connection)
    for wrong in (
        minds.CreateMind(minds_pb.CreateMindRequest(mind_id="Not an id"), metadata=ADMIN),
        minds.CreateMind(minds_pb.CreateMindRequest(mind_id="a", request_id="no uuid"), metadata=ADMIN),
        minds.DeleteMind(minds_pb.DeleteMindRequest(name="minds/a"), metadata=TEACHER),
        minds.ResetWeights(minds_pb.ResetWeightsRequest(name="minds/b"), metadata=TEACHER),
    ):
        with pytest.raises(grpc.aio.AioRpcError):
            await wrong
    assert not written.changes
