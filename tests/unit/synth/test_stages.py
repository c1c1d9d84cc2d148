"""The stages: themes, the chain, connecting words, the summary and what to ask next; doubts and premises."""

from __future__ import annotations

import json

import pytest

from myriad.agent.v1.evidence_pb2 import AgentReply, Edit, Evidence, SourceSpan
from myriad.synth.v1.synthesis_pb2 import AnswerState, Conflict, Format, Stage, Trigger
from myriad.synth.v1.synthesizer_service_pb2 import Detail, RankedReply, SynthesizeRequest, SynthesizeResponse
from synth.calibrated import COEFFICIENTS, confidence
from synth.chain import astray, chain
from synth.details import details
from synth.doubts import doubts
from synth.formatter import Line, worded
from synth.narrative_weaver import contrasted, direct, weave
from synth.opening import dangles, opened
from synth.premise import examine, false_premise
from synth.selection import Supported, rarity, supported
from synth.summarizer_expander import related
from synth.synthesize import synthesize
from synth.thematic_analyzer import analyze, heading


def ranked(title: str, *quotes: str, activation: float = 1.0, headings: tuple[str, ...] = ()) -> RankedReply:
    reply = AgentReply(
        agent=f"minds/m/agents/{title}",
        document=f"minds/m/documents/{title}",
        title=title,
        heading_path=headings,
        evidence=[
            Evidence(quote=quote, spans=[SourceSpan(source_start=1000 * at)], position=at, score=0.9 - at / 10)
            for at, quote in enumerate(quotes)
        ],
        confidence=0.8,
    )
    return RankedReply(reply=reply, activation=activation)


def offered(*replies: RankedReply, question: str = "") -> list[Supported]:
    return supported(question, replies)


FILM = ranked("Stand by Me", "Stand by Me is a film directed by Rob Reiner.", "It was shot in Oregon.")
DIRECTOR = ranked("Rob Reiner", "Rob Reiner is an American director.", "He is the son of Carl Reiner.")
QUESTION = "Who is the father of the director of Stand by Me?"


def test_sentences_of_one_heading_are_a_theme_and_single_ones_join_what_they_name() -> None:
    single = ranked("Misery", "Misery was directed by Rob Reiner.")
    themes = {theme.heading: len(theme.quotes) for theme in analyze(offered(FILM, DIRECTOR, single))}
    assert themes == {"Stand by Me": 2, "Rob Reiner": 3}


def test_single_sentences_that_share_nothing_stand_under_their_own_headings() -> None:
    themes = analyze(offered(FILM, ranked("Oslo", "Oslo is a city."), ranked("Bread", "Bread is baked.")))
    assert [theme.heading for theme in themes] == ["Stand by Me", "Oslo", "Bread"]


def test_the_chain_goes_from_what_is_named_over_the_bridge_to_the_answer() -> None:
    taken = offered(DIRECTOR, FILM)
    answer = next(one for one in taken if "Carl" in one.quote.evidence.quote)
    assert [one.quote.reply.title for one in chain(QUESTION, taken, answer, ())] == ["Stand by Me", "Rob Reiner"]


def test_themes_of_the_chain_come_first_and_no_two_have_one_heading() -> None:
    taken = offered(FILM, DIRECTOR, ranked("Stand by Me", "Stand by Me was filmed in Oregon."))
    way = [one for one in taken if one.quote.reply.title == "Rob Reiner"]
    assert [theme.heading for theme in analyze(taken, way)] == ["Rob Reiner", "Stand by Me"]


def far(*replies: RankedReply, is_likely: bool = False) -> list[str]:
    """The titles that are astray."""
    taken = offered(*replies)
    way = [one for one in taken if one.quote.reply.title == "Stand by Me"]
    aside = astray(QUESTION, way, taken, replies, is_likely=is_likely)
    return list(dict.fromkeys(one.quote.reply.title for one in aside))


def led(title: str, quote: str, *path: str, activation: float = 0.1) -> RankedReply:
    found = ranked(title, quote, activation=activation)
    found.path.extend(path)
    return found


def test_what_nothing_leads_to_from_the_chain_or_the_names_asked_about_is_astray() -> None:
    film = led("Stand by Me", "Stand by Me is a film by Rob Reiner.", "Stand by Me", activation=1.0)
    assert far(film, DIRECTOR) == []
    assert far(film, led("Oslo", "Oslo is the father of all cities.", "father")) == ["Oslo"]
    assert far(film, led("Oslo", "Oslo is a city.", "Stand by Me", "Norway")) == ["Oslo"]
    assert far(film, led("Oslo", "Oslo is a city.", "Stand by Me", "Oslo")) == []
    assert far(film, led("Oslo", "Oslo is a city.", "Stand by Me", "Norway", activation=1.0)) == []


def test_what_only_names_the_things_asked_about_is_astray_once_the_answer_is_likely() -> None:
    film, single = led("Stand by Me", "Stand by Me is a film by Rob Reiner."), ranked("Oslo", "Oslo saw Stand by Me.")
    assert far(film, DIRECTOR, single) == []
    assert far(film, DIRECTOR, single, is_likely=True) == ["Oslo"]


