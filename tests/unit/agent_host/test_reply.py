"""What an agent offers: units that bear on the question, as they are read, with their places in the document."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_host.asked import Asked
from agent_host.errors import PacketCorrupt
from agent_host.packet import held
from agent_host.reply import reply
from language.question import read
from language.text import read as read_text
from myriad.agent.v1.evidence_pb2 import AgentReply
from myriad.agent.v1.packet_pb2 import CognitivePacket, Sentence
from myriad.agent.v1.text_pb2 import RowPlace, Unit, UnitKind

TEXT = "Options:\n- The port is 8080.\n- The host is localhost.\nNothing else can be set."
SOURCE = 100


def packet(text: str = TEXT, units: Sequence[Unit] = (), path: Sequence[str] = ("Server",)) -> CognitivePacket:
    runs = [(0, len(text), SOURCE, SOURCE + len(text))]
    return CognitivePacket(
        schema=2, agent="a", title="Server", text=text, read=read_text(text, path=path, units=units, source_runs=runs)
    )


def item(words: str) -> Unit:
    start = TEXT.index(words)
    return Unit(kind=UnitKind.UNIT_KIND_ITEM, parts=[0, 8, start, start + len(words)], lead_parts=1)


UNITS = (item("The port is 8080."), item("The host is localhost."))


def asked(question: str, made: CognitivePacket, most: int = 5) -> AgentReply:
    return reply(Asked(read(question)), made, most, with_text=False)


def test_the_unit_that_says_more_of_the_question_comes_first() -> None:
    best, other = asked("Which port does the server use?", packet(units=UNITS)).evidence
    assert "8080" in best.quote
    assert best.features.relevance > other.features.relevance
    assert best.features.path_coverage > best.features.coverage


def test_where_an_order_is_asked_for_all_rows_are_offered_and_each_says_where_it_stands() -> None:
    lines = ["Team: Owls; Points: 22", "Team: Brooms; Points: 18", "Team: Hogs; Points: 12"]
    starts = [sum(len(line) + 1 for line in lines[:number]) for number in range(3)]
    rows = [
        Unit(
            kind=UnitKind.UNIT_KIND_ROW,
            parts=[start, start + len(line)],
            row=RowPlace(table=1, number=number, of=3),
        )
        for number, (start, line) in enumerate(zip(starts, lines, strict=True), 1)
    ]
    made = packet("\n".join(lines), units=rows)

    assert len(asked("How long is the pitch?", made, most=1).evidence) == 1
    found = asked("Which team has the most points?", made, most=1).evidence
    assert sorted(one.row.number for one in found) == [1, 2, 3]
    assert {one.row.of for one in found} == {3}


def test_a_quote_is_its_parts_and_its_spans_are_their_places() -> None:
    [best, _] = asked("Which port?", packet(units=UNITS)).evidence
    assert best.quote == "Options: The port is 8080."
    assert best.lead_end == len("Options:")
    words = [TEXT[one.source_start - SOURCE : one.source_end - SOURCE] for one in best.spans]
    assert " ".join(words).split() == best.quote.split()


def test_all_rows_come_along_where_they_are_compared_and_say_where_they_stand() -> None:
    starts = [TEXT.index(one) for one in ("The port", "The host")]
    rows = [
        Unit(kind=UnitKind.UNIT_KIND_ROW, parts=[start, start + 8], row=RowPlace(number=number))
        for number, start in enumerate(starts)
    ]
    found = asked("Which option has the most ports?", packet(units=rows), most=1).evidence
    assert [one.row.number for one in found] == [0, 1]
    assert len(asked("Which port?", packet(units=rows), most=1).evidence) == 1


def test_a_word_in_its_own_form_is_literal_and_another_form_of_it_is_not() -> None:
    best, _ = asked("Which port?", packet(units=UNITS)).evidence
    assert best.features.literal == best.features.coverage > 0
    best, _ = asked("Which ports?", packet(units=UNITS)).evidence
    assert best.features.literal == 0 < best.features.coverage


def test_a_prelude_is_what_a_unit_says_before_it_comes_to_what_is_asked() -> None:
    host = asked("Which localhost?", packet(units=UNITS)).evidence[0]
    assert "localhost" in host.quote
    assert host.features.prelude == 1


def test_a_unit_tells_whether_something_of_the_type_asked_for_is_in_it() -> None:
    best, other = asked("How many ports are there?", packet(units=UNITS)).evidence
    assert (best.features.typed, other.features.typed) == (1.0, 0.0)


@pytest.mark.parametrize("question", ["What is a port?", "What does port mean?"])
def test_of_a_definition_the_unit_that_says_what_it_is_is_of_the_type_asked_for(question: str) -> None:
    text = "Ports are open at night. A port is a number. “Port” means a number."
    starts = [*(text.index(one) for one in ("Ports", "A port", "“Port")), len(text)]
    found = [Unit(kind=UnitKind.UNIT_KIND_SENTENCE, parts=part) for part in pairwise(starts)]
    typed = {one.quote.strip(): one.features.typed for one in asked(question, packet(text, units=found)).evidence}
    assert typed == {"Ports are open at night.": 0, "A port is a number.": 1, "“Port” means a number.": 1}


def test_a_name_of_a_value_that_is_all_that_is_sought_and_no_more_is_of_the_type_asked_for() -> None:
    text = "Office hours: Tuesday\nOffice: C-219\nThe office: closed"
    starts = [0, text.index("Office: "), text.index("The "), len(text)]
    found = [Unit(kind=UnitKind.UNIT_KIND_PARAGRAPH, parts=part) for part in pairwise(starts)]
    told = asked("Which office does Bettina have?", packet(text, units=found)).evidence
    assert {one.quote.strip(): one.features.typed for one in told} == {
        "Office hours: Tuesday": 0,
        "Office: C-219": 1,
        "The office: closed": 0,
    }


@pytest.mark.parametrize(
    ("question", "typed"),
    [
        ("Who draws the gates?", {"What: The gates; Who: Imran": 1, "What: Gates of the lock; By: May": 0}),
        ("Where are the gates?", {"What: The gates; Who: Imran": 0, "What: Gates of the lock; By: May": 0}),
    ],
)
def test_what_stands_below_a_header_that_says_who_is_of_the_type_that_who_asks_for(
    question: str, typed: dict[str, int]
) -> None:
    starts = [0, len("What: The gates; Who: Imran\n")]
    text = "\n".join(typed)
    rows = [
        Unit(
            kind=UnitKind.UNIT_KIND_ROW,
            parts=[start, start + len(line)],
            row=RowPlace(table=1, number=number, of=2),
        )
        for number, (start, line) in enumerate(zip(starts, typed, strict=True), 1)
    ]
    told = asked(question, packet(text, units=rows)).evidence
    assert {one.quote: one.features.typed for one in told} == typed


def test_an_answer_below_a_heading_that_asks_says_what_the_heading_asks() -> None:
    text = "No, it is fixed."
    kinds = (UnitKind.UNIT_KIND_QUESTION_ANSWER, UnitKind.UNIT_KIND_SENTENCE)
    units = [Unit(kind=kind, parts=[0, len(text)]) for kind in kinds]
    found = asked("Can I change the port?", packet(text, units=units, path=("May I change the port?",))).evidence
    assert [(one.features.literal, one.features.prelude) for one in found] == [(1, 0), (0, 1)]


def test_an_agent_is_as_sure_as_its_best_unit_says_of_the_question() -> None:
    told = asked("Which port does the server use?", packet(units=UNITS))
    assert told.confidence == told.evidence[0].features.context_coverage > 0


def test_no_more_is_offered_than_was_asked_for() -> None:
    assert len(asked("Which port?", packet(units=UNITS), most=1).evidence) == 1


STEPS = "1. Open the valve.\n2. Start the pump.\n3. Close the valve."


def steps(kind: UnitKind.ValueType = UnitKind.UNIT_KIND_STEPS, last: int = 3) -> list[Unit]:
    lines = [STEPS.splitlines()[number] for number in range(3)]
    starts = [STEPS.index(line) for line in lines]
    items = [
        Unit(kind=UnitKind.UNIT_KIND_ITEM, parts=[start + 3, start + len(line)])
        for start, line in zip(starts, lines, strict=True)
    ]
    end = starts[last - 1] + len(lines[last - 1])
    return [Unit(kind=kind, parts=[0, end], left_out=3 - last), *items]


@pytest.mark.parametrize("last", [3, 2])
def test_a_step_is_offered_with_its_steps_in_one_piece_even_if_it_stands_behind_where_they_are_cut(last: int) -> None:
    found = asked("Close it?", packet(STEPS, units=steps(last=last)), most=1).evidence
    assert [one.kind for one in found] == [UnitKind.UNIT_KIND_ITEM, UnitKind.UNIT_KIND_STEPS]


def test_an_item_is_offered_with_its_list_where_all_of_it_is_wanted() -> None:
    made = packet(STEPS, units=steps(UnitKind.UNIT_KIND_LIST))
    assert len(asked("Who has to close it?", made, most=1).evidence) == 1
    assert len(asked("How do I close it?", made, most=1).evidence) == 2


def test_a_packet_of_schema_1_is_read_when_it_is_taken_in() -> None:
    old = CognitivePacket(schema=1, agent="a", title="Ada", text="Ada was born in Turku.", sentences=[Sentence(end=22)])
    made = CognitivePacket.FromString(held("a", old.SerializeToString()))
    assert (made.schema, list(made.read.units[0].parts)) == (2, [0, 22])
    assert asked("Where was Ada born?", made).evidence[0].quote == "Ada was born in Turku."


@pytest.mark.parametrize(
    "harm",
    [
        lambda made: made.read.units.append(Unit(parts=[0, 9_999])),
        lambda made: made.read.units.append(Unit(parts=[0])),
        lambda made: made.read.token_terms.append(0),
        lambda made: made.read.token_terms.__setitem__(0, 9_999),
        lambda made: made.read.spans.add(start=0, end=9_999),
        lambda made: setattr(made, "schema", 9),
        lambda made: setattr(made, "agent", "b"),
    ],
)
def test_a_packet_out_of_shape_is_refused(harm: object) -> None:
    made = packet(units=UNITS)
    harm(made)  # type: ignore[operator]
    with pytest.raises(PacketCorrupt):
        held("a", made.SerializeToString())


@given(st.text(max_size=200), st.text(min_size=1, max_size=80))
@settings(max_examples=60, deadline=None)
def test_any_question_of_any_text_has_figures_within_their_bounds(text: str, question: str) -> None:
    made = packet(text, [Unit(kind=UnitKind.UNIT_KIND_SENTENCE, parts=[0, len(text)])])
    for one in asked(question, made).evidence:
        told = one.features
        shares = (told.coverage, told.path_coverage, told.context_coverage, told.passage_coverage, told.heading)
        assert all(0 <= share <= 1.0001 for share in (*shares, told.phrases, told.typed, told.constrained))
        assert told.coverage <= told.path_coverage + 1e-9 <= told.context_coverage + 2e-9
