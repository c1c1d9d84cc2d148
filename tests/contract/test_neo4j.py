"""What is Neo4j's own: its schema, several replicas that write, members of a cluster."""

from __future__ import annotations

import itertools
import random
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from cli.supervisor.ports import free
from cli.supervisor.servers import neo4j as server
from connectome.activate import activate
from connectome.adapters.local_bookmarks import KEPT_SECONDS, MOST_OF_MIND, LocalBookmarks
from connectome.adapters.neo4j import Neo4jGraphStore
from connectome.adapters.neo4j.change import Neo4jChange
from connectome.adapters.neo4j.database import Database
from connectome.adapters.neo4j.ids import Ids
from connectome.adapters.neo4j.opening import connect, open_graph
from connectome.adapters.neo4j.schema import MIGRATIONS
from connectome.adapters.sqlite import SqliteGraphStore
from connectome.adapters.tantivy_index import TantivyLexicalIndex
from connectome.errors import GraphUnavailable
from connectome.following import Following, KeptUp
from connectome.ports import Kind, Wanted
from connectome.reinforce import reinforce
from mesh.dependencies import Dependency
from mesh.listening import StartError
from mesh.settings import Secret
from myriad.connectome.v1.activation_pb2 import Budget
from myriad.connectome.v1.activation_service_pb2 import ActivateRequest
from myriad.connectome.v1.document_record_pb2 import RegisteredDocument
from myriad.connectome.v1.weight_service_pb2 import ReinforceRequest
from tests.bolt import Asked, Cluster, cluster
from tests.contract.conftest import emptied
from tests.contract.minds import MIND, RODGERS, SONG, Minds, document
from tests.servers import PASSWORD, Neo4j, offered, started, until

OTHER = "minds/o"


def opened(neo4j: Neo4j) -> Neo4jGraphStore:
    return open_graph(neo4j.uri, neo4j.user, Secret(neo4j.password), LocalBookmarks())


@pytest.fixture
def replicas(neo4j_process: Neo4j, tmp_path: Path) -> Iterator[Sequence[Minds]]:
    """Two that share the graph and nothing else."""
    with ExitStack() as stack:
        stores = [emptied(neo4j_process), opened(neo4j_process)]
        for store in stores:
            stack.callback(store.close)
        yield [Minds(store, TantivyLexicalIndex(tmp_path / str(number))) for number, store in enumerate(stores)]


def test_replicas_that_start_at_once_make_the_schema_once(neo4j: Neo4j) -> None:
    with ThreadPoolExecutor(3) as threads:
        stores = list(threads.map(opened, [neo4j] * 3))
    [[versions, count]] = stores[0]._database.rows("MATCH (s:Schema) RETURN collect(s.version), count(s)")
    assert (versions, count) == ([len(MIGRATIONS)], 1)
    for store in stores:
        store.close()


def test_a_schema_that_is_newer_than_this_software_is_refused(neo4j: Neo4j) -> None:
    store = opened(neo4j)
    store._database.command("MATCH (s:Schema) SET s.version = 999")
    with pytest.raises(StartError, match="SCHEMA_TOO_NEW: the graph at MYRIAD_GRAPH"):
        opened(neo4j)
    store._database.command("MATCH (s:Schema) DELETE s")  # for the tests that come next
    store.close()


