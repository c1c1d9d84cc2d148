"""What was learned from use reorders, and drowns no evidence: through the graph store, the index and activation."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectome.activate import activate
from connectome.ports import LearnedEdge, Wanted
from connectome.reinforce import reset
from connectome.weights import quarter
from myriad.connectome.v1.activation_pb2 import Budget
from myriad.connectome.v1.activation_service_pb2 import ActivateRequest
from myriad.connectome.v1.agent_record_pb2 import AgentRecord
from myriad.connectome.v1.document_record_pb2 import RegisteredDocument
from myriad.genesis.v1.document_pb2 import Document
from tests.contract.minds import MIND, Minds

NOW = quarter(1_900_800_000)
PASSAGES = {
    "Blue Moon": "Blue Moon is a ballad written by Richard Rodgers.",
    "Richard Rodgers": "Rodgers was born in Queens. He wrote Blue Moon and Lover.",
    "Lover": "Lover is a waltz by Richard Rodgers.",
    "Elvis Presley": "He sang Blue Moon in Memphis.",
    "Billie Holiday": "She sang Blue Moon and Lover.",
    "Memphis": "Memphis is a city. Elvis Presley lived there.",
}


class Mind:
    """Six passages that name each other, whose weights can be set at will."""

    def __init__(self, minds: Minds) -> None:
        store = self._store = minds.store
        self._lexical = minds.lexical
        documents = [self._document(title, text) for title, text in PASSAGES.items()]
        minds.learn(*documents)
        names = [self._agent(title) for title in PASSAGES]
        self.edges: list[LearnedEdge] = list(store.change(MIND, lambda change: change.edges_of(names)))
        agents = store.read(Wanted(agents={edge.agent for edge in self.edges}), 0).agents
        self.titles = {agent.id: agent.title for agent in agents.values()}

    def weigh(self, weights: dict[tuple[int, int], float]) -> None:
        reset(self._store, MIND)
        edges = [(*edge, weight) for edge, weight in weights.items()]
        self._store.change(MIND, lambda change: change.set_weights(edges, NOW))

    def ask(self, question: str) -> list[str]:
        budget = Budget(max_agents=6, max_hops=3, max_pushes=200)
        request = ActivateRequest(mind=MIND, question=question, budget=budget)
        return [one.title for one in activate(self._store.as_of(NOW), self._lexical, request).agents]

    def _agent(self, title: str) -> str:
        return f"{MIND}/agents/a{title.replace(' ', '').lower()}"

    def _document(self, title: str, text: str) -> RegisteredDocument:
        agent, name = self._agent(title), f"{MIND}/documents/{title.replace(' ', '-').lower()}"
        record = AgentRecord(agent=agent, document=name, text=text, packet_location="x", concepts=[title])
        document = Document(name=name, title=title)
        return RegisteredDocument(document=document, agents=[agent], new_agents=[record])


@pytest.fixture
def mind(minds: Minds) -> Mind:
    return Mind(minds)


@pytest.mark.parametrize("subject", ["Blue Moon", "Richard Rodgers", "Elvis Presley"])
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_was_learned_who_the_question_is_about_comes_first(
    mind: Mind, subject: str, data: st.DataObject
) -> None:
    size = len(mind.edges)
    weights = data.draw(st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]), min_size=size, max_size=size))
    mind.weigh({(edge.agent, edge.concept): weight for edge, weight in zip(mind.edges, weights, strict=True)})
    assert mind.ask(f"Who or what is {subject}?")[0] == subject


def test_an_agent_that_always_helped_does_not_displace_one_that_names_the_subject(mind: Mind) -> None:
    for favourite in PASSAGES.keys() - {"Blue Moon"}:
        mind.weigh({(e.agent, e.concept): 1.0 for e in mind.edges if mind.titles[e.agent] == favourite})
        assert mind.ask("Who wrote Blue Moon?")[0] == "Blue Moon", favourite


def test_what_helped_comes_before_its_like(mind: Mind) -> None:
    """Two singers of the song: the weights decide."""
    ranks = []
    for favourite in ("Elvis Presley", "Billie Holiday"):
        mind.weigh({(e.agent, e.concept): 1.0 for e in mind.edges if mind.titles[e.agent] == favourite})
        ranked = mind.ask("Who sang Blue Moon?")
        ranks.append([title for title in ranked if title in ("Elvis Presley", "Billie Holiday")])
    assert ranks == [["Elvis Presley", "Billie Holiday"], ["Billie Holiday", "Elvis Presley"]]
