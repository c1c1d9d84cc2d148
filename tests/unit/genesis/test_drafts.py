"""Drafts: which documents and agents a source becomes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from genesis import drafts as module
from genesis.drafts import JSONL, LARGEST_BYTES, Draft, Drafter
from genesis.packets import packets
from genesis.passages import LARGEST_RECORD_WORDS
from genesis.readers.jsonl import LARGEST_LINES
from mesh import names
from myriad.genesis.v1.document_pb2 import DocumentInput, DocumentResult
from myriad.type.v1.error_reason_pb2 import ErrorReason

TEXT = "The quick brown fox jumps over the lazy dog again. " * 60


def drafts(*sources: DocumentInput) -> list[Any]:
    drafter = Drafter("minds/m")
    return [one for source in sources for one in drafter.drafts(source)]


def draft(**fields: Any) -> Draft:
    (one,) = drafts(DocumentInput(**fields))
    assert isinstance(one, Draft), one
    return one


def reason(**fields: Any) -> str:
    (one,) = drafts(DocumentInput(**fields))
    assert isinstance(one, DocumentResult)
    assert one.state == DocumentResult.STATE_FAILED
    assert one.message
    return ErrorReason.Name(one.reason).removeprefix("ERROR_REASON_")


def lines(*records: dict[str, Any], **fields: Any) -> DocumentInput:
    return DocumentInput(content="\n".join(map(json.dumps, records)).encode(), media_type=JSONL, **fields)


def test_an_id_is_kept_or_derived_from_the_uri_or_the_title_or_the_text() -> None:
    assert draft(id="my.doc", text="x").document.name == "minds/m/documents/my.doc"
    by_uri = draft(uri="https://a.b/docs/User%20Guide.md", title="T", text="x").document.name
    assert by_uri.startswith("minds/m/documents/user-guide-")
    assert by_uri == draft(uri="https://a.b/docs/User%20Guide.md", title="Other", text="y").document.name
    by_title = draft(title="Théodred II (Bishop)", text="x").document.name
    assert by_title.startswith("minds/m/documents/theodred-ii-bishop-")
    assert by_title == draft(title="Théodred II (Bishop)", text="y").document.name
    assert draft(text="some words").document.name != draft(text="other words").document.name


def test_a_failure_names_the_document_that_was_named() -> None:
    broken = lines({"id": "one", "text": ""}, {"id": "No!", "text": "x"}, {"text": ""})
    failed = [*drafts(DocumentInput(id="my.doc", text=" ")), *drafts(broken)]
    assert [one.document for one in failed] == ["minds/m/documents/my.doc", "minds/m/documents/one", "", ""]
    (nowhere,) = drafts(DocumentInput(uri="https://a.b/c.md", text=" "))
    assert nowhere.document == draft(uri="https://a.b/c.md", text="x").document.name


@pytest.mark.parametrize("title", ["中文", "", "...", "A" * 500, "é" * 400, "-- a --"])
def test_a_derived_id_is_always_allowed(title: str) -> None:
    mind, _ = names.parse_document(draft(title=title, text="中文 text").document.name)
    assert mind == "minds/m"


def test_two_texts_of_one_title_in_a_job_are_two_documents() -> None:
    one, two, same = drafts(
        lines({"title": "T", "text": "a"}, {"title": "T", "text": "b"}, {"title": "T", "text": "a"})
    )
    assert one.document.name == same.document.name != two.document.name
    assert one.document.name == draft(title="T", text="a new version").document.name


def test_an_edit_changes_the_agents_of_what_was_edited_only() -> None:
    paragraphs = [TEXT.replace("fox", animal) for animal in ("fox", "cat", "cow")]
    before = draft(id="d", text="\n\n".join(paragraphs))
    after = draft(id="d", text="\n\n".join([paragraphs[0], "New. " + paragraphs[1], *paragraphs[2:]]))
    assert len(set(before.passages) & set(after.passages)) >= len(before.passages) - 3 > 3
    assert before.document.content_hash != after.document.content_hash


def test_white_space_does_not_make_other_agents() -> None:
    assert list(draft(id="d", text="a  b\n c").passages) == list(draft(id="d", text=" a b c ").passages)
    assert list(draft(id="d", text="a b").passages) != list(draft(id="e", text="a b").passages)


def test_the_hash_covers_all_that_learning_depends_on() -> None:
    fields: dict[str, Any] = {"id": "d", "title": "T", "text": "x", "uri": "u", "metadata": {"a": "b"}}
    changes: list[dict[str, Any]] = [{"title": "U"}, {"text": "y"}, {"uri": "v"}, {"metadata": {"a": "c"}}]
    hashes = {
        draft(**fields | change).document.content_hash for change in [{}, {"media_type": "text/markdown"}, *changes]
    }
    assert len(hashes) == 6
    assert draft(**fields).document.content_hash in hashes


def test_metadata_in_another_order_is_the_same() -> None:
    one, two = ({"a": "1", "b": "2"}, {"b": "2", "a": "1"})
    assert draft(text="x", metadata=one).document.content_hash == draft(text="x", metadata=two).document.content_hash


def test_a_passage_that_stands_twice_in_a_document_is_one_agent() -> None:
    assert len(draft(text=f"{TEXT}\n\n{TEXT}\n\n{TEXT}").passages) < 6


def test_a_short_text_with_a_title_stays_one_passage_unlike_one_without() -> None:
    assert len(draft(title="Fox", text=TEXT[: len(TEXT) // 4]).passages) == 1
    assert len(draft(text=TEXT[: len(TEXT) // 4]).passages) == 2


def test_numeric_dates_are_read_in_the_order_that_the_document_shows() -> None:
    far = "\n\n" + TEXT * 2 + "\n\n"
    first, *_ = packets(draft(text=f"It was opened on 3/4/2025.{far}It was shut on 13/4/2025.", uri="a.txt"))
    assert [one.normal for one in first.read.spans if one.normal.startswith("2025")] == ["2025-04-03"]


def test_a_record_stays_one_passage_and_a_long_one_is_cut() -> None:
    numbered = "".join(f"Sentence {number} of this record has eight words. " for number in range(300))
    one, two = drafts(lines({"text": TEXT[: 5 * LARGEST_RECORD_WORDS]}, {"text": numbered}))
    assert (len(one.passages), one.line) == (1, 1)
    assert (len(two.passages) > 8, two.line) == (True, 2)


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        ("", "Title\n\nOne. Two."),
        ("text/plain; charset=utf-8", "Title\n=====\n\nOne. Two é."),
        ("TEXT/Markdown", "# Title\n\nOne **two**. é\n\n```\ncode. More\n```\n"),
        ("text/html", "<h1>Title</h1><p>One. <b>Two</b> é."),
        (JSONL, '{"title": "Title", "text": "One.\\n\\nTwo é."}'),
    ],
)
def test_what_is_shown_as_it_stands_in_the_source_is_exact(media_type: str, content: str) -> None:
    one = draft(content=content.encode(), media_type=media_type)
    for packet in packets(one):
        runs = list(zip(*[iter(packet.read.source_runs)] * 4, strict=True))
        assert runs
        for start, end, first, last in runs:
            assert end - start != last - first or packet.text[start:end] == one.text[first:last]
        assert packet.title == "Title"
        assert "Title" in packet.concepts
        assert list(packet.heading_path) == []
        assert packet.sentences


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "DOCUMENT_EMPTY"),
        ({"text": " \n"}, "DOCUMENT_EMPTY"),
        ({"text": "***"}, "DOCUMENT_EMPTY"),
        ({"content": b"<script>x</script>", "media_type": "text/html"}, "DOCUMENT_EMPTY"),
        ({"text": "a\0b"}, "DOCUMENT_NOT_TEXT"),
        ({"content": b"\xff\0"}, "DOCUMENT_NOT_TEXT"),
        ({"content": bytes(range(256))}, "DOCUMENT_NOT_TEXT"),
        ({"text": "a", "media_type": "image/png"}, "MEDIA_TYPE_UNKNOWN"),
        ({"text": "a", "content": b"a"}, "INVALID_FIELD"),
        ({"text": "a", "id": "No Good"}, "INVALID_FIELD"),
        ({"text": "a", "id": "a" * 129}, "INVALID_FIELD"),
        ({"text": "a", "title": "a" * 501}, "INVALID_FIELD"),
        ({"text": "a", "title": "a\x07b"}, "INVALID_FIELD"),
        ({"text": "a", "uri": "u" * 2001}, "INVALID_FIELD"),
        ({"text": "a", "uri": "u\n"}, "INVALID_FIELD"),
        ({"text": "a", "metadata": {str(one): "" for one in range(33)}}, "INVALID_FIELD"),
        ({"text": "a", "metadata": {"a": "b" * 1001}}, "INVALID_FIELD"),
        ({"text": "a", "metadata": {"a" * 1001: "b"}}, "INVALID_FIELD"),
        ({"content": b"\n" * LARGEST_LINES, "media_type": JSONL}, "DOCUMENT_TOO_LARGE"),
    ],
)
def test_what_cannot_be_learned_says_why(fields: dict[str, Any], expected: str) -> None:
    assert reason(**fields) == expected


def test_a_document_may_have_8_mib_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    assert reason(text="a" * (LARGEST_BYTES + 1)) == "DOCUMENT_TOO_LARGE"
    assert reason(text="é" * (LARGEST_BYTES // 2 + 1)) == "DOCUMENT_TOO_LARGE"
    assert reason(content=b"a" * (LARGEST_BYTES + 1), media_type=JSONL) == "DOCUMENT_TOO_LARGE"
    monkeypatch.setattr(module, "LARGEST_BYTES", 10)
    assert draft(text="é" * 5)


def test_a_bad_line_fails_with_its_number_and_the_rest_is_learned() -> None:
    source = lines({"text": "a"}, {"text": 1}, {"text": ""}, {"text": "c", "id": "NO"}, {"text": "d"}, first_line=100)
    source.uri = "file:///x.jsonl"
    found = drafts(source)
    assert [one.line for one in found] == [100, 101, 102, 103, 104]
    assert [one.reason if isinstance(one, DocumentResult) else None for one in found] == [
        None,
        ErrorReason.ERROR_REASON_LINE_INVALID,
        ErrorReason.ERROR_REASON_DOCUMENT_EMPTY,
        ErrorReason.ERROR_REASON_INVALID_FIELD,
        None,
    ]
    assert found[1].uri == "file:///x.jsonl"


CHAPTERS = """CHAPTER I