def test_however_much_a_question_reads_the_server_plans_it_once(neo4j: Neo4j) -> None:
    """It makes a plan anew, which takes half a second, for a parameter that is a list of another order of size."""
    with ExitStack() as stack:
        graph = opened(neo4j)
        stack.callback(graph.close)
        driver = stack.enter_context(connect(neo4j.uri, neo4j.user, Secret(neo4j.password)))

        def plans() -> str:
            return str(driver.execute_query("CALL db.clearQueryCaches()").records[0][0])

        plans()
        graph.read(Wanted(), 10)
        one = plans()
        for size in (0, 1, 5, 50, 500):
            graph.read(Wanted(range(size), range(size // 2), range(size), 1, ["a"] * size, ["b"] * size), 10)
        assert plans() == one


def test_what_one_replica_learns_is_linked_to_what_another_learned(replicas: Sequence[Minds]) -> None:
    one, other = replicas
    one.learn(SONG)
    other.learn(RODGERS)  # a name that an older agent of the other's holds
    one.learn(document("again", "Richard Rodgers wrote Blue Moon in Queens."))  # names that both have learned
    other.learn(document("queens", "A part of New York.", title="Queens"))
    edges = one.edges()
    assert edges[SONG.agents[0]] == {"blue moon": Kind.HANDLES, "richard rodgers": Kind.LINKED}
    assert sum(found.get("queens") is Kind.LINKED for found in edges.values()) == 2
    assert other.edges() == edges
    one.projection.catch_up(MIND)
    assert [each.lexical.version(MIND) for each in replicas] == [4, 4]
    assert one.lexical.holding(MIND, ["queens"]) == other.lexical.holding(MIND, ["queens"])


def test_what_one_replica_forgets_leaves_the_index_of_another_too(replicas: Sequence[Minds]) -> None:
    one, other = replicas
    one.learn(SONG, RODGERS)
    other.projection.catch_up(MIND)
    one.forget("song")
    one.learn(document("more", "Nothing of it."))  # after which the first knows of nothing removed
    other.projection.catch_up(MIND)
    assert other.lexical.holding(MIND, ["blue", "moon"]) == []
    assert other.lexical.version(MIND) == one.lexical.version(MIND) == 3


def test_an_answer_finds_by_its_words_what_another_replica_has_just_learned(replicas: Sequence[Minds]) -> None:
    one, other = replicas
    following = Following(other.store, KeptUp(other.store, other.lexical, other.projection))
    one.learn(SONG)
    following.reach(MIND, other.store.mind(MIND))
    assert other.lexical.holding(MIND, ["blue", "moon"])
    one.forget("song")
    following.reach(MIND, other.store.mind(MIND))
    assert not other.lexical.holding(MIND, ["blue", "moon"])


def test_changes_of_one_mind_by_several_replicas_come_one_after_the_other(replicas: Sequence[Minds]) -> None:
    versions, each = list[int](), 6

    def learn(number: int) -> None:
        for count in range(each):
            versions.append(replicas[number].learn(document(f"d{number}x{count}", "We hum.")).mind_version)

    threads = [threading.Thread(target=learn, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(versions) == list(range(1, 2 * each + 1))
    assert replicas[0].store.get_mind(MIND).agent_count == 2 * each
    replicas[0].projection.catch_up(MIND)
    assert len(replicas[0].lexical.holding(MIND, ["we", "hum"])) == 2 * each


def test_who_links_reads_of_the_names_that_others_have_learned_the_new_ones_alone(
    replicas: Sequence[Minds], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = replicas
    one.learn(SONG)
    other.learn(document("queens", "A part of New York.", title="Queens"))
    reads = list[int]()
    handled_keys = Neo4jChange.handled_keys

    def counted(change: Neo4jChange) -> Iterable[str]:
        reads.append(change.version)
        return handled_keys(change)

    monkeypatch.setattr(Neo4jChange, "handled_keys", counted)
    one.learn(RODGERS)
    taught = ReinforceRequest(mind=MIND, agents=[*SONG.agents], concepts=["Blue Moon"], success=True)
    assert reinforce(one.store, taught, 1.0) == 1
    other.learn(document("edited", "Blue Moon.", title="Edited"))
    other.learn(document("edited", "Blue Moon and Richard Rodgers.", title="Edited"))
    one.learn(document("more", "Richard Rodgers was born in Queens.", title="More"))
    assert not reads
    assert one.edges()[one.store.list_agents(MIND, "", "", 9)[0].agent]["richard rodgers"] is Kind.LINKED
    other.forget("queens")
    one.learn(document("again", "Richard Rodgers was born in Queens.", title="Again"))
    assert reads
    assert not any("queens" in found for found in one.edges().values())


@pytest.mark.parametrize("seed", range(3))
def test_however_replicas_take_turns_the_links_are_those_of_what_there_is(
    replicas: Sequence[Minds], tmp_path: Path, seed: int
) -> None:
    draw = random.Random(seed)
    titles = ["Blue Moon", "Richard Rodgers", "Queens", "Moon", "Richard"]
    left = dict[str, RegisteredDocument]()
    for _ in range(12):
        minds, bare = draw.choice(replicas), f"d{draw.randrange(6)}"
        if draw.random() < 0.3:
            minds.forget(bare)
            left.pop(bare, None)
        else:
            text = f"Richard Rodgers wrote Blue Moon in {draw.choice(titles)}. Then Moon met Richard."
            left[bare] = document(bare, text, title=draw.choice(titles), mentions=("Nobody",))
            minds.learn(left[bare])
    embedded = SqliteGraphStore(tmp_path / "graph.db")
    fresh = Minds(embedded, TantivyLexicalIndex(tmp_path / "embedded"))
    fresh.learn(*left.values())
    assert replicas[0].edges() == fresh.edges()
    embedded.close()


def test_answers_are_the_same_as_those_of_sqlite(replicas: Sequence[Minds], tmp_path: Path) -> None:
    draw = random.Random(7)
    names = [f"{first} {last}" for first in ("Ada", "Bob", "Cy", "Dora", "Eve") for last in ("Moon", "Stone", "Reed")]
    documents = [
        document(
            name.replace(" ", "-").lower(),
            f"{name} wrote Opus {number} with {draw.choice(names)} for {draw.choice(names)}.",
            f"In {1900 + number} {name} met {draw.choice(names)}; {draw.choice(names)} was there.",
            title=name,
            mentions=(draw.choice(names), f"Opus {number}"),
        )
        for number, name in enumerate(names)
    ]
    embedded = SqliteGraphStore(tmp_path / "graph.db")
    sides = (replicas[0], Minds(embedded, TantivyLexicalIndex(tmp_path / "embedded")))
    for minds in sides:
        for start in range(0, len(documents), 4):
            minds.learn(*documents[start : start + 4])
        minds.forget("ada-moon")
    for name in names:
        for question in (f"Whom did {name} meet?", f"Who wrote with the one that {name} wrote for?"):
            request = ActivateRequest(
                mind=MIND, question=question, budget=Budget(max_agents=8, max_hops=3, max_pushes=200)
            )
            one, other = (activate(minds.store, minds.lexical, request) for minds in sides)
            assert [agent.agent for agent in one.agents] == [agent.agent for agent in other.agents]
            assert one.agents[0].score == pytest.approx(other.agents[0].score)
            assert (one.push_count, one.row_count) == (other.push_count, other.row_count)
    embedded.close()


def test_no_two_nodes_ever_have_one_id(replicas: Sequence[Minds]) -> None:
    ids = [Ids(minds.store._database, "agent") for minds in replicas]  # type: ignore[attr-defined]
    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(lambda number: list(ids[number % 2].take(1 + 997 * number)), range(16)))
    every = [one for some in taken for one in some]
    assert len(set(every)) == len(every)
    assert all(some == sorted(some) for some in taken)


def test_a_long_name_is_learned_or_passed_over_and_fails_nothing(replicas: Sequence[Minds]) -> None:
    long = "w" * 20_000
    replicas[0].learn(document("long", f"It says {long}.", title=long), SONG)
    assert len(replicas[0].ids()) == 2


@pytest.mark.soak
def test_what_was_acknowledged_outlives_a_server_that_is_killed_in_the_middle_of_writing(tmp_path: Path) -> None:
    with offered():
        program = server.program(
            tmp_path / "neo4j", free(1)[0], PASSWORD, heap="256m", page_cache="64m", jvm=server.QUICK
        )
    neo4j = Neo4j(program.address)
    acknowledged, stopping = list[str](), threading.Event()

    def learn() -> None:
        for number in itertools.count():
            if stopping.is_set():
                return
            with suppress(GraphUnavailable):
                minds.learn(document(f"d{number}", "We hum.", "They sing."))
                acknowledged.append(f"{MIND}/documents/d{number}")

    with ThreadPoolExecutor(1) as thread:
        with started(program) as process:
            store = opened(neo4j)
            minds = Minds(store, TantivyLexicalIndex(tmp_path / "lexical"))
            learning = thread.submit(learn)
            until(lambda: len(acknowledged) > 10, tmp_path / "neo4j" / "console.log")
            process.kill()
            process.wait()
        with started(program):
            before = len(acknowledged)
            until(lambda: len(acknowledged) > before + 5, tmp_path / "neo4j" / "console.log")
            stopping.set()
            learning.result()
            assert all(store.get_document(name).agent_count == 2 for name in acknowledged)
            mind = store.get_mind(MIND)
            assert mind.agent_count == 2 * mind.document_count == 2 * mind.version
            minds.projection.catch_up(MIND)
            assert len(minds.lexical.holding(MIND, ["we", "hum"])) == mind.document_count
            store.close()


@pytest.fixture
def members() -> Iterator[Cluster]:
    with cluster() as made:
        yield made


@pytest.fixture
def bookmarks() -> LocalBookmarks:
    """What replicas share, by Redis or in one process."""
    return LocalBookmarks()


@pytest.fixture
def database(members: Cluster, bookmarks: LocalBookmarks) -> Iterator[Database]:
    made = Database(connect(members.uri, "neo4j", Secret("any")), bookmarks, Dependency("graph", members.uri))
    yield made
    made.close()


def test_of_a_cluster_the_leader_is_written_to_and_followers_are_read(database: Database, members: Cluster) -> None:
    assert database.write(MIND, lambda transaction: transaction.run("CREATE (n) RETURN 1").values()) == [[1]]
    assert database.rows("RETURN 1", OTHER) == [[1]]
    assert members.asked == [Asked("leader", "w", []), Asked("follower", "r", [])]


def test_who_reads_a_mind_waits_for_what_was_written_to_it_by_any_replica(
    database: Database, members: Cluster, bookmarks: LocalBookmarks
) -> None:
    database.write(MIND, lambda transaction: transaction.run("CREATE (n) RETURN 1").values())
    replica = Database(connect(members.uri, "neo4j", Secret("any")), bookmarks, Dependency("graph", members.uri))
    replica.rows("RETURN 1", MIND)
    replica.rows("RETURN 1", OTHER)
    replica.write(MIND, lambda transaction: transaction.run("CREATE (n) RETURN 1").values())
    database.rows("RETURN 1", MIND)
    assert members.asked[1:] == [
        Asked("follower", "r", ["written:1"]),
        Asked("follower", "r", []),
        Asked("leader", "w", ["written:1"]),
        Asked("follower", "r", ["written:2"]),
    ]
    replica.close()


def test_while_it_is_known_not_to_answer_nobody_waits_for_it(database: Database, members: Cluster) -> None:
    database.dependency.failed("it hangs")
    with pytest.raises(GraphUnavailable):
        database.rows("RETURN 1", MIND)
    with pytest.raises(GraphUnavailable):
        database.write(MIND, lambda transaction: transaction.run("CREATE (n) RETURN 1").values())
    assert members.asked == []
    database.dependency.works()
    assert database.rows("RETURN 1", MIND) == [[1]]


def test_bookmarks_are_bounded_and_go_when_every_member_has_what_they_mean() -> None:
    now = 0.0
    kept = LocalBookmarks(lambda: now)
    for number in range(2 * MOST_OF_MIND):
        kept.put(MIND, (), [str(number)])
    assert list(kept.of(MIND)) == [str(number) for number in range(MOST_OF_MIND, 2 * MOST_OF_MIND)]
    now += KEPT_SECONDS + 1
    assert not kept.of(MIND)
