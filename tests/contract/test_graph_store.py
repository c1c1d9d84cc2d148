"""What every graph store must do, through the use cases that write it."""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectome.activate import activate
from connectome.adapters.sqlite import SqliteGraphStore
from connectome.adapters.sqlite.ledger import JOB_SECONDS
from connectome.adapters.tantivy_index import TantivyLexicalIndex
from connectome.errors import Conflict, DocumentNotFound, JobNotFound, MindExists
from connectome.lexical_sync import catch_up_all
from connectome.linking import Linker
from connectome.ports import GraphStore, Kind, LexicalIndex
from connectome.register import register
from connectome.remove import remove
from mesh.access import MindNotFound
from mesh.disk import StorageDamaged, StorageFull
from mesh.listening import StartError
from myriad.connectome.v1.activation_pb2 import Budget
from myriad.connectome.v1.activation_service_pb2 import ActivateRequest
from myriad.connectome.v1.agent_record_pb2 import AgentRecord, PacketPlace
from myriad.connectome.v1.document_record_pb2 import DocumentPlan, RegisteredDocument
from myriad.connectome.v1.registry_service_pb2 import (
    RegisterAgentsRequest,
    RegisterAgentsResponse,
    RemoveAgentsRequest,
    RemoveAgentsResponse,
)
from myriad.genesis.v1.document_pb2 import Document, DocumentResult, Job
from myriad.type.v1.error_reason_pb2 import ERROR_REASON_LINE_INVALID as LINE_INVALID

MIND = "minds/m"


class Mind:
    """A store, its index and its linker, as the servicer holds them."""

    def __init__(self, store: GraphStore, lexical: LexicalIndex) -> None:
        self.store, self.lexical, self.linker = store, lexical, Linker(lexical)

    def learn(self, *documents: RegisteredDocument, mind: str = MIND) -> RegisterAgentsResponse:
        request = RegisterAgentsRequest(mind=mind, documents=documents)
        return register(self.store, self.lexical, self.linker, request)

    def forget(self, *documents: str, mind: str = MIND) -> RemoveAgentsResponse:
        request = RemoveAgentsRequest(mind=mind, documents=[f"{mind}/documents/{one}" for one in documents])
        return remove(self.store, self.lexical, self.linker, request)

    def graph(self) -> dict[str, dict[str, Kind]]:
        """By agent: the names of its concepts and the kind of each edge."""
        records = self.store.list_agents(MIND, "", "", 1000)
        ids = {agent.name: agent.id for agent in self.store.agents(range(1, 1000)).values()}
        found = {}
        for record in records:
            edges = self.store.edges([ids[record.agent]], 1000).get(ids[record.agent], ())
            names = self.store.concept_names([edge.concept for edge in edges])
            found[record.agent] = {names[edge.concept].lower(): edge.kind for edge in edges}
        return found


@pytest.fixture(params=["sqlite"])
def mind(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Mind]:
    store = SqliteGraphStore(tmp_path / "graph.db")
    yield Mind(store, TantivyLexicalIndex(tmp_path / "lexical"))
    store.close()


def document(
    bare: str, *passages: str, title: str = "", mentions: tuple[str, ...] = (), mind: str = MIND
) -> RegisteredDocument:
    name = f"{mind}/documents/{bare}"
    records = [
        AgentRecord(
            agent=f"{mind}/agents/a{bare}{abs(hash(passage)) % 10**9}",
            document=name,
            text=passage,
            packet_location=f"folder:///x.pak#{number}+1",
            concepts=[title or bare],
            mentions=mentions,
        )
        for number, passage in enumerate(passages)
    ]
    return RegisteredDocument(
        document=Document(name=name, title=title or bare, content_hash=f"{bare}{passages}"),
        agents=[record.agent for record in records],
        new_agents=records,
    )


WORDS = (b"zyxwvut", b"Quibblefort", b"quibblefort", b"anzibarqux")
SONG = document("song", "Blue Moon was written by Richard Rodgers.", title="Blue Moon")
RODGERS = document("rodgers", "He was born in Queens.", title="Richard Rodgers")


