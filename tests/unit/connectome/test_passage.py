"""What is kept of a passage."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from connectome.passage import Passage, kept, said
from myriad.agent.v1.text_pb2 import UNIT_KIND_ROW, UNIT_KIND_SENTENCE, Text, TypedSpan, Unit
from tests.unit.connectome.passages import passage

BLUE = "Blue Moon was written by Richard Rodgers. He was born in Queens, and the Queens Museum has ERR-4417."


def test_a_name_is_found_where_its_terms_stand_one_after_the_other() -> None:
    assert passage(BLUE).names("richard rodgers") == [(BLUE.index("Richard"), BLUE.index("Rodgers"), 1)]
    assert passage(BLUE).names("rodgers queens") == []
    assert [passage(BLUE).names(none) for none in ("", "the", "moon blue", "nobody")] == [[], [], [], []]


def test_an_identifier_is_found_whole_and_by_its_parts() -> None:
    assert {"err4417", "err", "4417"} <= passage(BLUE).terms


def test_a_title_stands_in_a_sentence_of_its_own_before_the_text() -> None:
    one = passage(BLUE, "The song Manhattan")
    [(_, title)] = one.places("manhattan")
    assert title < one.sentence(0) < one.sentence(BLUE.index("He")) == one.sentence(len(BLUE))


def test_only_what_finding_takes_is_kept_of_what_was_read() -> None:
    read = Text(language="en", terms=["blue"], token_terms=[0], token_starts=[0], path_terms=["moon"])
    read.units.extend(
        (Unit(kind=UNIT_KIND_SENTENCE, parts=[0, 4], speaker="who"), Unit(kind=UNIT_KIND_ROW, parts=[2, 3]))
    )
    read.spans.append(TypedSpan(start=0, end=4))
    assert said(read, (), "Blue") == Text(
        language="en",
        terms=["blue"],
        token_terms=[0],
        token_starts=[0],
        path_terms=["moon"],
        units=[Unit(kind=UNIT_KIND_SENTENCE, parts=[0])],
    )


@given(st.text(max_size=300), st.text(max_size=30))
def test_any_text_is_kept_as_it_was_read(text: str, title: str) -> None:
    what = said(Text(), [title], text)
    one, other = Passage(what), Passage(kept(what.SerializeToString(), [title], text))
    assert (one.terms, one.content) == (other.terms, other.content)
    for term in one.terms:
        assert one.places(term) == other.places(term)
        assert one.places(term)
