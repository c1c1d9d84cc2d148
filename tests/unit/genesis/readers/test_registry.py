"""Whatever kind of file is a document has a reader, which gets its text."""

from __future__ import annotations

import pytest

from genesis.formats import FORMATS
from genesis.readers.registry import READERS, text_of
from mesh.documents import JSONL, MEDIA_TYPES

CZECH = "Žluťoučký kůň příliš úpěl."


def test_each_media_type_of_a_file_has_a_reader() -> None:
    assert set(MEDIA_TYPES.values()) - {JSONL} <= {*READERS, *FORMATS}


@pytest.mark.parametrize("charset", ["iso-8859-2", "windows-1250", "utf-8"])
@pytest.mark.parametrize(
    ("media_type", "form"),
    [
        ("application/xml", '<?xml version="1.0" encoding="{}"?><a>{}</a>'),
        ("application/xml", "\n<?xml version='1.0' encoding = '{}' standalone='yes'?><a>{}</a>"),
        ("text/html", '<html><head><meta charset="{}"></head><body>{}</body></html>'),
        ("text/html", '<HEAD><META http-equiv="Content-Type" content="text/html; charset={}"></HEAD>{}'),
    ],
)
def test_a_text_is_in_the_charset_that_it_declares(charset: str, media_type: str, form: str) -> None:
    source = form.format(charset, CZECH)
    assert text_of(source.encode(charset), media_type) == source


@pytest.mark.parametrize(
    "charset", ["utf-8", "utf-16", "cp037", "zlib", "hex", "rot13", "unicode_escape", "none-such", "..", "us-ascii"]
)
def test_a_charset_that_a_text_is_not_in_is_not_believed(charset: str) -> None:
    source = f'<?xml version="1.0" encoding="{charset}"?><a>Die Tür an der Säge klemmt schon wieder.</a>'
    assert text_of(source.encode("cp1252"), "application/xml") == source
    assert text_of(source.encode(), "application/xml") == source
