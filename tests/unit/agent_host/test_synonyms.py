"""Synonyms: a sentence may answer in other words than the question's."""

from collections.abc import Callable

import pytest

from agent_host.evidence import rank
from agent_host.passage import Passage
from agent_host.question import analyse
from agent_host.synonyms import synonyms
from agent_host.topic import aboutness

Read = Callable[..., Passage]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Which publisher bought the plane?", "It was built in Rostock. It was purchased by Ullstein. It flew well."),
        ("Where is the officer stationed?", "He is a Mountie. He is based in Chicago. He likes dogs."),
        ("Who headed the group?", "It had ten people. Rosenbloom managed the consortium. It was large."),
        ("When was the chain set up?", "It has ten shops. It was established in 1971. It sells fish."),
        ("Which song did he put out?", "He likes dogs. His tune Euphoria was released by Sony. He lives in Bern."),
        ("Who is the inventor?", "It has ten wheels. It was an invention of Rosa Braun. It is green."),
    ],
)
def test_the_sentence_that_says_it_in_other_words_is_best(read: Read, question: str, text: str) -> None:
    assert rank(analyse(question), read(text))[0].position == 1


def test_the_word_itself_says_more_than_another_for_it(read: Read) -> None:
    text = "The plane was purchased by Ullstein. The plane was bought by Ullstein."
    scores = {one.position: one.score for one in rank(analyse("Who was the plane bought by?"), read("He sat. " + text))}
    assert scores[2] > scores[1]


def test_a_phrase_says_it_only_as_a_whole(read: Read) -> None:
    found = synonyms("When did she die?")
    away, by = read("He passed away in Bern. He passed by in Bern.").sentences
    assert found.said(away)
    assert not found.said(by)


def test_names_have_no_synonyms() -> None:
    assert not synonyms("Was Film 45 with Director?").words.keys() & {"movi"}


def test_another_word_for_the_subject_makes_a_sentence_be_about_it(read: Read) -> None:
    shares = aboutness(analyse("Where did her spaceship land?"), read("It rained. The spacecraft fell. Birds sang."))
    assert shares[1] > shares[0]


def test_the_noun_asked_for_is_said_by_a_narrower_one() -> None:
    assert {"guitarist", "musician"} <= analyse("Which musician left?").gap.heads
    assert not analyse("In which year did she leave?").gap.heads