def test_details_say_more_of_what_was_asked_unless_all_is_told() -> None:
    way, *rest = offered(ranked("Ann", "Ann is a queen.", "Ann likes tea.", "Ann's father is Bob.", "She said:"))
    told = details("Who is the father of Ann?", [way], rest, everything=False)
    assert [one.quote.evidence.quote for one in told] == ["Ann's father is Bob."]
    assert len(details("Who is the father of Ann?", [way], rest, everything=True)) == 2
    assert len(details("Ann", [way], rest, everything=False)) == 2


@pytest.mark.parametrize(
    ("quote", "is_dangling"),
    [
        ("He was born in Rome.", True),
        ("In 1999, he moved to Rome.", True),
        ("The film was shot in Oregon.", True),
        ("and then left.", True),
        ("However, Ann left.", True),
        ("Ann was born in Rome.", False),
        ("The University of Rome was founded in 1303.", False),
        ("The manuscript of the Sonata is lost.", False),
        ("Born in Rome, and raised in Oslo, she left.", True),
        ("The daughter of the poet Carl Reiner and of the actress Ann Miller Reiner, she left.", True),
        ("Directed by Rob Reiner, the film is set in Oregon.", True),
        ("Located on the bank of the river, near its mouth.", True),
        ("Located on the river, Rome is a city.", False),
        ("The song, which Bob wrote, is short.", True),
        ("I think so.", True),
    ],
)
def test_sentences_that_need_the_one_before_them_are_known(quote: str, is_dangling: bool) -> None:
    assert dangles(Evidence(quote=quote)) == is_dangling


def test_a_dangling_sentence_opens_after_the_one_before_it_or_edited_or_not_at_all() -> None:
    first, second = offered(DIRECTOR)
    assert [line.quote.evidence.quote[:2] for line in opened(second, [first, second]) or ()] == ["Ro", "He"]
    assert opened(second, [second]) is None
    second.quote.evidence.edits.append(Edit(start=0, end=2, text="Rob Reiner"))
    lines = opened(second, [second]) or []
    assert [worded(line)[0] for line in lines] == ["Rob Reiner is the son of Carl Reiner."]


def test_sides_that_differ_are_set_against_each_other_with_their_dates() -> None:
    lines = [Line(one.quote) for one in offered(FILM)]
    assert [line.connective for line in contrasted(lines, ("", ""))] == ["", "By contrast: "]
    dated = ["As of 2001: ", "By contrast, as of 2011: "]
    assert [line.connective for line in contrasted(lines, ("2001", "2011"))] == dated


def test_edits_that_overlap_or_lie_outside_are_not_made() -> None:
    (one,) = offered(ranked("A", "He left."))
    bad = [Edit(start=0, end=2, text="Ann"), Edit(start=1, end=3, text="B"), Edit(start=9, end=99, text="C")]
    one.quote.evidence.edits.extend(bad)
    words, made = worded(Line(one.quote, edited=True))
    assert (words, made) == ("Ann left.", bad[:1])


def test_a_sentence_that_can_not_stand_alone_stands_after_its_title() -> None:
    (one,) = offered(ranked("Rob Reiner", "He is the son of Carl Reiner."))
    assert [line.label for line in weave(QUESTION, [one], [one], ()).first] == ["Rob Reiner"]
    assert [line.label for line in direct(one, [one])] == ["Rob Reiner"]


def test_what_stands_under_the_heading_of_a_line_goes_on_from_there() -> None:
    first, second = offered(ranked("FAQ", "Up to 300 euros.", "Keep the receipt.", headings=("Can I buy a screen?",)))
    narrative = weave("Can I buy a screen?", [first], [first, second], analyze([second]))
    label = "FAQ › Can I buy a screen?"
    assert [line.label for line in (*narrative.first, *narrative.more)] == [label, label]
    assert not narrative.themes


def test_a_long_way_through_headings_is_shown_by_its_ends() -> None:
    (one,) = offered(
        ranked("Manual", "Turn it off.", headings=("Safety and warranty first", "Before you begin it", "Power"))
    )
    assert heading(one) == "Manual › … › Power"


def test_a_direct_answer_begins_with_the_sentence_that_answers() -> None:
    first, second = offered(FILM)[0], offered(DIRECTOR)[0]
    assert [line.quote for line in direct(second, [first, second])] == [second.quote, first.quote]


@pytest.mark.parametrize(
    ("question", "one", "other", "words"),
    [
        ("Who is Ann?", "Ann was born in 1950.", "Ann became queen 1970.", "Later: "),
        ("Who is Ann?", "Ann is a queen.", "Queen Ann likes tea.", "Also: "),
        ("Why did Ann leave?", "Ann left Rome.", "Ann left because of the heat.", "The reason: "),
        ("Who is Ann?", "Ann met Bob.", "Bob is a king.", ""),
    ],
)
def test_connecting_words_say_how_a_sentence_relates_to_the_one_before(
    question: str, one: str, other: str, words: str
) -> None:
    title = "Bob" if other.startswith("Bob") else "Ann (queen)"
    taken = offered(ranked("Ann", one), ranked(title, other))
    assert [line.connective for line in weave(question, taken, taken, ()).first] == ["", words]


