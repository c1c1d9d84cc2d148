"""Selection: the unit that won leads, and what supports it says something else, untorn, within the budget."""

from __future__ import annotations

import pytest

from myriad.agent.v1.evidence_pb2 import Evidence, SourceSpan
from myriad.agent.v1.question_pb2 import Part, Question, Want
from myriad.agent.v1.text_pb2 import RowPlace, UnitKind
from myriad.synth.v1.synthesis_pb2 import DropCause
from myriad.synth.v1.synthesizer_service_pb2 import Detail, RankedReply
from synth.selection import Selection, select
from tests.unit.synth.offering import asked, candidates, reply, unit

STEPS = "To deploy billing:\n1. Build the image.\n2. Push the image.\n3. Restart the pods."


def selected(
    question: str,
    *replies: RankedReply,
    detail: Detail.ValueType = Detail.DETAIL_FULL,
    want: Want.ValueType = Want.WANT_UNSPECIFIED,
) -> Selection:
    return select(asked(question, want=want), candidates(*replies), detail)


def quotes(selection: Selection) -> list[str]:
    return [one.evidence.quote for one in selection.units]


def test_the_unit_that_won_leads_and_others_follow_by_rank() -> None:
    found = selected("Ann?", reply("A", "Ann is a queen.", "Bob is her king."), reply("B", "Ann likes tea."))
    assert quotes(found) == ["Ann is a queen.", "Bob is her king.", "Ann likes tea."]


def test_what_says_the_same_is_said_once() -> None:
    found = selected("Ann?", reply("A", "Ann is a queen."), reply("B", "A queen is Ann."), reply("C", "Bob is old."))
    assert quotes(found) == ["Ann is a queen.", "Bob is old."]
    assert [one.cause for one in found.dropped] == [DropCause.DROP_CAUSE_DUPLICATE]


def test_of_one_place_one_unit_is_quoted() -> None:
    whole = unit("Ann is a queen. She reigns.", UnitKind.UNIT_KIND_PARAGRAPH, start=0)
    found = selected("Ann?", reply("A", unit("She reigns.", start=16), whole))
    assert quotes(found) == ["She reigns."]


def test_of_items_that_open_alike_one_is_quoted() -> None:
    items = [unit(f"Some fruit:\n{one}", UnitKind.UNIT_KIND_ITEM, lead_end=11) for one in ("fig", "kiwi")]
    assert quotes(selected("Figs?", reply("A", *items))) == ["Some fruit:\nfig"]


def test_a_step_is_quoted_with_its_steps_in_their_order() -> None:
    step = unit("To deploy billing:\nRestart the pods.", UnitKind.UNIT_KIND_ITEM, lead_end=18)
    step.spans.extend((SourceSpan(source_end=18), SourceSpan(source_start=60, source_end=77)))
    other = unit("To deploy billing:\nBuild the image.", UnitKind.UNIT_KIND_ITEM, lead_end=18)
    other.spans.extend((SourceSpan(source_end=18), SourceSpan(source_start=20, source_end=36)))
    steps = unit(STEPS, UnitKind.UNIT_KIND_STEPS, start=0)
    assert quotes(selected("How do I deploy billing?", reply("Billing", step, other, steps), want=Want.WANT_HOW)) == [
        STEPS
    ]


@pytest.mark.parametrize(("want", "first"), [(Want.WANT_LIST, "Fruit:\n- fig\n- kiwi"), (Want.WANT_FACT, "fig")])
def test_an_item_is_quoted_with_its_list_where_all_of_it_is_wanted(want: Want.ValueType, first: str) -> None:
    item = unit("fig", UnitKind.UNIT_KIND_ITEM, start=9)
    whole = unit("Fruit:\n- fig\n- kiwi", UnitKind.UNIT_KIND_LIST, start=0)
    assert quotes(selected("Which fruit?", reply("A", item, whole), want=want))[0] == first


def test_of_two_questions_at_once_what_the_lead_leaves_open_comes_before_what_only_ranks_better() -> None:
    quotes_ = ("The bridge opened in 1932.", "The bridge opened again and it was grey.", "Petra Nolde designed it.")
    units = [unit(quote, said=said) for quote, said in zip(quotes_, ([0, 1], [0, 1], [2]), strict=True)]
    offered, of_one = candidates(reply("A", *units)), asked("When was the bridge opened and who designed it?")
    of_two = Question(parts=[Part(start=0, end=24), Part(start=28, end=43)])
    of_two.MergeFrom(of_one)
    assert quotes(select(of_two, offered, Detail.DETAIL_FULL)) == [quotes_[0], quotes_[2], quotes_[1]]
    assert quotes(select(of_one, offered, Detail.DETAIL_FULL)) == list(quotes_)


def test_each_of_three_questions_at_once_gets_what_says_most_of_it() -> None:
    quotes_ = (
        "The bridge opened in 1932.",
        "The bridge is grey.",
        "Petra Nolde designed it.",
        "A toll of 2 marks is due.",
    )
    units = [unit(quote, said=said) for quote, said in zip(quotes_, ([0, 1], [0], [2], [3]), strict=True)]
    text = "When was the bridge opened, who designed it and what toll is due?"
    of_three = Question(parts=[Part(start=0, end=26), Part(start=28, end=43), Part(start=48, end=64)])
    of_three.MergeFrom(asked(text))
    found = quotes(select(of_three, candidates(reply("A", *units)), Detail.DETAIL_FULL))
    assert found == [quotes_[0], quotes_[2], quotes_[3], quotes_[1]]


