"""Concepts: what a passage is about, and what it mentions."""

from __future__ import annotations

import time

import pytest

from language.english import concepts
from language.english.concepts import LONGEST_NAME, MOST_CONCEPTS, MOST_MENTIONS, Concepts
from language.sentences import sentences


def of(text: str, title: str = "", path: tuple[str, ...] = ()) -> Concepts:
    spans = sentences(text, "en")
    opening = text[slice(*spans[0])] if spans else ""
    return concepts.concepts(concepts.subject(title, opening), path, text, spans)


@pytest.mark.parametrize(
    ("title", "opening", "aliases"),
    [
        ("Lloyd (film)", "Lloyd is a 2001 comedy.", ["Lloyd"]),
        ("World Health Organization (WHO)", "It is an agency.", ["World Health Organization", "WHO"]),
        ("World Health Organization", "The World Health Organization (WHO) is an agency.", ["WHO"]),
        ("WHO", "The World Health Organization (WHO) is an agency.", ["World Health Organization"]),
        (
            "Joe Story",
            "Joseph Bradley Story( born March 3, 1952) is a player.",
            ["Joseph Bradley Story", "Joseph Story", "Joseph B. Story"],
        ),
        ("Scotty Fox", "Scotty Fox, also known as Scott Fox, is a director.", ["Scott Fox"]),
        ("Prince", 'Prince, better known as "The Artist", sang.', ["The Artist"]),
        ("Handbook", "The **Staff Guide** is a handbook.", ["Staff Guide"]),
        ("Lisbeth Palme", "Palme, née Beck-Friis, was a psychologist.", ["Beck-Friis"]),
        ("Etan Boritzer", "Etan Boritzer is a writer who is known as the father of it.", []),
    ],
)
def test_a_document_is_about_its_title_and_its_aliases(title: str, opening: str, aliases: list[str]) -> None:
    assert concepts.subject(title, opening) == [title, *aliases]


def test_without_title_a_text_is_about_what_its_opening_names_and_mentions_what_it_may_be_called() -> None:
    found = of("Paul Michael Gross, OC (born April 30, 1959) is a Canadian actor.")
    assert list(found.handled) == ["Paul Michael Gross", "Paul Gross", "Paul M. Gross"]
    assert {"P. M. Gross", "Michael Gross"} <= set(found.mentioned)


def test_headings_are_handled_but_for_those_that_name_nothing() -> None:
    found = of("Some text.", "Guide", ("3.1 Set-up", "Introduction", "Fuse Box (FB)"))
    assert list(found.handled) == ["Guide", "Fuse Box (FB)", "Fuse Box", "FB", "Set-up"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("She lives in New York City.", ["New York City"]),
        ("It is near St. Maurice's Abbey in France.", ["St. Maurice's Abbey", "France"]),
        ("He met Adalbert II of Tuscany and Bertha.", ["Adalbert II of Tuscany", "Adalbert II", "Tuscany", "Bertha"]),
        ("It was led by António de Oliveira Salazar.", ["António de Oliveira Salazar"]),
        (
            "He is a son of Gordon Howard, 5th Earl of Effingham.",
            ["Gordon Howard, 5th Earl of Effingham", "Gordon Howard"],
        ),
        ("She saw King Francis I there.", ["King Francis I", "Francis I"]),
        ("They like J. R. R. Tolkien.", ["J. R. R. Tolkien"]),
        ("It won at the 1984 Summer Olympics.", ["1984 Summer Olympics", "Summer Olympics"]),
        ('He wrote" What is God?" there.', ["What is God?"]),
        ("It was called «La Boum» there.", ["La Boum"]),
        ("Use `asyncio.run()` or os.path, __init__ and iPhone.", ["asyncio.run()", "os.path", "__init__", "iPhone"]),
        ("He defeated Abd al-Muttalib and d'Artagnan.", ["Abd al-Muttalib", "d'Artagnan"]),
        ("It fell in the Iran–Iraq War.", ["Iran–Iraq War"]),
        ("Der Zug fährt nach Österreich und Ägypten.", ["Österreich", "Ägypten"]),
        ("we read all of those pages in the old Book of\nKells there, which are long and wide.", ["Book of Kells"]),
    ],
)
def test_names_are_found(text: str, names: list[str]) -> None:
    assert set(names) <= set(of(text).mentioned)


@pytest.mark.parametrize(
    "text", ["The dog. He ran. In it. However, no.", "On 11 November 875 it was 4 May.", "I am. 1999."]
)
def test_common_words_and_dates_are_no_names(text: str) -> None:
    assert list(of(text).mentioned) == []


def test_a_name_does_not_reach_beyond_its_sentence() -> None:
    assert {"Rome", "Paris"} <= set(of("They saw Rome. Paris was next.").mentioned)


def test_what_is_handled_is_not_mentioned_too() -> None:
    found = of("The film Lloyd was made by Anna Bell, not LLOYD.", "Lloyd")
    assert [*found.handled, *found.mentioned] == ["Lloyd", "Anna Bell"]


def test_there_are_bounds() -> None:
    text = " and then ".join(f"Name{chr(97 + number % 26)}{number}" for number in range(500))
    found = of(text, "T" * 5000, tuple(f"Heading {number}" for number in range(40)))
    assert len(found.handled) <= MOST_CONCEPTS
    assert len(found.mentioned) == MOST_MENTIONS
    assert all(1 < len(name) <= LONGEST_NAME for name in [*found.handled, *found.mentioned])


@pytest.mark.parametrize(
    "text", ["A" * 9000, "A " * 4000, "_" * 9000, "a.b" * 3000, '"' * 9000, "*" * 9000, "A of " * 2000, '" , ' * 3000]
)
def test_hostile_text_takes_no_longer_than_any_other(text: str) -> None:
    started = time.process_time()
    of(text, text[:500], (text[:500],))
    assert time.process_time() - started < 1
