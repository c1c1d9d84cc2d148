"""Another thing of the pattern of one that is asked about is not what was asked about."""

from __future__ import annotations

import pytest

from synth.another import told_apart
from tests.unit.synth.offering import asked, candidates, reply, unit


@pytest.mark.parametrize(
    ("question", "title", "quote", "is_kept"),
    [
        ("How many desks has Site Bravo?", "Sites", "Site Carol has 40 desks.", False),
        ("How many desks has Site Bravo?", "Sites", "Site Bravo has 40 desks.", True),
        ("How many desks has Site Bravo?", "Sites", "There are 40 desks.", True),
        ("How long is the warranty of product B?", "Product A", "The warranty is 12 months.", False),
        ("How long is the warranty of product B?", "Product B", "The warranty is 36 months.", True),
        ("How long is the warranty of product B?", "Terms", "A warranty is long.", True),
        ("What is the default port in Aurora 3.1?", "Aurora 3.10", "The port is 7443.", False),
        ("What is the default port in Aurora 3.1?", "Aurora 3.1", "The port is 7100.", True),
        ("What is the default port in Aurora 3.10?", "Aurora 3.1", "The port is 7100.", False),
        ("What is the extension of Dalia Fox?", "Dalia Sand", "Extension: 4481", False),
        ("What is the extension of Dalia Fox?", "Ciaran Fox", "Extension: 4444", False),
        ("What is the extension of Dalia Fox?", "Dalia Fox", "Extension: 4111", True),
        ("What does ERR-4417 mean?", "Errors", "ERR-4418: disk full.", False),
        ("What does ERR-4417 mean?", "Errors", "ERR-4417: disk lost.", True),
        ("Does the Oriel X1 see at night?", "Cameras", "The Oriel X1-P sees at night.", False),
        ("Does the Oriel X1 see at night?", "Cameras", "The Oriel X1 does, the X1-P does not.", True),
        ("What does article 5 say?", "Law", "Article 6 says nothing.", False),
        ("What was sold in 2019?", "Report", "In 2018 much was sold.", True),
        ("What changed in 4.0.0?", "4.2.0 — 2026-01-20", "Added: dark mode.", False),
        ("What changed in 4.0.0?", "4.0.0 — 2025-06-30", "Python 3.9.1 is no longer supported.", True),
        ("What changed in 4.0.0?", "2.2 Notes", "4.2.0 has dark mode.", True),
        ("Can I enter?", "Rules", "Can A enter?", True),
    ],
)
def test_what_differs_by_a_letter_a_number_or_a_name_is_another(
    question: str, title: str, quote: str, is_kept: bool
) -> None:
    assert bool(told_apart(asked(question), candidates(reply(title, quote)))) == is_kept


def test_what_a_quote_about_the_thing_leads_to_is_no_look_alike() -> None:
    question = asked("When was the father of Rob Reiner born?")
    father = reply("Carl Reiner", "Carl Reiner was born in 1922.")
    assert told_apart(question, candidates(father)) == []
    both = candidates(father, reply("Rob Reiner", "Rob Reiner is a son of Carl Reiner."))
    assert told_apart(question, both) == both


def test_of_things_compared_none_is_another() -> None:
    offered = candidates(reply("Product A", "12 months."), reply("Product B", "36 months."))
    assert told_apart(asked("Is product A better than product B?"), offered) == offered


@pytest.mark.parametrize(
    ("question", "own"),
    [
        ("What is the price of the Grow plan?", "The Grow plan costs 29 euros."),
        ("What does the Grow plan cost?", "The Grow plan is not sold."),
        ("Does the Oriel X1 see?", "The Oriel X1 does not."),
    ],
)
def test_of_a_unit_about_several_alike_only_the_part_about_the_thing_is_kept(question: str, own: str) -> None:
    other = "The Start plan costs 9 euros, the Oriel X1-P is dear."
    end = len(other)
    whole = unit(f"{other} {own}", said=[0, 1, 2], start=0)
    parts = (unit(other, said=[0, 1, 2], start=0), unit(own, said=[0], start=end + 1))
    offered = candidates(reply("A", whole, *parts))
    assert told_apart(asked(question), offered) == offered[2:]
    assert told_apart(asked("What does it cost?"), offered) == offered


def test_a_unit_stays_whole_where_another_sentence_says_more_of_the_thing() -> None:
    first, then = "Room Alder is next to Room Cedar.", "It has 30 seats."
    whole = unit(f"{first} {then}", said=[0, 1, 2], start=0)
    parts = (unit(first, said=[0, 1], start=0), unit(then, said=[2], start=len(first) + 1))
    offered = candidates(reply("Rooms", whole, *parts))
    assert offered[0] in told_apart(asked("How many seats has Room Alder?"), offered)


@pytest.mark.parametrize(("asked_for", "written"), [("1150", "1,150"), ("98,700", "98 700"), ("64,200", "64.200")])
def test_a_number_is_the_same_however_it_is_written(asked_for: str, written: str) -> None:
    offered = candidates(reply("Hall", f"The stand holds {written} people."))
    assert told_apart(asked(f"What holds {asked_for} people?"), offered) == offered
    assert told_apart(asked("What holds 1151 people?"), offered) == []