def test_a_new_agent_is_linked_to_names_that_are_handled_already(mind: Mind) -> None:
    mind.learn(RODGERS)
    mind.learn(SONG)
    assert mind.graph()[SONG.agents[0]] == {"blue moon": Kind.HANDLES, "richard rodgers": Kind.LINKED}


def test_a_new_name_is_linked_to_agents_that_were_learned_before(mind: Mind) -> None:
    mind.learn(SONG)
    mind.learn(RODGERS)
    assert mind.graph()[SONG.agents[0]] == {"blue moon": Kind.HANDLES, "richard rodgers": Kind.LINKED}


def test_a_name_of_one_word_is_linked_where_it_stands_alone_and_not_in_a_longer_name(mind: Mind) -> None:
    apart = document("apart", "She saw United play.", "They went to the United States.", "A heart that is united.")
    mind.learn(apart)
    mind.learn(document("album", "It came out in 1996.", title="United"))
    mind.learn(document("again", "The United Nations met.", "Then United lost."))
    linked = {agent for agent, edges in mind.graph().items() if edges.get("united") is Kind.LINKED}
    texts = {agent.text for agent in mind.store.agents(range(1, 100)).values() if agent.name in linked}
    assert texts == {"She saw United play.", "Then United lost."}


def test_a_hub_gives_nobody_of_the_kind_that_is_too_many(mind: Mind) -> None:
    mind.learn(*(document(f"d{number}", f"Blue Moon number {number}.") for number in range(4)), SONG)
    [concept] = mind.store.concepts(mind.store.mind(MIND)[0], ["blue moon"]).values()
    assert (concept.handled, concept.mentioned) == (1, 4)
    assert [bearer.kind for bearer in mind.store.bearers([concept.id], 3)[concept.id]] == [Kind.HANDLES]
    assert len(mind.store.bearers([concept.id], 4)[concept.id]) == 5


def test_the_longest_name_is_told_for_each_first_word_that_has_one(mind: Mind) -> None:
    mind.learn(SONG, document("long", "Text.", title="Blue Moon of Kentucky"), RODGERS)
    assert mind.store.longest_names(mind.store.mind(MIND)[0], ["blue", "richard", "moon"]) == {"blue": 4, "richard": 2}


def test_forgetting_removes_links_and_concepts_that_nobody_else_holds_up(mind: Mind) -> None:
    mind.learn(SONG, RODGERS)
    response = mind.forget("rodgers")
    assert [one.agent for one in response.removed] == list(RODGERS.agents)
    assert list(response.concepts) == ["Richard Rodgers"]
    assert mind.graph() == {SONG.agents[0]: {"blue moon": Kind.HANDLES}}
    assert mind.lexical.holding(MIND, ["queens"]) == []


def test_a_word_that_no_agent_has_finds_those_that_differ_from_it_by_one_letter(mind: Mind) -> None:
    mind.learn(SONG)
    [song] = mind.lexical.search(MIND, ["roger"], 10)
    assert mind.store.agents([song.agent])[song.agent].name == SONG.agents[0]
    assert [mind.lexical.search(MIND, [far], 10) for far in ("riger", "maon")] == [[], []]


def test_what_is_forgotten_is_in_no_file_any_more(mind: Mind, tmp_path: Path) -> None:
    mind.learn(RODGERS, document("secret", "The zyxwvut is kept by Quibblefort.", title="Zanzibarqux"))
    mind.forget("secret")
    residue = [path for path in tmp_path.rglob("*") if path.is_file() for word in WORDS if word in path.read_bytes()]
    assert not residue
    rarities = mind.lexical.rarities(MIND, ["zyxwvut", "never-learned"])
    assert rarities["zyxwvut"] == rarities["never-learned"]


