"""A question's words are taken as the names that they nearly are, and as nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from language.spelling import respelt, variants
from tests.unit.patterns.growth import grows
from tests.unit.patterns.pumps import Pump

NAMES = ("Esteban Bullrich", "Ron Fraser", "Jennifer Balakrishnan", "Nikadjekraj", "Love")


def understood(question: str, *heard: str) -> str:
    return respelt(question, set(heard), NAMES).question


def test_a_word_that_nothing_has_is_the_word_of_a_name_beside_another_of_its_words() -> None:
    found = respelt("when was esteban bulrich born", {"esteban", "born"}, NAMES)
    assert found.question == "when was Esteban Bullrich born"
    assert found.taken == (("bulrich", "Bullrich"),)


def test_two_letters_may_be_wrong_in_a_long_word_and_one_in_a_short_one() -> None:
    assert understood("jeniffer balakrishnan university", "balakrishnan") == "Jennifer Balakrishnan university"
    assert "Fraser" in understood("which team did ron frazer coach", "ron", "team", "coach")
    assert "Fraser" not in understood("which team did ron frezar coach", "ron", "team", "coach")


def test_a_short_word_alone_is_nobodys_name() -> None:
    assert understood("where did Frazer live") == "where did Frazer live"


def test_a_long_word_alone_may_have_one_letter_wrong() -> None:
    assert understood("label of nikadjekrai") == "label of Nikadjekraj"
    assert understood("label of nikadjekzaj") == "label of Nikadjekraj"
    assert understood("label of nikidjekzaj") == "label of nikidjekzaj"


def test_a_letter_is_taken_for_one_beside_it_on_a_keyboard_or_one_that_sounds_like_it() -> None:
    assert {"generator", "invoice", "table", "system"} <= {
        other for word in ("genarator", "imvoice", "tavle", "sytem") for other in variants(word)
    }
    assert "spanner" not in variants("scanner")


def test_a_word_that_a_source_has_stays() -> None:
    assert understood("Ron Frazer and Ron Fraser", "frazer") == "Ron Frazer and Ron Fraser"


def test_an_inflection_of_a_word_that_a_source_has_stays() -> None:
    assert respelt("who coaches Ron", {"coached", "ron"}, ["Ron Coacher"]).taken == ()


def test_numbers_and_words_of_four_letters_stay() -> None:
    assert respelt("Apollo 12345 and Jonn", {"apollo"}, ["Apollo 12346", "John Apollo"]).taken == ()


def test_a_doubled_letter_makes_no_other_word_of_a_relation() -> None:
    assert understood("where is Ron burried", "ron") == "where is Ron buried"


def test_a_contraction_without_its_apostrophe_asks() -> None:
    assert understood("whats Love about").startswith("what is Love")


def test_names_get_their_capitals_only_in_a_question_that_has_none() -> None:
    assert understood("when was ron fraser born", "ron", "fraser") == "when was Ron Fraser born"
    assert understood("did Jo meet ron fraser", "ron", "fraser", "meet") == "did Jo meet ron fraser"


def test_a_name_that_is_a_common_word_gets_no_capital() -> None:
    assert understood("what is love", "love") == "what is love"


@given(st.text(), st.sets(st.text(max_size=9)), st.lists(st.text(max_size=20), max_size=5))
def test_any_text_is_understood_the_same_way_each_time(question: str, heard: set[str], names: list[str]) -> None:
    found = respelt(question, heard, names)
    assert found == respelt(question, heard, names)


def test_the_name_that_comes_first_wins_and_only_whole_words_that_ask_are_spelt_out() -> None:
    assert respelt("album of nikadjekrai", set(), ["Nikadjekrax", "Nikadjekrau"]).question == "album of Nikadjekrax"
    assert understood("Which shows did Ann make?", "which", "shows", "make") == "Which shows did Ann make?"


def test_to_spell_a_question_takes_time_in_proportion_to_it() -> None:
    def spelt(text: str) -> None:
        respelt(text, set(text[: len(text) // 2].split()), [f"Name{word}q" for word in text.split()[:200]])

    def misspelt(size: int) -> str:
        return " ".join(f"Nikadjekra{chr(97 + number % 26)}{chr(97 + number % 7)}" for number in range(size // 13))

    for text in (misspelt, Pump("", "whats ", "").text, Pump("", "'", "!").text):
        assert not grows(spelt, text)
