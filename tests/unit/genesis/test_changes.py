"""Changes: what learning a document again adds, keeps and loses."""

from __future__ import annotations

import pytest

from genesis.changes import change
from genesis.drafts import Draft, Drafter
from genesis.errors import DocumentTooLarge
from genesis.readers.writer import LONGEST_HEADING
from mesh.connections import MESSAGE_BYTES
from myriad.connectome.v1.document_record_pb2 import DocumentDifference
from myriad.genesis.v1.document_pb2 import DocumentInput


def below_long_headings(sections: int) -> Draft:
    """A document of small sections, each of which repeats 1,200 characters of headings: the first is the title."""
    above = "".join(f"{'#' * level} {str(level) * LONGEST_HEADING}\n\n" for level in range(1, 6))
    below = "".join(
        f"###### Part {number}\n\nThe lamp of part {number} hangs on the wall of the hall.\n\n"
        for number in range(sections)
    )
    (draft,) = Drafter("minds/m").drafts(DocumentInput(text=above + below, media_type="text/markdown"))
    assert isinstance(draft, Draft)
    return draft


def test_a_document_whose_agents_do_not_fit_into_a_message_is_refused() -> None:
    sections = MESSAGE_BYTES // (4 * LONGEST_HEADING)
    with pytest.raises(DocumentTooLarge):
        change(below_long_headings(sections), DocumentDifference(), None)


def test_a_document_with_long_headings_is_learned_as_far_as_it_fits() -> None:
    made = change(below_long_headings(100), DocumentDifference(), None)
    assert len(made.added) == len(made.registered.new_agents) == 100
