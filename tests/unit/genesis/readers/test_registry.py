"""Whatever kind of file is a document has a reader."""

from __future__ import annotations

from genesis.formats import FORMATS
from genesis.readers.registry import READERS
from mesh.documents import JSONL, MEDIA_TYPES


def test_each_media_type_of_a_file_has_a_reader() -> None:
    assert set(MEDIA_TYPES.values()) - {JSONL} <= {*READERS, *FORMATS}