@pytest.mark.parametrize(
    ("detail", "most_words"), [(Detail.DETAIL_DIRECT, 60), (Detail.DETAIL_FULL, 110), (Detail.DETAIL_HIGHEST, 220)]
)
def test_an_answer_keeps_to_its_words(detail: Detail.ValueType, most_words: int) -> None:
    many = [
        f"{word} " * 20 for word in ("ash", "birch", "cedar", "dogwood", "elm", "fir", "gum", "holly", "ivy", "jarrah")
    ]
    words = sum(len(one.split()) for one in quotes(selected("Trees?", reply("A", *many), detail=detail)))
    assert most_words - 20 <= words <= most_words


def test_a_list_in_one_piece_may_lead_whatever_it_takes() -> None:
    long = unit("So:\n" + "\n".join(f"- item {number}" for number in range(60)), UnitKind.UNIT_KIND_LIST)
    assert len(quotes(selected("Items?", reply("A", long, "Ann.")))) == 1


def steps(*, last: int = 4, first: int = 1) -> list[Evidence]:
    """Steps in one piece, and each alone, as a passage offers them."""
    lines = [f"{number}. Turn {word}." for number, word in enumerate(("left", "right", "back", "around"), 1)]
    quote, items = "\n".join(lines[first - 1 : last]), []
    at = 0
    for line in lines[first - 1 :]:
        items.append(unit(line[3:], UnitKind.UNIT_KIND_ITEM, start=at + 3))
        at += len(line) + 1
    return [unit(quote, UnitKind.UNIT_KIND_STEPS, start=0, left_out=4 - last), *items]


def test_what_supports_an_answer_has_all_steps_in_their_order_and_no_single_one() -> None:
    whole, one, two, three, four = steps()
    found = selected("Ann?", reply("A", "Ann drives."), reply("B", three, one, whole, four, two))
    assert quotes(found) == ["Ann drives.", whole.quote]


def test_a_leading_step_is_followed_by_its_steps_and_by_no_other_alone() -> None:
    whole, one, two, three, _ = steps()
    found = selected("Back?", reply("B", three, one, two, whole), want=Want.WANT_FACT)
    assert quotes(found) == [three.quote, whole.quote]


def test_steps_for_which_no_words_are_left_are_not_quoted_in_part() -> None:
    whole, *items = steps()
    whole.quote += " word" * 110
    found = selected("Ann?", reply("A", "Ann drives."), reply("B", *items, whole))
    assert quotes(found) == ["Ann drives."]
    assert {one.cause for one in found.dropped} >= {DropCause.DROP_CAUSE_OVER_BUDGET}


def test_a_step_behind_where_its_steps_are_cut_is_not_quoted_without_them() -> None:
    whole, *_, three, four = steps(last=2)
    found = selected("Ann?", reply("A", "Ann drives."), reply("B", four, three, whole))
    assert quotes(found) == ["Ann drives.", whole.quote]


@pytest.mark.parametrize(("good", "leads"), [(0.9, False), (1.0, True)])
def test_a_step_behind_where_its_steps_are_cut_leads_only_if_it_says_more_of_what_is_asked(
    good: float, leads: bool
) -> None:
    whole, *_, four = steps(last=2)
    four.features.path_coverage = good
    found = selected("How do I turn around?", reply("B", four, whole), want=Want.WANT_HOW)
    assert (quotes(found)[0] == four.quote) is leads


def test_rows_of_a_table_that_support_an_answer_stand_in_the_order_of_the_table() -> None:
    rows = [unit(f"Berth: {name}; Length: {number}", UnitKind.UNIT_KIND_ROW) for number, name in enumerate("ABCD")]
    for number, row in enumerate(rows):
        row.row.CopyFrom(RowPlace(table=1, number=number + 1, of=4))
    a, b, c, d = rows
    found = selected("Berths?", reply("Port", c, d, "Ann sails.", a, b))
    assert quotes(found) == [c.quote, a.quote, "Ann sails.", b.quote, d.quote]


def test_steps_that_two_passages_share_stand_in_their_order() -> None:
    (first, *_), (second, *_) = steps(last=2), steps(first=3)
    second.spans[0].source_start, second.spans[0].source_end = 100, 130
    parts = [reply(name, one, document="d", headings=["Turning"]) for name, one in (("b", second), ("a", first))]
    assert quotes(selected("Ann?", reply("A", "Ann drives."), *parts)) == ["Ann drives.", first.quote, second.quote]


def test_a_question_is_quoted_with_its_answer() -> None:
    ask, answer = "Ben: Who books the hall?", "Mia: I do."
    whole = unit(f"{ask}\n{answer}", UnitKind.UNIT_KIND_QUESTION_ANSWER, lead_end=len(ask), start=0)
    turns = [unit(ask, UnitKind.UNIT_KIND_TURN, start=0), unit(answer, UnitKind.UNIT_KIND_TURN, start=len(ask) + 1)]
    whole.spans[0].source_end = len(ask)
    whole.spans.add(source_start=len(ask) + 1, source_end=len(ask) + 1 + len(answer))
    assert quotes(selected("Who books the hall?", reply("Chat", *turns, whole)))[0] == whole.quote
