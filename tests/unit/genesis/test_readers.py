"""Records, and the decoding of texts."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genesis.errors import DocumentError, DocumentNotText, LineInvalid
from genesis.readers import jsonl
from genesis.reading import decoded


def record(**fields: object) -> bytes:
    return json.dumps(fields).encode()


def test_each_line_is_a_record() -> None:
    content = (
        record(text="a", title="T", id=7, uri="u", metadata={"year": 1999, "open": True}) + b"\r\n\n" + record(text="b")
    )
    (first, one), (second, two) = jsonl.read(content, first_line=10)
    assert (first, second) == (10, 12)
    assert one == jsonl.Record("a", "T", "7", "u", {"year": "1999", "open": "true"})
    assert two == jsonl.Record("b", "", "", "", {})


@pytest.mark.parametrize(
    "line",
    [
        b"no json", b"[]", b"1", b'"x"', b"{}", b'{"text": 1}', b'{"text": null}', b'{"text": "a", "title": []}',
        b'{"text": "a", "metadata": [1]}', b'{"text": "a", "metadata": {"x": {}}}', b"\xff\xfe", b'{"text": "\x00"}',
        b"[" * 100_000, b'{"text": ' + b"9" * 10_000 + b"}", b'{"text": "a", "id": "\\ud800"}',
    ],
)  # fmt: skip
def test_a_bad_line_is_told_and_the_rest_is_read(line: bytes) -> None:
    found = list(jsonl.read(record(text="a") + b"\n" + line + b"\n" + record(text="c")))
    assert [number for number, _ in found] == [1, 2, 3]
    assert isinstance(found[1][1], LineInvalid)
    assert [one.text for _, one in (found[0], found[2]) if isinstance(one, jsonl.Record)] == ["a", "c"]


@pytest.mark.parametrize("text", ["\\u0000", "\\ud800"])
def test_a_record_whose_text_is_no_text_says_so(text: str) -> None:
    ((_, error),) = jsonl.read(b'{"text": "%s"}' % text.encode())
    assert isinstance(error, DocumentNotText)


@settings(deadline=None)
@given(st.binary())
def test_any_bytes_are_records_or_errors(content: bytes) -> None:
    assert all(isinstance(one, jsonl.Record | DocumentError) for _, one in jsonl.read(content))


def test_a_byte_order_mark_is_no_text() -> None:
    assert decoded(b"\xef\xbb\xbfabc") == "abc"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "gb18030", "cp1251", "cp932"])
def test_a_text_is_read_whatever_its_encoding(encoding: str) -> None:
    texts = {
        "gb18030": "设备的额定电压是380伏。",
        "cp1251": "Гавань открыта в восемь часов утра.",
        "cp932": "港は朝八時に開きます。",
    }
    text = texts.get(encoding, "Die Größe des Hauses beträgt fünf Meter, die Straße führt über die Brücke.")
    assert decoded(text.encode(encoding)) == text


@pytest.mark.parametrize("content", [b"a\0b", b"\xff\xfe\0\xd8a", bytes(range(256)) * 20, b"\x89PNG\r\n\0\xff"])
def test_what_is_no_text_in_any_encoding_is_refused(content: bytes) -> None:
    with pytest.raises(DocumentNotText):
        decoded(content)