def test_a_mind_that_holds_nothing_wakes_nothing(mind: Mind) -> None:
    request = ActivateRequest(mind=MIND, question="Who hums?", budget=Budget(max_agents=3, max_hops=2))
    mind.store.create_mind(MIND, "", "")
    assert not activate(mind.store, mind.lexical, request).agents
    mind.learn(document("d", "The queen hums."))
    assert activate(mind.store, mind.lexical, request).agents
    mind.forget("d")
    assert not activate(mind.store, mind.lexical, request).agents


def test_an_edited_document_changes_only_its_changed_agents(mind: Mind) -> None:
    before = document("d", "One stays.", "Two goes.")
    mind.learn(before)
    after = document("d", "One stays.", "Three comes.")
    after.new_agents.pop(0)
    response = mind.learn(after)
    assert [one.agent for one in response.removed] == [before.agents[1]]
    assert {one.agent for one in mind.store.list_agents(MIND, "", "", 10)} == set(after.agents)


def test_naming_an_agent_that_is_not_there_is_a_conflict_and_writes_nothing(mind: Mind) -> None:
    broken = document("d", "One.", "Two.")
    broken.new_agents.pop()
    with pytest.raises(Conflict):
        mind.learn(RODGERS, broken)
    with pytest.raises(MindNotFound):
        mind.store.get_mind(MIND)


def test_minds_share_nothing(mind: Mind) -> None:
    mind.learn(SONG)
    other = document("rodgers", "He was born in Queens.", title="Richard Rodgers", mind="minds/other")
    mind.learn(other, mind="minds/other")
    assert mind.graph()[SONG.agents[0]] == {"blue moon": Kind.HANDLES}
    assert mind.lexical.holding("minds/other", ["blue"]) == []
    assert mind.store.get_agents(MIND, list(other.agents)) == []


def test_a_plan_says_what_is_unchanged_and_which_agents_are_new(mind: Mind) -> None:
    mind.learn(SONG)
    edited = document("song", "Blue Moon was written by Richard Rodgers.", "It is a ballad.", title="Blue Moon")
    plans = [
        DocumentPlan(document=one.document.name, content_hash=one.document.content_hash, agents=one.agents)
        for one in (SONG, edited, RODGERS)
    ]
    same, changed, new = mind.store.plan(plans)
    assert (same.known, same.unchanged, list(same.new_agents)) == (True, True, [])
    assert (changed.known, changed.unchanged, list(changed.new_agents)) == (True, False, [edited.agents[1]])
    assert (new.known, new.unchanged, list(new.new_agents)) == (False, False, list(RODGERS.agents))


def test_the_version_grows_with_every_change_and_with_nothing_else(mind: Mind) -> None:
    assert mind.learn(SONG).mind_version == 1
    assert mind.forget("nothing-of-that-name").mind_version == 1
    assert mind.learn(RODGERS).mind_version == 2
    assert mind.store.get_mind(MIND).version == 2


def test_counts_of_a_mind_are_what_it_holds(mind: Mind) -> None:
    mind.learn(SONG, RODGERS)
    found = mind.store.get_mind(MIND)
    assert (found.document_count, found.agent_count, found.concept_count) == (2, 2, 2)


def test_packets_are_found_by_bundle_and_can_be_relocated(mind: Mind) -> None:
    mind.learn(SONG)
    mind.store.relocate(MIND, [PacketPlace(agent=SONG.agents[0], packet_location="folder:///y.pak#0+9")])
    assert mind.store.packets(MIND, ["folder:///x.pak"]) == []
    assert [one.agent for one in mind.store.packets(MIND, ["folder:///y.pak"])] == list(SONG.agents)


def test_a_packet_that_has_moved_meanwhile_is_not_moved_back(mind: Mind) -> None:
    mind.learn(SONG)
    agent, before = SONG.agents[0], "folder:///x.pak#0+1"
    for there, moved_from in (("folder:///y.pak#0+9", before), ("folder:///z.pak#0+9", before)):
        mind.store.relocate(MIND, [PacketPlace(agent=agent, packet_location=there, moved_from=moved_from)])
    assert [one.packet_location for one in mind.store.packets(MIND, None)] == ["folder:///y.pak#0+9"]


