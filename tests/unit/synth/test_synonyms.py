"""Synonyms: a quote may say a question's words otherwise."""

import pytest

from synth.synonyms import synonyms
from synth.words import content


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("bought", " it was purchased by ullstein "),
        ("movie", " it is a film "),
        ("inventor", " an invention of rosa braun "),
        ("die", " he passed away in bern "),
    ],
)
def test_a_text_says_a_word_of_the_question_by_another(question: str, text: str) -> None:
    assert synonyms(question).said(text) == content(question).keys()


@pytest.mark.parametrize("text", [" it was sold ", " he passed by ", "  ", " purchasedby "])
def test_other_words_do_not_say_it(text: str) -> None:
    assert not synonyms("Who bought it when they did die?").said(text)


def test_names_have_no_synonyms() -> None:
    assert not synonyms("Was it Movie?").said(" a film ")


def test_a_word_of_many_meanings_says_none_of_them() -> None:
    assert not synonyms("Who held it?").said(" the capacity of the storage ")
