import pytest

from language.inflection import derived, is_plural, noun, others, verb


@pytest.mark.parametrize(
    ("base", "forms"),
    [
        ("marry", "marries marrying married"),
        ("put up", "puts_up putting_up"),
        ("take over", "takes_over taking_over took_over taken_over"),
        ("die", "dies dying died"),
        ("co-write", "co-writes co-writing co-wrote"),
        ("free", "frees freeing freed"),
        ("hold", "holds held holding"),
    ],
)
def test_a_verb_has_its_forms(base: str, forms: str) -> None:
    assert {form.replace("_", " ") for form in forms.split()} | {base} <= set(verb(base))


@pytest.mark.parametrize(
    ("base", "plural"),
    [("city", "cities"), ("wife", "wives"), ("church", "churches"), ("head of state", "heads of state"),
     ("film director", "film directors"), ("series", "series")],
)  # fmt: skip
def test_a_noun_has_its_plural(base: str, plural: str) -> None:
    assert plural in set(noun(base))


def test_irregular_forms_lead_to_each_other_unless_they_are_other_words_too() -> None:
    assert set(others("taught")) == {"teach"}
    assert {"people", "persons"} <= set(others("person"))
    assert set(others("written")) >= {"write", "wrote"}
    assert not others("found")
    assert not others("house")


def test_words_of_one_root_lead_to_each_other() -> None:
    assert {"inventor", "invented", "invent"} <= set(derived("invention"))
    assert {"director", "direction", "directed"} <= set(derived("directing"))


@pytest.mark.parametrize("word", ["number", "nation", "port", "ed", "", "x1ing"])
def test_short_roots_lead_nowhere(word: str) -> None:
    assert not list(derived(word))


@pytest.mark.parametrize(
    ("word", "plural"),
    [("hosts", 1), ("people", 1), ("men", 1), ("bus", 0), ("analysis", 0), ("class", 0), ("gas", 0)],
)
def test_a_plural_is_told_by_its_form(word: str, plural: int) -> None:
    assert is_plural(word) == plural
