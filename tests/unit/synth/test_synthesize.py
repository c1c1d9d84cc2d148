"""Synthesis: what is quoted, what is dropped and why, and when to say nothing."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from language.folding import fold
from myriad.agent.v1.evidence_pb2 import AgentReply, AnswerType, Claim, Edit, Evidence, ShortAnswer
from myriad.synth.v1.synthesis_pb2 import AnswerState, Citation, DropCause, Format
from myriad.synth.v1.synthesizer_service_pb2 import Detail, RankedReply, SynthesizeRequest, SynthesizeResponse
from synth.calibrated import ABSTAIN_BELOW
from synth.synthesize import synthesize
from synth.words import fold_space

FULL = Detail.DETAIL_FULL


def evidence(quote: str, score: float = 0.8, short: str = "") -> Evidence:
    start = quote.find(short)
    shorts = [
        ShortAnswer(
            text=short, type=AnswerType.ANSWER_TYPE_PERSON, score=0.9, quote_start=start, quote_end=start + len(short)
        )
    ]
    return Evidence(quote=quote, score=score, short_answers=shorts if short else [])


def ranked(title: str, *offered: Evidence, activation: float = 1.0, **more: object) -> RankedReply:
    name = "".join(letter for letter in title.lower() if letter.isalnum())
    for position, one in enumerate(offered):
        one.position = position
        one.spans.add(source_start=position * 1000, source_end=position * 1000 + len(one.quote))
    reply = AgentReply(
        agent=f"minds/m/agents/{name}",
        document=f"minds/m/documents/{name}",
        title=title,
        evidence=offered,
        confidence=0.8,
        heading_path=more.get("headings", ()),  # type: ignore[arg-type]
        claims=more.get("claims", ()),  # type: ignore[arg-type]
    )
    return RankedReply(reply=reply, activation=activation, path=more.get("path", ()))  # type: ignore[arg-type]


def ask(question: str, *replies: RankedReply, detail: Detail.ValueType = FULL) -> SynthesizeResponse:
    return synthesize(SynthesizeRequest(question=question, replies=replies, detail=detail))


def causes(response: SynthesizeResponse) -> list[str]:
    return [DropCause.Name(one.cause).removeprefix("DROP_CAUSE_").lower() for one in response.dropped]


DIRECTOR = "Who directed Maximum Overdrive?"
OVERDRIVE = "Maximum Overdrive was directed by Stephen King."


def test_a_direct_answer_is_the_best_sentence_with_its_citation() -> None:
    response = ask(
        DIRECTOR, ranked("Maximum Overdrive", evidence(OVERDRIVE, short="Stephen King")), detail=Detail.DETAIL_DIRECT
    )
    assert response.state == AnswerState.ANSWER_STATE_ANSWERED
    assert response.text.endswith(f"{OVERDRIVE} [1]")
    assert response.short_answer == "Stephen King"
    assert [citation.number for citation in response.citations] == [1]


def test_a_direct_answer_has_three_sentences_at_most() -> None:
    replies = [
        ranked(f"Film {word}", evidence(f"Film {word} was directed by {word * 3}."))
        for word in ("ann", "bob", "cid", "dee")
    ]
    response = ask("Who directed Film Ann, Film Bob and Film Cid?", *replies, detail=Detail.DETAIL_DIRECT)
    assert len(response.citations) == 3
    assert "over_budget" in causes(response) or "duplicate" in causes(response)


def test_the_same_sentence_is_quoted_once() -> None:
    response = ask(
        DIRECTOR,
        ranked("Maximum Overdrive", evidence(OVERDRIVE)),
        ranked("Trucks", evidence("Maximum  Overdrive was\ndirected by Stephen King!")),
    )
    assert len(response.citations) == 1
    assert causes(response) == ["duplicate"]


def test_a_different_number_is_a_different_statement() -> None:
    response = ask(
        "When was Ada Byron the mathematician born?",
        ranked("Ada", evidence("Ada Byron the mathematician from London was born in 1815.")),
        ranked("Byron", evidence("Ada Byron the mathematician from London was born in 1816.")),
    )
    assert len(response.citations) == 2


def test_weak_sentences_are_dropped() -> None:
    response = ask(
        DIRECTOR, ranked("Maximum Overdrive", evidence(OVERDRIVE), evidence("It rained that day.", score=0.05))
    )
    assert len(response.citations) == 1
    assert causes(response) == ["weak"]


def test_two_candidates_of_the_same_support_leave_the_short_answer_empty() -> None:
    king = ranked("One", evidence(OVERDRIVE, 0.8, "Stephen King"))
    lynch = ranked("Two", evidence("Maximum Overdrive was not directed by David Lynch.", 0.8, "David Lynch"))
    assert ask(DIRECTOR, king, lynch).short_answer == ""
    assert ask(DIRECTOR, king).short_answer == "Stephen King"


def test_the_answer_leads_and_the_others_stand_in_the_order_of_their_document() -> None:
    offered = evidence("It came out first.", 0.5), evidence("Leland is in it.", 0.45), evidence(OVERDRIVE, 0.9)
    response = ask(DIRECTOR, ranked("Maximum Overdrive", *offered), detail=Detail.DETAIL_HIGHEST)
    assert [citation.spans[0].source_start for citation in response.citations] == [2000, 0, 1000]


def test_a_sentence_that_begins_with_a_pronoun_does_not_lead_where_another_names_the_subject() -> None:
    offered = evidence("Maximum Overdrive is a film.", 0.5), evidence("It was directed by Stephen King.", 0.9)
    response = ask(DIRECTOR, ranked("Maximum Overdrive", *offered))
    assert [citation.spans[0].source_start for citation in response.citations] == [0, 1000]


WAY = "Who directed the film shot in Leland?"


def test_the_chain_leads_from_what_the_question_names_to_the_answer() -> None:
    response = ask(
        WAY,
        ranked("Maximum Overdrive", evidence(OVERDRIVE, 0.9, "Stephen King"), path=["Leland", "Maximum Overdrive"]),
        ranked("Leland (town)", evidence("A film, Maximum Overdrive, was shot in Leland.", 0.7)),
    )
    assert [citation.title for citation in response.citations] == ["Leland (town)", "Maximum Overdrive"]
    assert not response.themes


@pytest.mark.parametrize("sure", [True, False])
def test_sentences_far_from_the_question_are_quoted_only_if_they_cover_much_of_it_or_the_answer_is_unsure(
    sure: bool,
) -> None:
    shorts = ["Stephen King"] if sure else []
    near = [
        ranked(
            f"Film {n}", evidence(f"Maximum Overdrive, film {n}, was directed by Stephen King in {n}.", 0.9, *shorts)
        )
        for n in range(3)
    ]
    far = ranked("Trucks", evidence("Someone directed trucks.", 0.25), activation=0.1, path=["Maximum Overdrive"])
    telling = ranked("Rome", evidence("Maximum Overdrive was directed on location in Rome.", 0.9), activation=0.1)
    further = "" if sure else " for money"
    response = ask(f"Who directed Maximum Overdrive on location{further}?", *near, far, telling)
    assert (response.confidence > 0.5) == sure
    titles = {citation.title for citation in response.citations}
    assert "Rome" in titles
    assert ("Trucks" in titles) != sure


def test_without_evidence_the_answer_abstains_and_names_what_is_missing_and_near() -> None:
    response = ask("Who invented the flux capacitor?", ranked("Time *travel*"))
    assert response.state == AnswerState.ANSWER_STATE_ABSTAINED
    assert "capacitor" in response.text
    assert "Time \\*travel\\*" in response.text
    assert not response.citations
    assert not response.short_answer
    assert response.confidence < ABSTAIN_BELOW


def test_evidence_that_hardly_touches_the_question_makes_the_answer_abstain() -> None:
    response = ask(
        "Who invented the flux capacitor for DeLorean engines?",
        ranked("Engines", evidence("The inventor of engines went home early.", 0.2)),
    )
    assert response.state == AnswerState.ANSWER_STATE_ABSTAINED
    assert "went home" not in response.text
    assert causes(response) == ["weak"]


def test_an_abstention_quotes_what_comes_nearest_six_sentences_at_most() -> None:
    near = [ranked(f"Engine {n}", evidence(f"Engine {n} was invented by nobody known.", 0.6)) for n in range(8)]
    response = ask("Who sold the flux capacitor to DeLorean?", *near)
    assert response.state == AnswerState.ANSWER_STATE_ABSTAINED
    assert "What comes nearest" in response.text
    assert len(response.citations) == 6
    assert causes(response) == ["weak"] * 2


def test_what_stands_in_a_heading_is_found_and_the_heading_is_shown() -> None:
    yes = ranked("FAQ", evidence("Yes, up to 300 euros."), headings=["Money", "Can I expense a monitor?"])
    response = ask("Can I expense a monitor?", yes)
    assert response.state == AnswerState.ANSWER_STATE_ANSWERED
    assert [theme.heading for theme in response.themes] == ["FAQ › Money › Can I expense a monitor?"]


def test_parts_of_a_document_stand_under_their_own_headings() -> None:
    one = ranked("Changes", evidence("Stripe is used for cards now."), headings=["4.1.0"])
    two = ranked("Changes", evidence("Stripe was tried.", 0.7), headings=["4.0.0"])
    response = ask("What about Stripe?", two, one)
    assert [theme.heading for theme in response.themes] == ["Changes › 4.1.0", "Changes › 4.0.0"]
    assert {citation.number for citation in response.citations} == {1}


def test_nothing_was_found_names_only_words_that_carry_meaning() -> None:
    response = ask("What did my boss Zorbul really say about the flux, because I don't know?")
    assert "Nothing was found about Zorbul, boss or flux." in response.text


@pytest.mark.parametrize(
    ("question", "quote", "missing"),
    [
        ("Who maintains the payroll service?", "The billing service is maintained by Priya.", "payroll"),
        ("What is the salary of Miriam Okafor?", "Miriam Okafor is the operations lead.", "salary"),
    ],
)
def test_what_the_question_is_about_must_be_mentioned(question: str, quote: str, missing: str) -> None:
    others = [evidence(f"{word}: {quote}", 0.6) for word in ("Here", "There", "Then")]
    response = ask(question, ranked("Services", evidence(quote, 0.8), *others))
    assert response.state == AnswerState.ANSWER_STATE_ABSTAINED
    assert f"Nothing was found about {missing}." in response.text
    assert response.confidence <= ABSTAIN_BELOW


def test_where_the_sources_do_not_answer_they_are_quoted_on_what_the_question_names() -> None:
    response = ask("Why did they decide against Kubernetes?", ranked("Notes", evidence("We stay off Kubernetes.", 0.5)))
    assert response.state == AnswerState.ANSWER_STATE_ABSTAINED
    assert response.text.endswith("About Kubernetes they say: We stay off Kubernetes. [1]")
    assert not response.short_answer


ACME = ranked(
    "Acme",
    evidence("Acme was founded by Lena Hart and Josef Brandt."),
    evidence("Josef Brandt left the company because of the sale of a division to Kestrel Optics."),
    evidence("Lena Hart led it until 2012."),
)


def test_what_nobody_says_is_not_taken_for_granted() -> None:
    response = ask("Why did Lena Hart leave Acme?", ACME)
    assert response.state == AnswerState.ANSWER_STATE_ABSTAINED
    assert response.text.startswith("The sources do not say that Lena Hart did leave Acme. About Lena Hart and Acme")
    assert ask("Why did Josef Brandt leave Acme?", ACME).state == AnswerState.ANSWER_STATE_ANSWERED


def test_the_earlier_of_two_dates_decides_who_is_older() -> None:
    haig = ranked(
        "Sid Haig",
        evidence("Sid Haig (born July 14, 1939) is an actor."),
        claims=[Claim(attribute="born", value="July 14, 1939", date="1939-07-14", evidence=0)],
    )
    vic = ranked(
        "Vic Darchinyan",
        evidence("Vic Darchinyan was born in 1976."),
        claims=[Claim(attribute="born", value="1976", date="1976", evidence=0)],
    )
    response = ask("Who is older, Sid Haig or Vic Darchinyan?", haig, vic)
    assert response.short_answer == "Sid Haig"
    assert {citation.title for citation in response.citations} == {"Sid Haig", "Vic Darchinyan"}
    assert ask("Who is younger, Sid Haig or Vic Darchinyan?", haig, vic).short_answer == "Vic Darchinyan"


@pytest.mark.parametrize("date", ["1939", ""])
def test_dates_that_do_not_differ_decide_nothing(date: str) -> None:
    one = ranked("Ann", evidence("Ann was born in 1939."), claims=[Claim(attribute="born", date="1939-07-14")])
    two = ranked("Bob", evidence("Bob was born then."), claims=[Claim(attribute="born", date=date)])
    assert ask("Who was born first, Ann or Bob?", one, two).short_answer == ""


@pytest.mark.parametrize(
    ("question", "left", "right", "answer"),
    [
        ("Are Ann and Bob both film directors?", "American film director", "British film director", "yes"),
        ("Are Ann and Bob both American directors?", "American film director", "British film director", "no"),
        ("Are Ann and Bob both painters?", "American film director", "British film director", ""),
        ("Are Ann and Bob of the same nationality?", "American film director", "British film director", "no"),
    ],
)
def test_yes_and_no_rest_on_what_both_are_said_to_be(question: str, left: str, right: str, answer: str) -> None:
    replies = [
        ranked(
            name,
            evidence(f"{name} is a {kind}."),
            claims=[
                Claim(attribute="kind", value=kind),
                Claim(attribute="nationality", value=kind.split()[0]),
            ],
        )
        for name, kind in (("Ann", left), ("Bob", right))
    ]
    assert ask(question, *replies).short_answer == answer


WORDS = st.text(alphabet='ab é漢😀\u202e\u200f\0`*_[]#|"\\.\n', max_size=30)
QUOTES = st.one_of(
    WORDS,
    st.text(max_size=40),
    st.sampled_from(["He left.", "Ann left Rome in 1999.", "Ann left Rome in 1998.", "* x"]),
)
EDITS = st.lists(st.builds(Edit, start=st.integers(0, 9), end=st.integers(0, 12), text=WORDS), max_size=2)


@st.composite
def offers(draw: st.DrawFn) -> Evidence:
    one = evidence(draw(QUOTES), draw(st.floats(0, 1)))
    one.edits.extend(draw(EDITS))
    return one


REPLIES = st.lists(
    st.builds(
        lambda title, offered, activation, headings: ranked(title, *offered, activation=activation, headings=headings),
        st.one_of(st.text(max_size=12), st.sampled_from(["Ann", "Rome"])),
        st.lists(offers(), max_size=5),
        st.floats(-1, 10),
        st.lists(WORDS, max_size=2),
    ),
    max_size=6,
)
REQUESTS = st.builds(
    SynthesizeRequest,
    question=st.one_of(
        st.text(min_size=1, max_size=60), st.sampled_from(["Why did Ann leave Rome?", "When did Ann leave?"])
    ),
    replies=REPLIES,
    detail=st.sampled_from([1, 2, 3]),
    format=st.sampled_from([0, 1, 2, 3]),
)


def edited(citation: Citation) -> str:
    words = citation.quote
    for edit in reversed(citation.edits):
        words = words[: edit.start] + edit.text + words[edit.end :]
    return fold_space(words)


@settings(deadline=None, max_examples=25)
@given(REQUESTS)
def test_whatever_comes_in_quotes_are_exact_nothing_is_lost_and_again_is_the_same(request: SynthesizeRequest) -> None:
    response = synthesize(request)
    assert response.SerializeToString(deterministic=True) == synthesize(request).SerializeToString(deterministic=True)
    assert 0 <= response.confidence <= 1
    end = 0
    for citation in response.citations:
        shown = response.text[citation.text_start : citation.text_end]
        assert (json.loads(f'"{shown}"') if request.format == Format.FORMAT_JSON else shown) == edited(citation)
        assert citation.text_start >= end
        end = citation.text_end
    offered = Counter((one.reply.agent, part.quote) for one in request.replies for part in one.reply.evidence)
    used = Counter((one.agent, one.quote) for one in response.citations)
    assert used + Counter((one.agent, one.quote) for one in response.dropped) == offered
    assert response.citations or response.state == AnswerState.ANSWER_STATE_ABSTAINED
    if request.format == Format.FORMAT_JSON:
        json.loads(response.text)


@settings(deadline=None, max_examples=25)
@given(REQUESTS)
def test_no_two_sentences_say_the_same_unless_sources_disagree(request: SynthesizeRequest) -> None:
    response = synthesize(request)
    if not response.conflicts:
        said = [fold(one.quote) or one.quote.strip() for one in response.citations]
        assert len(said) == len(set(said))


@settings(deadline=None, max_examples=25)
@given(REQUESTS)
def test_every_sentence_is_cited_and_only_connecting_words_stand_beside_quotes(request: SynthesizeRequest) -> None:
    request.format = Format.FORMAT_TEXT
    response = synthesize(request)
    if response.state == AnswerState.ANSWER_STATE_ABSTAINED:
        return
    headings = {theme.citations[0]: theme.heading for theme in response.themes}
    end = 0
    for number, citation in enumerate(response.citations):
        between = response.text[end : citation.text_start].replace(headings.get(number, ""), "", 1)
        assert _OWN.fullmatch(between)
        end = citation.text_end
        assert re.match(rf"\u2069? \[{citation.number}\]", response.text[end:])
    assert _OWN.fullmatch(response.text[end:])


_CONNECTIVES = (
    "The sources suggest:|The sources suggest, without certainty:|Also:|By contrast:|(?:By contrast, as|As) of [^:]*:|"
    "Later:|The reason:"
)
_OWN = re.compile(rf"(?:[:\s\u2068\u2069]|\[\d+\]|{_CONNECTIVES})*")


def test_a_misspelt_name_is_taken_as_the_one_that_it_nearly_is_and_the_answer_says_so() -> None:
    born = evidence("Esteban Bullrich was born on 26 May 1969.", short="26 May 1969")
    answer = ask("when was esteban bulrich born", ranked("Esteban Bullrich", born))
    assert answer.state == AnswerState.ANSWER_STATE_ANSWERED
    assert answer.short_answer == "26 May 1969"
    assert answer.text.startswith("Taking ‘bulrich’ as ‘Bullrich’. ")
    cited = answer.citations[0]
    assert answer.text[cited.text_start : cited.text_end] == born.quote