def test_lists_go_on_after_the_last_name_of_the_page_before(mind: Mind) -> None:
    mind.learn(*(document(f"d{number}", "Some text.") for number in range(5)))
    first = mind.store.list_documents(MIND, "", 3)
    rest = mind.store.list_documents(MIND, first[-1].name, 3)
    assert [one.name[-2:] for one in (*first, *rest)] == ["d0", "d1", "d2", "d3", "d4"]


def test_what_is_not_there_is_said_by_its_reason(mind: Mind) -> None:
    with pytest.raises(MindNotFound):
        mind.store.list_documents(MIND, "", 1)
    with pytest.raises(DocumentNotFound):
        mind.store.get_document("minds/m/documents/none")
    with pytest.raises(JobNotFound):
        mind.store.get_job("minds/m/jobs/none")
    mind.store.create_mind(MIND, "", "")
    with pytest.raises(MindExists):
        mind.store.create_mind(MIND, "", "")


def test_a_request_makes_one_mind_however_often_it_comes(mind: Mind) -> None:
    made = mind.store.create_mind(MIND, "name", "request")
    assert mind.store.create_mind(MIND, "name", "request") == made
    for display_name, request in (("name", "another"), ("name", ""), ("other name", "request")):
        with pytest.raises(MindExists):
            mind.store.create_mind(MIND, display_name, request)
    mind.store.create_mind("minds/n", "", "")
    with pytest.raises(MindExists):
        mind.store.create_mind("minds/n", "", "")
    mind.store.delete_mind(MIND)
    assert mind.store.create_mind(MIND, "", "another").display_name == ""


def test_a_job_counts_each_document_once_however_often_it_is_recorded(mind: Mind) -> None:
    mind.store.open_job("minds/m/jobs/j")
    failed = DocumentResult(document="d", line=3, state=DocumentResult.STATE_FAILED, reason=LINE_INVALID)
    learned = DocumentResult(document="e", state=DocumentResult.STATE_LEARNED, added_agent_count=2)
    for _ in range(2):
        job = mind.store.record("minds/m/jobs/j", [failed, learned])
    assert (job.state, job.learned_count, job.failed_count, job.added_agent_count) == (Job.STATE_RUNNING, 1, 1, 2)
    assert [(one.line, one.reason) for one in job.failures] == [(3, LINE_INVALID)]
    assert mind.store.close_job("minds/m/jobs/j", failed=False).state == Job.STATE_SUCCEEDED


def test_jobs_name_no_document_that_was_forgotten(mind: Mind) -> None:
    never = DocumentResult(document=f"{MIND}/documents/never", uri="file:///n", state=DocumentResult.STATE_FAILED)
    other = DocumentResult(document=f"{MIND}/documents/other", uri="file:///o", state=DocumentResult.STATE_FAILED)
    for job in ("minds/m/jobs/j", "minds/m/jobs/k"):
        mind.store.open_job(job)
        mind.store.record(job, [never, other])
    assert mind.forget("never").job_entry_count == 2
    assert mind.forget("never").job_entry_count == 0
    for job in ("minds/m/jobs/j", "minds/m/jobs/k"):
        assert [one.document for one in mind.store.get_job(job).failures] == [other.document]
        assert mind.store.get_job(job).failed_count == 2


def test_a_job_that_did_not_go_on_for_a_week_is_no_more(mind: Mind) -> None:
    mind.store.open_job("minds/m/jobs/j")
    mind.store.record("minds/m/jobs/j", [DocumentResult(document="d", state=DocumentResult.STATE_LEARNED)])
    now = time.time()
    mind.store.tidy(now + JOB_SECONDS - 60)
    assert mind.store.get_job("minds/m/jobs/j").learned_count == 1
    mind.store.tidy(now + JOB_SECONDS + 60)
    with pytest.raises(JobNotFound):
        mind.store.get_job("minds/m/jobs/j")
    mind.store.open_job("minds/m/jobs/j")
    assert mind.store.record("minds/m/jobs/j", []).learned_count == 0


