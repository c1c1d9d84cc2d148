"""Replies: what an agent offers, exactly as its document says it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent_host import passage
from agent_host.passage import Passage
from agent_host.question import analyse
from agent_host.reply import reply
from myriad.agent.v1.evidence_pb2 import AgentReply
from myriad.agent.v1.packet_pb2 import CognitivePacket
from myriad.agent.v1.packet_pb2 import Sentence as PacketSentence

Read = Callable[..., Passage]
ADA = (
    "Ada Lovelace (10 December 1815 – 27 November 1852) was an English mathematician. She liked horses. "
    "Her husband was William King. She lived in London."
)


def ask(question: str, passage: Passage, path: Sequence[str] = ()) -> AgentReply:
    return reply(analyse(question), passage, path, 0, with_text=False)


def best_short(answer: AgentReply) -> str:
    shorts = [short for one in answer.evidence for short in one.short_answers]
    return max(shorts, key=lambda short: short.score).text


def test_the_relation_asked_for_decides_which_sentence_is_best(read: Read) -> None:
    answer = ask("Who was the spouse of Ada Lovelace?", read(ADA, "Ada Lovelace"))
    assert answer.evidence[0].quote == "Her husband was William King."
    assert best_short(answer) == "William King"


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("When was Ada Lovelace born?", "10 December 1815"),
        ("When did Ada Lovelace die?", "27 November 1852"),
        ("In what year was Ada Lovelace born?", "1815"),
        ("Where did Ada Lovelace live?", "London"),
    ],
)
def test_short_answers_are_of_the_type_asked_for(read: Read, question: str, short: str) -> None:
    assert best_short(ask(question, read(ADA, "Ada Lovelace"))) == short


def test_the_title_stands_for_he_she_and_it(read: Read) -> None:
    text = "She was a mathematician. She was born in London."
    titled, untitled = (ask("Where was Ada Lovelace born?", read(text, title)) for title in ("Ada Lovelace", ""))
    assert titled.evidence[0].quote == "She was born in London."
    assert titled.evidence[0].score > untitled.evidence[0].score


def test_a_heading_is_known_in_every_sentence_under_it_but_less_surely_than_the_sentence_itself(read: Read) -> None:
    text = "Yes, up to 300 euros. Keep the receipt of the monitor."
    under = ask("Can I expense a monitor?", read(text, "FAQ", heading_path=["Can I expense a monitor?"]))
    alone = ask("Can I expense a monitor?", read(text, "FAQ"))
    scores = {one.quote: one.score for one in under.evidence}
    assert 0.7 < scores["Yes, up to 300 euros."] < 1
    assert alone.evidence[0].quote == "Keep the receipt of the monitor."


def test_a_version_in_a_heading_is_found_whole(read: Read) -> None:
    passage = read("Braintree was replaced.", heading_path=["4.1.0 - 2024-02-01"])
    assert ask("What changed in v4.1.0?", passage).evidence
    assert not ask("What changed in 4.1.1?", passage).evidence


def test_the_words_of_the_question_are_no_answer_to_it(read: Read) -> None:
    answer = ask("Who admired Mary Somerville?", read("Mary Somerville was admired by Ada Lovelace."))
    assert [short.text for short in answer.evidence[0].short_answers] == ["Ada Lovelace"]


def test_an_agent_that_has_nothing_of_it_offers_nothing(read: Read) -> None:
    answer = ask("How high is Kilimanjaro?", read(ADA, "Ada Lovelace"))
    assert not answer.evidence
    assert answer.confidence == 0


def test_claims_are_read_off_definitions_and_come_with_their_sentence(read: Read) -> None:
    answer = ask("When was Ada Lovelace born?", read(ADA, "Ada Lovelace"))
    claims = {claim.attribute: claim for claim in answer.claims}
    assert claims["born"].date == "1815-12-10"
    assert claims["died"].date == "1852-11-27"
    assert (claims["kind"].value, claims["nationality"].value) == ("English mathematician", "English")
    assert claims["born"].value in answer.evidence[claims["born"].evidence].quote


def test_a_score_does_not_depend_on_who_else_is_asked(read: Read) -> None:
    question, passage = analyse("Where did Ada Lovelace live?"), read(ADA, "Ada Lovelace")
    alone = reply(question, passage, (), 0, with_text=False)
    reply(question, read("Ada Lovelace lived there.", "Other"), (), 0, with_text=False)
    assert reply(question, passage, (), 0, with_text=False) == alone


def test_no_more_sentences_than_asked_for_and_the_text_on_request(read: Read) -> None:
    answer = reply(analyse("Ada Lovelace husband London horses"), read(ADA, "Ada Lovelace"), (), 2, with_text=True)
    assert len(answer.evidence) == 2
    assert answer.text == ADA


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60), st.text(max_size=150), st.text(max_size=20), st.integers(0, 10_000))
def test_quotes_and_short_answers_are_exact_for_any_text(
    read: Read, question: str, text: str, title: str, start: int
) -> None:
    document = "\N{SNOWMAN}" * start + text
    answer = ask(question, read(text, title, source_start=start))
    assert 0 <= answer.confidence <= 1
    for one in answer.evidence:
        (span,) = one.spans
        assert document[span.source_start : span.source_end] == one.quote
        assert 0 < one.score <= 1
        for short in one.short_answers:
            assert one.quote[short.quote_start : short.quote_end] == short.text
            assert 0 <= short.score <= 1


TABLE = (
    "| Service | Owner | Port |\n|---|---|---|\n| billing | Priya Raman | 8081 |\n| ledger | Tomasz Wolak | 8082 |\n"
    "| tracker | Joana Neves | 8090 |"
)


def rows(question: str) -> AgentReply:
    made = packet_of_lines(TABLE)
    return ask(question, passage.read(made.agent, made.SerializeToString()))


def packet_of_lines(text: str) -> CognitivePacket:
    spans = [match.span() for match in re.finditer(r"[^\n]+", text) if re.search(r"\w", match[0])]
    sentences = [PacketSentence(start=start, end=end) for start, end in spans]
    return CognitivePacket(schema=1, agent="minds/m/agents/a1", text=text, sentences=sentences)


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("Who maintains the ledger?", "Tomasz Wolak"),
        ("What port does billing listen on?", "8081"),
        ("Who owns the tracker?", "Joana Neves"),
    ],
)
def test_a_table_is_looked_up_by_row_and_header(question: str, short: str) -> None:
    answer = rows(question)
    assert best_short(answer) == short
    assert all("Service" not in one.quote for one in answer.evidence)


@pytest.mark.parametrize(
    ("question", "text", "shorts"),
    [
        ("Who maintains the ledger?", "Billing is maintained by Priya Raman.", []),
        ("Who owns the tracker?", "The tracker asks DHL. Joana Neves owns it.", ["Joana Neves", "DHL"]),
        ("In which rack is widget 12?", "Widget 11 is in rack B7.", ["B7"]),
        ("What is the command to deploy billing?", "Run the command to deploy billing.", []),
        ("Who is on call?", "Nobody is on call.", []),
        ("Who caused the outage?", "**Tomasz Wolak:** The outage was caused by Joana Neves.", ["Joana Neves"]),
        ("What is the phone number?", "The phone number is +48 58 555 0146.", ["+48 58 555 0146"]),
        ("When does the warehouse open?", "The warehouse opens at 6:30.", ["6:30"]),
    ],
)
def test_a_short_answer_is_about_the_subject_and_of_the_kind(
    read: Read, question: str, text: str, shorts: list[str]
) -> None:
    offered = [short for one in ask(question, read(text)).evidence for short in one.short_answers]
    assert [one.text for one in sorted(offered, key=lambda one: -one.score)] == shorts


@pytest.mark.parametrize("fragment", ["Note:", "## The ledger", "3.", "**Tomasz:**"])
def test_fragments_are_not_quoted(fragment: str) -> None:
    made = packet_of_lines(f"{fragment}\nThe ledger of Tomasz has a note 3.")
    answer = ask("Tomasz ledger note 3", passage.read(made.agent, made.SerializeToString()))
    assert [one.quote for one in answer.evidence] == ["The ledger of Tomasz has a note 3."]


def test_a_sentence_that_ends_with_a_colon_comes_with_what_it_announces() -> None:
    made = packet_of_lines("The door code changes:\n- Week A: green.\n- Week B: blue.\nIt is new.")
    answer = ask("What is the door code for week A?", passage.read(made.agent, made.SerializeToString()))
    assert answer.evidence[0].quote == "The door code changes:\n- Week A: green.\n- Week B: blue."
