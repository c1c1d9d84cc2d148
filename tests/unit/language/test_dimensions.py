"""Dimensions: in which units what is asked for is measured."""

from __future__ import annotations

import pytest

from language import tables
from language.dimensions import asked_units, unit_of
from language.lexicon import lexicon
from language.question import read
from language.spans import spans


@pytest.mark.parametrize(
    ("question", "amount", "other"),
    [
        ("How long is the cord?", "75 cm", "1.2 kg"),
        ("How long must a password be?", "14 characters", "5 litres"),
        ("How long is the report?", "300 pages", "20 kg"),
        ("How much does the kettle weigh?", "1.2 kg", "75 cm"),
        ("How tall is the tower?", "180 feet", "2 acres"),
        ("What is the width of the shed?", "3 metres", "12 m²"),
        ("How many litres does it boil?", "500 ml", "2 kg"),
        ("How hot may it get?", "40 °C", "40 V"),
        ("wind speed in the valley", "12 m/s", "4 °C"),
    ],
)
def test_what_is_asked_for_is_in_units_of_its_own(question: str, amount: str, other: str) -> None:
    units = asked_units(read(question))
    assert unit_of(spans(amount, "en")[0]) in units
    assert unit_of(spans(other, "en")[0]) not in units


@pytest.mark.parametrize("question", ["How big is it?", "Who is long?", "Wie lang ist das Kabel?", ""])
def test_a_question_that_does_not_tell_asks_for_no_units_of_its_own(question: str) -> None:
    assert not asked_units(read(question))


def test_every_unit_that_is_asked_for_is_one() -> None:
    known = {value.partition(" ")[2] for value in lexicon("en")._shared["unit"].values()}
    assert {base for key in tables.entries("dimensions") for base in key.split()[1:]} <= known
