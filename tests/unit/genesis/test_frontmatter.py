"""Front matter: what the head of a document says of it."""

from __future__ import annotations

import time

import pytest

from genesis import frontmatter

YAML = (
    "---\ntitle: 'Leave: rules'\ndate: 2025-03-05T10:00:00Z\nReviewed-By: Ada Holm\ntags: [a, b]\nempty:\n---\n# Text\n"
)


def test_it_tells_title_and_metadata_under_one_name_each_and_where_the_text_begins() -> None:
    front = frontmatter.read(YAML)
    assert front.title == "Leave: rules"
    assert front.metadata == {
        "title": "Leave: rules",
        "date": "2025-03-05",
        "reviewed_by": "Ada Holm",
        "keywords": "a, b",
    }
    assert YAML[front.end :] == "# Text\n"


def test_its_keys_are_entries_that_point_to_where_they_stand() -> None:
    front = frontmatter.read(YAML)
    assert [block.text.text for block in front.blocks][:2] == ["date: 2025-03-05T10:00:00Z", "Reviewed-By: Ada Holm"]
    assert {block.group for block in front.blocks} == {frontmatter.GROUP}
    for block in front.blocks:
        for run in block.text.runs:
            assert block.text.text[run.start : run.end] == YAML[run.source_start : run.source_end]


@pytest.mark.parametrize(
    "text",
    [
        "# No\n",
        "---\nA rule above, and one below.\n---\n",
        "---\na: [\n---\nx",
        "text\n---\na: b\n---\n",
        "---\na: b\n",
        "",
        "---\n",
    ],
)
def test_what_only_looks_like_it_is_text(text: str) -> None:
    assert frontmatter.read(text).end == 0


def test_how_a_page_is_shown_tells_nothing() -> None:
    read = frontmatter.read("---\nhide:\n  - navigation\nsidebar_position: 3\nreviewed: 2025-03-01\n---\ntext")
    assert [one.text.text for one in read.blocks] == ["reviewed: 2025-03-01"]


def test_it_may_be_empty() -> None:
    assert frontmatter.read("---\n---\ntext") == frontmatter.FrontMatter(end=8)


@pytest.mark.parametrize(
    "text", ["---\n" + "[" * 60_000 + "\n---\n", "---\n" + "a: b\n" * 12_000 + "---\n", "---\n" * 10**5]
)
def test_hostile_front_matter_is_read_in_the_end(text: str) -> None:
    """A third of a second on an idle machine; what grows with the square would take minutes."""
    started = time.process_time()
    frontmatter.read(text)
    assert time.process_time() - started < 10
