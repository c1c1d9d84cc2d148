"""What confidence is computed from, and what is said where it is too low."""

from __future__ import annotations

from myriad.agent.v1.evidence_pb2 import AgentReply, AnswerType, Evidence, SourceSpan
from myriad.synth.v1.synthesis_pb2 import AnswerState
from myriad.synth.v1.synthesizer_service_pb2 import Detail, RankedReply, SynthesizeRequest, SynthesizeResponse
from synth.calibrated import confidence
from synth.synthesize import synthesize

WIFE = "Who is the wife of the director of Paradise Gate?"
FILM = "Paradise Gate is a film directed by Aki Lund."


def said(title: str, *quotes: str, short: str = "", **more: object) -> RankedReply:
    offered = [
        Evidence(quote=quote, score=0.8, position=at, spans=[SourceSpan(source_start=1000 * at)])
        for at, quote in enumerate(quotes)
    ]
    for one in offered:
        if short and short in one.quote:
            start = one.quote.find(short)
            one.short_answers.add(text=short, score=0.8, quote_start=start, quote_end=start + len(short))
    name = title.lower().replace(" ", "-")
    reply = AgentReply(agent=f"minds/m/agents/{name}", document=f"minds/m/documents/{name}", title=title)
    reply.evidence.extend(offered)
    return RankedReply(reply=reply, activation=1.0, path=more.get("path", ()))  # type: ignore[arg-type]


def ask(
    question: str, *replies: RankedReply, detail: Detail.ValueType = Detail.DETAIL_FULL, abstain_below: float = 0.0
) -> SynthesizeResponse:
    return synthesize(SynthesizeRequest(question=question, replies=replies, detail=detail), abstain_below)


def figures(response: SynthesizeResponse) -> dict[str, float]:
    return {one.name: one.value for one in response.features}


def test_kin_that_no_quote_of_the_chain_speaks_of_makes_an_answer_unsure() -> None:
    film = said("Paradise Gate", FILM)
    unsaid = ask(WIFE, film, said("Aki Lund", "Aki Lund is a director.", short="Aki Lund"))
    told = ask(WIFE, film, said("Aki Lund", "Aki Lund married Ida Holm.", short="Ida Holm"))
    assert figures(unsaid)["kinship"] == 0
    assert figures(told)["kinship"] == 1
    assert unsaid.confidence < told.confidence


def test_whose_son_somebody_is_says_who_the_father_is() -> None:
    response = ask("Who is the father of Aki Lund?", said("Aki Lund", "Aki Lund is the son of Per Lund.", short="Per"))
    assert figures(response)["kinship"] == 1


def test_the_years_of_a_life_say_that_it_ended() -> None:
    years = said("Aki Lund", "Aki Lund (3 May 1901 – 9 June 1977 in Turku) was a director.", short="9 June 1977")
    assert figures(ask("When did Aki Lund die?", years))["relations"] == 1
    assert figures(ask("When did Aki Lund die?", said("Aki Lund", "Aki Lund is a director.")))["relations"] == 0


def test_an_answer_that_is_but_the_name_of_its_subject_is_known_as_one() -> None:
    assert figures(ask(WIFE, said("Aki Lund", "Aki Lund is a director.", short="Aki Lund")))["itself"] == 1
    assert figures(ask(WIFE, said("Aki Lund", "Aki Lund married Ida Holm.", short="Ida Holm")))["itself"] == 0


def test_a_chain_is_linked_if_its_documents_name_each_other() -> None:
    film = said("Paradise Gate", FILM)
    man = said("Aki Lund", "Aki Lund married Ida Holm.", short="Ida Holm", path=["Paradise Gate", "Aki Lund"])
    assert figures(ask(WIFE, film, man))["linked"] == 1
    assert figures(ask(WIFE, man))["linked"] == 0


def test_more_quotes_do_not_make_a_name_likelier_to_be_found() -> None:
    """Tiers differ in how much they quote; what is far down the list tells nothing."""
    near = [said(f"Film {n}", f"The film {n} of the director is about the wife of a man.") for n in range(8)]
    far = said("Rest", "Someone saw Paradise Gate.")
    at = {
        detail: figures(ask(WIFE, *near, far, detail=detail)) for detail in (Detail.DETAIL_FULL, Detail.DETAIL_HIGHEST)
    }
    assert at[Detail.DETAIL_FULL]["names"] == at[Detail.DETAIL_HIGHEST]["names"]


def test_an_answer_that_is_quoted_and_has_no_short_form_is_judged_by_what_the_quote_says() -> None:
    response = ask("Why are tuples immutable?", said("Tuples", "Tuples are immutable."))
    assert figures(response)["stated"] == figures(response)["open"] == 1
    named = said("Tuples", "Tuples are immutable.")
    named.reply.answer_type = AnswerType.ANSWER_TYPE_DATE
    assert figures(ask("Why are tuples immutable?", named))["open"] == 0


def test_confidence_is_a_probability() -> None:
    response = ask(WIFE, said("Paradise Gate", FILM))
    assert 0 <= confidence(figures(response)) <= 1
    assert all(0 <= one <= 1 for one in figures(response).values())


def test_what_nobody_knows_is_named_whole() -> None:
    response = ask(
        "Which label released Hollow Tides by Marta Quellen?", said("Warp", "Warp is a label."), abstain_below=1
    )
    assert response.state == AnswerState.ANSWER_STATE_ABSTAINED
    assert "Nothing was found about Hollow Tides, Marta Quellen or released." in response.text


def test_what_is_missing_is_missing_of_the_last_thing_found() -> None:
    film, man = said("Paradise Gate", FILM), said("Aki Lund", "Aki Lund is a director.", short="director")
    response = ask(WIFE, film, man, said("Ida Holm", "Ida Holm is the wife of a man."), abstain_below=1)
    assert "What was found about Aki Lund does not speak of “wife”." in response.text


def test_a_year_in_a_question_for_a_reason_need_not_stand_beside_it() -> None:
    reason = said("Aki Lund", "Aki Lund left Acme because of a sale.")
    assert "do not say" not in ask("Why did Aki Lund leave Acme in 1977?", reason, abstain_below=1).text


def test_initials_belong_to_a_name() -> None:
    response = ask("Why did Mark J. Lund leave Acme?", said("Mark J. Lund", "Mark J. Lund led Acme."), abstain_below=1)
    assert response.text.startswith("The sources do not say that Mark J. Lund did leave Acme.")