Edda Holmgren was born on a farm. Her father was a carpenter.

CHAPTER II

She went to Lund. Nothing changed there.
"""


def test_a_packet_says_whom_its_opening_pronoun_stands_for_and_is_found_by_that_name() -> None:
    first, second = packets(draft(text=CHAPTERS))
    assert (first.subject, second.subject) == ("", "Edda Holmgren")
    assert "Edda Holmgren" in second.concepts


def test_the_same_words_below_another_heading_are_another_agent() -> None:
    text = "1.1.0 (2024-05-01)\n\n- mended some bugs\n\n1.0.0 (2023-05-01)\n\n- mended some bugs\n"
    assert [list(one.heading_path) for one in packets(draft(text=text))] == [
        ["1.1.0 (2024-05-01)"],
        ["1.0.0 (2023-05-01)"],
    ]


def test_an_agent_is_another_one_when_its_pronoun_stands_for_somebody_else() -> None:
    before, after = draft(id="d", text=CHAPTERS), draft(id="d", text=CHAPTERS.replace("Edda Holmgren", "Ann Lind"))
    assert not set(before.passages) & set(after.passages)


def test_a_line_without_a_text_is_a_document_of_its_keys() -> None:
    (found,) = drafts(lines({"id": "t-7", "subject": "Badge reader rejects cards", "owner": "Priya", "text_length": 3}))
    assert isinstance(found, Draft)
    assert (found.document.title, found.document.name) == ("Badge reader rejects cards", "minds/m/documents/t-7")
    (part,) = found.passages.values()
    assert "owner: Priya" in part.passage.text.text
