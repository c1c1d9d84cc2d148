"""Terms: what words are found by, in any language."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from language import tables
from language.terms import term, terms

LANGUAGES = ("", "xx", *tables.names("function_words"))


def said(text: str, language: str = "en") -> list[str]:
    return [one.term for one in terms(text, language)]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("ERR-4417", ["err4417", "err", "4417"]),
        ("DEC-0054", ["dec0054", "dec", "54"]),
        ("max_age", ["maxag", "max", "age"]),
        ("HTTPException", ["httpexcept", "http", "except"]),
        ("3.10", ["3.10"]),
        ("/etc/app.conf", ["etc/app.conf", "app.conf", "app", "conf"]),
        ("--flag", ["--flag", "flag"]),
        ("v2.3.1", ["v2.3.1", "2.3.1"]),
        ("AT&T", ["at&t"]),
        ("C++", ["c++"]),
        ("C#", ["c#"]),
        (".NET", [".net", "net"]),
        ("e-mail", ["email", "mail"]),
        ("FY2023", ["fy2023", "fy", "2023"]),
        ("2025-03-05", ["2025-03-05", "2025", "3", "5"]),
        ("PDFs", ["pdfs"]),
    ],
)
def test_an_identifier_is_found_whole_and_by_its_parts(written: str, expected: list[str]) -> None:
    assert said(f"see {written}, then")[1:] == expected


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("max_age", "max-age", "en"), ("max_age", "maxAge", "en"), ("e-mail", "email", "en"),
        ("imple-\nmentation", "implementation", "en"), ("co\u00adoperate", "cooperate", "en"),
        ("dog's", "dogs", "en"), ("naïve", "naive", "en"), ("ﬁne", "fine", "en"), ("ＡＢＣ", "abc", "en"),
        ("U.S.", "US", "en"), ("1,234", "1234", "en"), ("1.234,5", "1234.5", "de"), ("Häuser", "Haus", "de"),
        ("l'école", "école", "fr"), ("dell'arte", "arte", "it"), ("contratos", "contrato", "es"),
        ("kunnen", "het", "nl"),
    ],
)  # fmt: skip
def test_spellings_of_one_word_are_one_term(one: str, other: str, language: str) -> None:
    assert said(one, language)[:1] == said(other, language)[:1]


def test_function_words_are_no_terms_but_names_in_capitals_are() -> None:
    assert said("Who told us about the US and the WHO?") == ["us", "who"]
    assert said("Was ist die Miete?", "de") == ["miet"]
    assert said("Qu'est-ce que c'est ?", "fr") == []
    assert term("the", "en") == ""


def test_scripts_without_blanks_give_bigrams_and_whole_loanwords() -> None:
    assert said("公司政策", "zh") == ["公司", "司政", "政策"]
    assert said("猫", "zh") == ["猫"]
    assert said("東京のコンピューター", "ja") == ["東京", "コンピューター"]
    assert said("Python语言", "zh") == ["python", "语言"]


def test_words_with_vowel_signs_stay_whole() -> None:
    assert said("किताबें", "hi") == said("किताब", "hi")


@given(st.text(max_size=80), st.sampled_from(LANGUAGES))
@example("ﹰ", "")
def test_places_lie_in_the_text_in_order_of_their_words(text: str, language: str) -> None:
    found = terms(text, language)
    assert all(0 <= one.start < one.end <= len(text) and one.term and " " not in one.term for one in found)


@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from(LANGUAGES))
def test_terms_of_lines_are_those_of_each(one: str, other: str, language: str) -> None:
    between = " \n\n "
    moved = [(word.term, word.start + len(one) + len(between)) for word in terms(other, language)]
    assert [(word.term, word.start) for word in terms(one + between + other, language)] == [
        (word.term, word.start) for word in terms(one, language)
    ] + moved
