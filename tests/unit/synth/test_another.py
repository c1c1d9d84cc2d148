"""Another thing of the pattern of one that is asked about is not what was asked about."""

from __future__ import annotations

import pytest

from synth.another import focused, told_apart
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
        ("Does the Oriel X1 see?", "The Oriel X1 does not."),
    ],
)
def test_of_a_paragraph_about_several_alike_what_is_asked_about_is_taken(question: str, own: str) -> None:
    whole = f"The Start plan costs 9 euros. {own} The Oriel X1-P does."
    parts = (unit("The Start plan costs 9 euros.", said=[0, 1, 2]), unit(own, said=[0]))
    one, other, right = candidates(reply("A", whole, *parts))
    assert focused(asked(question), one, [other, right]) is right
    assert focused(asked("What does it cost?"), one, [other, right]) is one
