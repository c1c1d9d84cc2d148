"""What is told about a document as a whole, wherever it is told."""

from __future__ import annotations

import pytest

from genesis import identity, metadata
from genesis.readers import commonmark


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("Last-Modified", "updated"),
        ("Reviewed By", "reviewed_by"),
        ("lastmod", "updated"),
        ("Sidebar Label", "sidebar_label"),
    ],
)
def test_what_has_many_names_has_one(key: str, name: str) -> None:
    assert metadata.name(key) == name


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2025-03-05T10:00:00Z", "2025-03-05"),
        ("March 5, 2025", "2025-03-05"),
        ("2025-03", "2025-03"),
        ("2.1", ""),
        ("see 2020", ""),
    ],
)
def test_a_date_is_iso_at_its_precision(value: str, day: str) -> None:
    assert metadata.day(value) == day


def test_lines_at_the_head_of_a_text_tell_of_it() -> None:
    text = "# Leave\n\n**Version:** 2.1\n\nReviewed by: Ada Holm\n\nLast updated on March 5, 2025.\n\nNote: none.\n"
    told = metadata.gathered(metadata.stated(commonmark.read(text).blocks))
    assert told == {"version": "2.1", "reviewed_by": "Ada Holm", "updated": "2025-03-05"}


@pytest.mark.parametrize(
    ("uri", "date"),
    [
        ("file:///a/2025-03-05-minutes.md", "2025-03-05"),
        ("minutes_20250305.txt", "2025-03-05"),
        ("2024-10.md", "2024-10"),
        ("a/2020-01-01/report-1999.md", ""),
        ("12345678.md", ""),
    ],
)
def test_the_name_of_a_file_may_tell_a_date(uri: str, date: str) -> None:
    assert metadata.dated(uri) == date


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("rotate-api-tokens", "rotate api tokens"),
        ("2025-03-05-minutes", "2025-03-05 minutes"),
        ("ERR-4417", "ERR-4417"),
        ("chapter_2", "chapter 2"),
        ("R&D #1 - plan", "R&D #1 - plan"),
    ],
)
def test_the_name_of_a_file_is_made_words_and_what_is_no_word_stays(name: str, words: str) -> None:
    assert identity.readable(name) == words
