"""What both clients ask, and how they cut up what is too long for one message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from myriad_api.myriad.genesis.v1 import DocumentInput, StreamLearnRequest

BATCH_DOCUMENTS = 100
BATCH_BYTES = 4 * 1024 * 1024


def mind_name(mind: str) -> str:
    """The resource name of a mind that is given by its id or name."""
    return mind if mind.startswith("minds/") else f"minds/{mind}"


def document_name(mind: str, document: str) -> str:
    """The resource name of a document that is given by its id or name."""
    return document if document.startswith("minds/") else f"{mind_name(mind)}/documents/{document}"


def batches(mind: str, documents: Iterable[DocumentInput]) -> Iterator[StreamLearnRequest]:
    """The messages of a learning stream, each within what a message may hold, but for single documents that are not."""
    batch, size, parent = list[DocumentInput](), 0, mind_name(mind)
    for document in documents:
        more = len(bytes(document))
        if batch and (len(batch) == BATCH_DOCUMENTS or size + more > BATCH_BYTES):
            yield StreamLearnRequest(parent=parent, documents=batch)
            batch, size, parent = [], 0, ""
        batch.append(document)
        size += more
    yield StreamLearnRequest(parent=parent, documents=batch)
