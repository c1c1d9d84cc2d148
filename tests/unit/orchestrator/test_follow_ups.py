"""What a follow-up asks after the questions before it: ellipsis, constraints, whom a pronoun means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.question import read
from myriad.agent.v1 import question_pb2 as pb
from orchestrator.conversation import Turn, standalone, turns
from tests.unit.patterns.growth import grows


def _understood(*said: str) -> str:
    """The last question; before it questions and answers by turns."""
    roles = ["user", "assistant"] * len(said)
    return turns(list(zip(roles, said, strict=False)))[-1].asked


FOUNDED = ("Who founded Harbor Analytics?", "Harbor Analytics was founded by Ada Lind. [1]")
LEFT = (
    "Who left the company?",
    "Daniel Achterberg left in March. [1]\n\nMei-Ling Tan leads the office in Lisbon. [2]",
    "When did he leave?",
    "Daniel Achterberg left in March. [1]\n\nMei-Ling Tan leads the office in Lisbon. [2]",
)
PRIMARY = ("Who is the primary on call in 2026-W50?", "Ada Lind [1]")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ((*FOUNDED, "And when?"), "when was Harbor Analytics founded?"),
        (("When was Harbor Analytics founded?", "In 2014.", "And by whom?"), "by whom was Harbor Analytics founded?"),
        ((*FOUNDED, "Where?"), "Where was Harbor Analytics founded?"),
        (("Who wrote Dune?", "Frank Herbert", "And in which year?"), "in which year was Dune written?"),
        (("Who took over the Lyon plant?", "Nadia Roux", "When?"), "When was the Lyon plant taken over?"),
        (("Where is the contract kept?", "In the safe.", "And why?"), "why is the contract kept?"),
        (("Is a receipt needed?", "Yes.", "When?"), "When is a receipt needed?"),
        (
            ("How many eggs does the recipe need?", "Four.", "And how much sugar?"),
            "how much sugar does the recipe need?",
        ),
        (
            ("How many weeks of leave does the partner get?", "Two.", "And when?"),
            "when does the partner get weeks of leave?",
        ),
    ],
)
def test_a_word_that_asks_takes_the_place_of_what_was_asked(said: tuple[str, ...], meant: str) -> None:
    assert _understood(*said) == meant


@pytest.mark.parametrize(
    ("said", "want"),
    [((*FOUNDED, "And when?"), "date"), (("When was Dune published?", "In 1965.", "And by whom?"), "name")],
)
def test_what_is_wanted_is_read_of_the_new_word(said: tuple[str, ...], want: str) -> None:
    question = read(_understood(*said))
    assert question.want == pb.WANT_FACT
    assert question.types == read({"date": "When was it?", "name": "Who was it?"}[want]).types


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (("What is the limit for a hotel?", "Limit: 120 EUR", "And for a taxi?"), "What is the limit for a taxi?"),
        (
            ("How many weeks of parental leave does the birth parent get?", "Sixteen.", "And the partner?"),
            "How many weeks of parental leave does the partner get?",
        ),
        (
            ("How much memory does the billing server have?", "64 GB", "And the search server?"),
            "How much memory does the search server have?",
        ),
        (("What does ERR-4417 mean in Germany?", "No paper.", "And ERR-4418?"), "What does ERR-4418 mean in Germany?"),
        (("What does SKU-7 cost in Germany?", "9 EUR", "And in France?"), "What does SKU-7 cost in France?"),
        (("What did Acme earn in 2024?", "2 million", "And in 2025?"), "What did Acme earn in 2025?"),
        (("What was the revenue of Acme?", "2 million", "And in 2025?"), "What was the revenue of Acme in 2025?"),
        (("What is the notice period for tenants?", "A month.", "What about landlords?"),
         "What is the notice period for landlords?"),
        (("How long does the Pro plan last?", "A year.", "What about the Basic plan?"),
         "How long does the Basic plan last?"),
        (("Who is on call in 2026-W49?", "Ada Lind", "And the week after?"), "Who is on call in 2026-W50?"),
        (("Who is on call in 2026-W53?", "Ada Lind", "And the next week?"), "Who is on call in 2027-W01?"),
        (("What did Acme earn in 2024?", "Much.", "And the year before?"), "What did Acme earn in 2023?"),
    ],
)  # fmt: skip
def test_a_phrase_takes_the_place_of_the_last_of_its_kind(said: tuple[str, ...], meant: str) -> None:
    assert _understood(*said) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ((*PRIMARY, "And who is the secondary?"), "who is the secondary on call in 2026-W50?"),
        (("Who is the CEO of Acme?", "Ada Lind", "And who is the CFO?"), "who is the CFO of Acme?"),
        ((*PRIMARY, "And who is the CEO of Acme?"), "who is the CEO of Acme?"),
        ((*PRIMARY, "And where is the office?"), "where is the office?"),
        ((*PRIMARY, "Who is the secondary?"), "Who is the secondary?"),
    ],
)
def test_a_question_of_the_same_form_keeps_what_the_one_before_is_confined_to(
    said: tuple[str, ...], meant: str
) -> None:
    assert _understood(*said) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ((*LEFT, "And who succeeded him?"), "who succeeded Daniel Achterberg?"),
        (
            ("Who runs the Oslo plant?", "Ingrid Berg runs it. Her deputy is Tom Brandt.", "When was she born?"),
            "When was Ingrid Berg born?",
        ),
        (
            ("Where does Maria work?", "In Oslo. Tom Brandt works in Bergen.", "Since when does she work there?"),
            "Since when does Maria work there?",
        ),
        (("Who founded Harbor Analytics?", "It is not said.", "Where was he born?"), "Where was he born?"),
        (("When was Harbor Analytics founded?", "In 2014.", "Where does he live?"), "Where does he live?"),
        (
            ("What is the phone number?", "It is 4711.\n\nAsk Ada Lind.\n\nOr ask Tom Brandt.", "When is he there?"),
            "When is he there?",
        ),
    ],
)
def test_he_and_she_are_the_person_asked_for_or_about(said: tuple[str, ...], meant: str) -> None:
    assert _understood(*said) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (
            (
                "When was Harbor Analytics founded?",
                "In 2014.",
                "And who is the managing director?",
                "Mei-Ling Tan",
                "Where is its head office?",
            ),
            "Where is Harbor Analytics' head office?",
        ),
        (
            ("What is the limit for a hotel?", "Limit: 120", "And for a taxi?", "Limit: 40", "And who approves it?"),
            "who approves the limit for a taxi?",
        ),
        (("Who is Mei-Ling Tan?", "Mei-Ling Tan is the director.", "Where is it?"), "Where is it?"),
        (
            ("What is the capacity of the boiler?", "80 litres", "When was it built?"),
            "When was the boiler built?",
        ),
    ],
)
def test_it_is_no_person(said: tuple[str, ...], meant: str) -> None:
    assert _understood(*said) == meant


@pytest.mark.parametrize(
    ("before", "message"),
    [
        ("What is the hotel limit?", "Is a receipt needed?"),
        ("What is the hotel limit?", "What about dinner?"),
        ("How long does the bread bake?", "Which flour is used for pancakes?"),
        ("Can you tell me when the server was installed?", "Who?"),
        ("When does the contract end?", "Who?"),
        ("Who signed the lease?", "Why is rent due on the first?"),
        ("Tell me about the Pro plan.", "How?"),
        ("Which servers run Linux?", "When do the backups start?"),
        ("Wer leitet Harbor Analytics?", "When?"),
        ("Wann wurde das Haus gebaut?", "Und von wem?"),
        ("Qui dirige la société Harbor ?", "Et quand ?"),
        ("Who is on call?", "What about the week after?"),
        ("Is it raining?", "What?"),
        ("How many people does Acme employ in Germany?", "What about Orbit?"),
        ("", "When?"),
    ],
)
def test_what_is_not_sure_stays_as_it_is(before: str, message: str) -> None:
    assert standalone(message, [Turn(before, "Yes.")]) == message


_PIECES = st.lists(
    st.sampled_from(
        ("and", "who", "when", "the", "is", "does", "it", "his", "in", "by", "2026-W99", "Ada Lind", "?", ".", "\v")
    )
).map(" ".join)


@given(_PIECES, _PIECES, _PIECES)
def test_any_follow_up_of_such_words_is_read(before: str, answered: str, message: str) -> None:
    assert isinstance(standalone(f"and {message}", [Turn(before, answered)]), str)


@pytest.mark.parametrize("message", ["And when?", "And in 2025?", "And the week after?", "And the x?", "And for a x?"])
@pytest.mark.parametrize(
    "unit", ["the ", "in ", "in x ", "who ", "does the ", "2026-W50 ", "when was ", "? ", "a for ", "March ", "on\n"]
)
def test_the_cost_of_a_follow_up_grows_with_the_question_before(message: str, unit: str) -> None:
    assert not grows(
        lambda text: standalone(message, [Turn(f"Who is {text}", text)]), lambda size: unit * (size // len(unit))
    )


@pytest.mark.parametrize("begin", ["And for ", "by ", "And the ", "And who is the ", "And which "])
@pytest.mark.parametrize("unit", ["in ", "the ", "for x ", "2026 ", "x ", "\n"])
def test_the_cost_of_a_follow_up_grows_with_its_length(begin: str, unit: str) -> None:
    before = [Turn("Who is the primary on call in 2026-W50?", "Ada Lind")]
    assert not grows(lambda text: standalone(text, before), lambda size: begin + unit * (size // len(unit)) + "x")
