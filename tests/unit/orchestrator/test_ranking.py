"""The order of agents of several rounds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from myriad.agent.v1.question_pb2 import Question
from myriad.connectome.v1.activation_pb2 import ActivatedAgent
from myriad.connectome.v1.activation_service_pb2 import ActivateResponse
from myriad.orchestrator.v1.answer_pb2 import Answer
from orchestrator.agents import Placed
from orchestrator.line import Round
from orchestrator.ranking import FIRM, add_merged, merged


def woken(number: int, agents: str, best: float = 1.0) -> Round:
    activated = [ActivatedAgent(agent=agent, score=best / (place + 1)) for place, agent in enumerate(agents)]
    return Round(number, Question(), ActivateResponse(agents=activated), Placed(len(agents)), {})


def order(kept: list[Round], discarded: list[Round], cited: str) -> str:
    return "".join(agent.agent for agent in merged(kept, discarded, cited))


def test_one_round_stays_as_it_was() -> None:
    assert order([woken(0, "abcdefgh")], [], "gh") == "abcdefgh"


def test_quoted_agents_of_later_rounds_follow_the_first_five() -> None:
    assert order([woken(0, "abcdefgh"), woken(1, "uvw"), woken(2, "xy")], [], "hvx") == "abcdevxfghuwy"


def test_agents_woken_in_vain_come_last() -> None:
    assert order([woken(0, "abcdefgh")], [woken(1, "uvw")], "u") == "abcdefghuvw"


@given(st.integers(0, 8), st.lists(st.integers(0, 4), max_size=3), st.floats(0.1, 9), st.sets(st.integers(0, 20)))
def test_each_agent_is_there_once_and_scores_fall(first: int, later: list[int], best: float, quoted: set[int]) -> None:
    names = iter("abcdefghijklmnopqrstuvwxyz")
    rounds = [
        woken(number, "".join(next(names) for _ in range(size)), best if number else 1.0)
        for number, size in enumerate([first, *later])
    ]
    agents = [agent.agent for one in rounds for agent in one.activation.agents]
    cited = [agent for place, agent in enumerate(agents) if place in quoted]
    ranked = Answer().agents
    add_merged(ranked, rounds, [], cited)
    assert sorted(agent.agent for agent in ranked) == sorted(agents)
    assert [agent.agent for agent in ranked][: min(FIRM, first)] == agents[: min(FIRM, first)]
    scores = [agent.score for agent in ranked]
    assert scores == sorted(scores, reverse=True)
