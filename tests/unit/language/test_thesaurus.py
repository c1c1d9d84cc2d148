from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.folding import fold
from language.thesaurus import otherwise, units


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("bought", "purchased"),
        ("movie", "film"),
        ("films", "movie"),
        ("spouse", "married"),
        ("wife", "marriage"),
        ("job", "profession"),
        ("headed", "president"),
        ("founder", "established"),
        ("passed away", "died"),
        ("brought out", "published"),
        ("put out", "released"),
        ("set up", "founded"),
        ("leading lady", "actress"),
        ("airplane maker", "aircraft manufacturer"),
        ("martial arts star", "actor"),
        ("how long", "lasted"),
        ("bigger", "larger"),
        ("honoured", "awarded"),
    ],
)
def test_a_word_may_be_said_otherwise_in_any_inflection(asked: str, said: str) -> None:
    assert otherwise(asked).get(said, 0) > 0


@pytest.mark.parametrize(("asked", "said"), [("bought", "sold"), ("wife", "husbandry"), ("movie", "book"), ("x", "y")])
def test_other_words_are_not_joined(asked: str, said: str) -> None:
    assert said not in otherwise(asked)


def test_a_family_in_one_direction_is_not_read_in_the_other() -> None:
    assert "guitarist" in otherwise("musician")
    assert "musician" not in otherwise("guitarist")


def test_a_word_that_is_only_asked_for_is_not_looked_for() -> None:
    assert "led" in otherwise("run")
    assert "run" not in otherwise("led")


def test_the_more_meanings_a_word_has_the_less_sure_is_each() -> None:
    assert otherwise("purchased")["acquired"] > otherwise("held")["stored"]


def test_phrases_are_cut_out_whole_and_the_longest_first() -> None:
    words = fold("Who passed away before the prime minister took over?").split()
    assert [" ".join(words[start:end]) for start, end in units(words) if end > start + 1] == [
        "passed away",
        "prime minister",
        "took over",
    ]


@given(st.lists(st.sampled_from(("set", "up", "passed", "away", "in", "charge", "of", "film", "prime", "minister"))))
def test_units_cover_all_words_once_and_in_order(words: list[str]) -> None:
    assert [at for start, end in units(words) for at in range(start, end)] == list(range(len(words)))


@given(st.text(max_size=20))
def test_surety_is_from_nothing_to_one_and_no_word_is_its_own_synonym(word: str) -> None:
    assert all(0 < surely <= 1.0001 for surely in otherwise(word).values())
    assert word not in otherwise(word)


def test_each_family_stands_once_and_has_two_words() -> None:
    lines = files("language").joinpath("data", "thesaurus.txt").read_text("utf-8").splitlines()
    families = [line for line in lines if line and not line.startswith("#")]
    assert len(families) == len(set(families))
    for line in families:
        assert len({word for word in line.split() if word[-1] not in ":>"}) > 1, line
