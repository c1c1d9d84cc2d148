"""Hosts are asked the question in the spelling of the names that it woke."""

from language.question import read
from mesh.questions import LONGEST
from myriad.connectome.v1.activation_pb2 import ActivatedAgent, Seed
from myriad.connectome.v1.activation_service_pb2 import ActivateResponse
from orchestrator import spelling


def understood(question: str, woken: ActivateResponse) -> str:
    asked = spelling.understood(read(question), woken)
    assert asked.text == question
    return asked.read_as


def test_a_misspelt_name_is_asked_about_as_a_woken_title_writes_it() -> None:
    woken = ActivateResponse(agents=[ActivatedAgent(title="Ron Fraser (coach)", words=["ron", "coach"])])
    assert understood("what did ron frazer coach", woken) == "what did Ron Fraser coach"


def test_a_name_on_the_way_to_an_agent_tells_its_spelling_as_well() -> None:
    woken = ActivateResponse(agents=[ActivatedAgent(words=["mara"])], seeds=[Seed(concept="Mara Quill")])
    assert understood("who is Mara Quil", woken) == "who is Mara Quil"
    assert understood("who is Mara Quilll", woken) == "who is Mara Quill"


def test_what_an_agent_was_found_by_is_spelt_as_it_should_be() -> None:
    woken = ActivateResponse(agents=[ActivatedAgent(title="Ron Fraser", words=["Ron", "Frazer"])])
    assert understood("What did Ron Frazer coach?", woken) == "What did Ron Frazer coach?"


def test_a_question_that_its_spelling_would_make_too_long_is_asked_as_it_stands() -> None:
    woken = ActivateResponse(agents=[ActivatedAgent(title="Ron Fraserr", words=["ron"])])
    question = "ron frazer " * 363 + "frazer"
    assert len(question) < LONGEST < len("ron Fraserr " * 363)
    assert understood(question, woken) == question