def test_a_lexical_index_left_behind_or_lost_catches_up(mind: Mind) -> None:
    mind.learn(SONG)
    mind.lexical.drop(MIND)
    mind.learn(RODGERS)
    assert len(mind.lexical.holding(MIND, ["blue", "moon"])) == 1
    assert mind.lexical.version(MIND) == 2


def test_an_index_that_a_crash_damaged_is_rebuilt(mind: Mind, tmp_path: Path) -> None:
    """Tantivy cannot open an index without its meta file, nor write a file that a killed writer left there."""
    mind.learn(SONG, RODGERS)
    (tmp_path / "lexical" / MIND / "meta.json").write_text("half-writ")
    lexical = TantivyLexicalIndex(tmp_path / "lexical")
    catch_up_all(mind.store, lexical)
    assert (len(lexical.holding(MIND, ["blue", "moon"])), lexical.version(MIND)) == (1, 1)


def test_a_file_that_a_killed_writer_left_does_not_stop_the_next(mind: Mind, tmp_path: Path) -> None:
    mind.learn(SONG, RODGERS, document("other", "Something else."))
    folder = tmp_path / "lexical" / MIND
    segment = json.loads((folder / "meta.json").read_text())["segments"][0]["segment_id"].replace("-", "")
    for opstamp in range(2000):
        (folder / f"{segment}.{opstamp}.del").touch()
    fresh = Mind(mind.store, TantivyLexicalIndex(tmp_path / "lexical"))
    for bare in ("rodgers", "song"):
        fresh.forget(bare)
    assert fresh.lexical.holding(MIND, ["queens"]) == fresh.lexical.holding(MIND, ["blue", "moon"]) == []
    assert len(fresh.lexical.holding(MIND, ["something", "else"])) == 1


def test_a_data_folder_of_a_newer_schema_is_refused_in_words(tmp_path: Path) -> None:
    import sqlite3

    SqliteGraphStore(tmp_path / "graph.db").close()
    with sqlite3.connect(tmp_path / "graph.db") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StartError, match=r"SCHEMA_TOO_NEW.*newer Myriad"):
        SqliteGraphStore(tmp_path / "graph.db")


NAMES = ["Ada", "Bob", "Ada Bob", "Cy", "Bob Cy", "bob", "aircraft carrier", "aircraft carriers", "WHO"]
TEXTS = [
    "Ada met Bob.",
    "Ada Bob sings.",
    "Bob Cy and Ada Bob.",
    "Cy alone.",
    "In Bob's time two aircraft carriers lay there; ada saw no aircraft carrier.",
    "The World Health Organization (WHO) and Ada Cy.",
    "Nobody.",
]
MENTIONS = [(), ("Ada",), ("bob", "Bob Cy"), ("World Health Organization", "WHO")]
STEPS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.none()
        | st.tuples(
            st.sampled_from(NAMES),
            st.lists(st.sampled_from(TEXTS), min_size=1, max_size=2, unique=True),
            st.sampled_from(MENTIONS),
        ),
    ),
    max_size=10,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_any_order_of_learning_editing_and_forgetting_gives_the_graph_of_the_final_state(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, tuple[str, list[str], tuple[str, ...]] | None]]
) -> None:
    folder = tmp_path_factory.mktemp("order")
    walked, fresh = SqliteGraphStore(folder / "a.db"), SqliteGraphStore(folder / "b.db")
    try:
        one, other = Mind(walked, TantivyLexicalIndex(folder / "a")), Mind(fresh, TantivyLexicalIndex(folder / "b"))
        walked.create_mind(MIND, "", "")
        fresh.create_mind(MIND, "", "")
        final: dict[int, RegisteredDocument] = {}
        for number, content in steps:
            if content is None:
                one.forget(f"d{number}")
                final.pop(number, None)
            else:
                name, texts, mentions = content
                final[number] = document(f"d{number}", *texts, title=name, mentions=mentions)
                one.learn(final[number])
        if final:
            other.learn(*final.values())
        assert one.graph() == other.graph()
        assert walked.get_mind(MIND).concept_count == fresh.get_mind(MIND).concept_count
    finally:
        walked.close()
        fresh.close()