def test_related_topics_are_near_not_quoted_and_not_asked_about() -> None:
    replies = [FILM, DIRECTOR, ranked("Carl Reiner", "Carl Reiner is an actor."), ranked("Nothing")]
    cited = {FILM.reply.document, DIRECTOR.reply.document}
    assert related(QUESTION, replies, cited) == ["Carl Reiner"]
    assert related("Who is Carl Reiner?", replies, cited) == []


def test_a_relation_counts_where_it_is_said_of_the_right_thing() -> None:
    taken = offered(ranked("Ann", "Ann is a queen."), ranked("Bob", "Bob has a father."))
    weights = rarity("Who is the father of Ann?", taken)
    premise = examine("Who is the father of Ann?", weights, taken)
    assert premise.open == ["father"]
    assert examine("Who is the father of Bob?", weights, taken).completeness == 1.0
    assert premise.completeness == 0.0


@pytest.mark.parametrize(
    ("question", "false"),
    [
        ("Why did Ann leave Rome?", ""),
        ("Why did Ann leave Oslo?", "Ann did leave Oslo"),
        ("Why did Bob leave Rome?", "Bob did leave Rome"),
        ("Why did Ann's mother leave Rome?", ""),
        ("When did Bob leave Rome?", ""),
    ],
)
def test_what_a_question_for_a_reason_takes_for_granted_must_be_said(question: str, false: str) -> None:
    taken = offered(ranked("Ann", "Ann left Rome in 1999."), ranked("Bob", "Bob likes Oslo."), question=question)
    assert false_premise(question, taken) == false


def test_doubts_can_be_asked_alone_the_gravest_first() -> None:
    taken = offered(FILM, DIRECTOR)[:2]
    premise = examine(QUESTION, rarity(QUESTION, taken), taken)
    conflict = Conflict(about="Rob Reiner")
    found = doubts(QUESTION, [FILM, DIRECTOR], premise, chain(QUESTION, taken, taken[1], ()), taken, [conflict], 0.4)
    assert [(one.trigger, one.question) for one in found][:2] == [
        (Trigger.TRIGGER_CONFLICT, "Rob Reiner"),
        (Trigger.TRIGGER_KNOWLEDGE_GAP, "father of Rob Reiner"),
    ]


def test_confidence_grows_with_all_that_speaks_for_an_answer() -> None:
    nothing = dict.fromkeys(COEFFICIENTS, 0.0)
    for name, coefficient in COEFFICIENTS.items():
        more = confidence(nothing | {name: 1.0})
        assert (more > confidence(nothing)) == (coefficient > 0)


BORN = "Ed Wood was born in Poughkeepsie on October 10, 1924."


def answered(style: Format.ValueType = Format.FORMAT_MARKDOWN) -> SynthesizeResponse:
    one, other = ranked("Ed Wood", BORN), ranked("Ed Wood (director)", BORN.replace("1924", "1922"))
    for reply in (one.reply, other.reply):
        reply.subject = "Ed Wood"
    return synthesize(
        SynthesizeRequest(
            question="When was Ed Wood born?", replies=[one, other], detail=Detail.DETAIL_HIGHEST, format=style
        )
    )


def test_where_sources_disagree_both_sides_are_cited_and_the_text_says_so() -> None:
    response = answered()
    assert response.state == AnswerState.ANSWER_STATE_CONFLICTED
    assert (
        response.text.splitlines()[2 if not response.text.startswith("**") else 0]
        == "**The sources disagree: Ed Wood**"
    )
    assert "By contrast: " in response.text
    claims = response.conflicts[0].claims
    assert {claim.value for claim in claims} == {"October 10, 1924", "October 10, 1922"}
    assert all(claim.value in response.citations[claim.citation].quote for claim in claims)
    assert [doubt.trigger for doubt in response.doubts][:1] == [Trigger.TRIGGER_CONFLICT]


def test_each_stage_tells_what_it_made_of_the_evidence() -> None:
    assert [stage.stage for stage in answered().stages] == Stage.values()[1:]


def test_json_has_all_parts_and_spans_of_the_quotes_as_they_are_written() -> None:
    response = answered(Format.FORMAT_JSON)
    found = json.loads(response.text)
    assert found["conflicts"][0]["about"] == "Ed Wood"
    assert {quote["quote"] for theme in found["themes"] for quote in theme["quotes"]} == {
        one.quote for one in response.citations
    }
    assert found.keys() >= {"short_answer", "summary", "related_topics", "calculations", "confidence"}


def test_plain_text_has_no_markup() -> None:
    assert "**" not in answered(Format.FORMAT_TEXT).text