def test_a_damaged_file_says_which_it_is_and_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "graph.db"
    path.write_bytes(b"no graph is here" * 100)
    with pytest.raises(StorageDamaged) as raised:
        SqliteGraphStore(path)
    assert raised.value.text.startswith(f"{path} is damaged (")
    assert raised.value.text.endswith("move it away and learn the documents again")


def test_damage_that_is_found_later_is_told_as_such(tmp_path: Path) -> None:
    store = SqliteGraphStore(tmp_path / "graph.db")
    mind = Mind(store, TantivyLexicalIndex(tmp_path / "lexical"))
    mind.learn(document("d", *(f"The queen hums song {number}." for number in range(200))))
    (page,) = store._database.row("SELECT rootpage FROM sqlite_master WHERE name = 'agents'")
    (size,) = store._database.row("PRAGMA page_size")
    store.close()
    with (tmp_path / "graph.db").open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(os.urandom(size))
    store = SqliteGraphStore(tmp_path / "graph.db")
    with pytest.raises(StorageDamaged) as raised:
        store.list_agents(MIND, "", "", 1000)
    assert str(tmp_path / "graph.db") in raised.value.text
    store.close()


def test_a_transaction_without_room_is_undone_and_the_next_begins(tmp_path: Path) -> None:
    store = SqliteGraphStore(tmp_path / "graph.db")
    mind = Mind(store, TantivyLexicalIndex(tmp_path / "lexical"))
    with store._database.writing() as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(StorageFull):
        mind.learn(document("d", "The queen hums. " * 2_000))
    with pytest.raises(DocumentNotFound):
        store.get_document(f"{MIND}/documents/d")
    with store._database.writing() as connection:
        connection.execute("PRAGMA max_page_count = 1000000")
    mind.learn(document("d", "The queen hums. " * 2_000))
    assert store.get_document(f"{MIND}/documents/d").agent_count == 1
    store.close()


class NoIndex:
    """A lexical index that indexes nothing: what lies in the database is looked at."""

    def __init__(self) -> None:
        self.reached = 0

    def version(self, mind: str) -> int:
        return self.reached

    def update(self, mind: str, version: int, added: object, removed: object) -> None:
        self.reached = version

    def rebuild(self, mind: str, version: int, texts: object) -> None:
        self.reached = version

    def holding(self, mind: str, phrase: object) -> list[int]:
        return []

    def drop(self, mind: str) -> None:
        self.reached = 0


@pytest.mark.parametrize("seed", [3, 7])
def test_no_page_keeps_a_copy_of_what_was_moved_and_then_forgotten(tmp_path: Path, seed: int) -> None:
    """SQLite leaves copies in the unused middle of pages; these seeds are some of the few that showed it."""
    chosen = random.Random(seed)
    mind = Mind(SqliteGraphStore(tmp_path / "graph.db"), NoIndex())  # type: ignore[arg-type]
    known: list[str] = []
    for number in range(105):
        name = f"qzx{number:04d}y"
        words = ("alpha", "beta", "gamma", "delta")
        texts = [" ".join(chosen.choices(words, k=chosen.randint(5, 300))) for _ in range(chosen.randint(1, 6))]
        mind.learn(document(name, *(f"{name} hums {text} {name}." for text in texts), title=f"Title {name}"))
        known.append(name)
        if len(known) > 20 or chosen.random() < 0.3:
            gone = known.pop(chosen.randrange(len(known)))
            mind.forget(gone)
            assert not [one for one in tmp_path.iterdir() if gone.encode() in one.read_bytes().lower()]
    mind.store.close()  # type: ignore[attr-defined]
