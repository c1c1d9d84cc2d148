"""Minds, documents and jobs as messages, of what any graph store reads: its queries return columns in these orders."""

from __future__ import annotations

import json
from collections.abc import Iterable

from mesh.errors import reason_of
from myriad.connectome.v1.mind_pb2 import Mind
from myriad.genesis.v1.document_pb2 import Document, DocumentResult, Job


def mind(
    name: str,
    display_name: str,
    version: int,
    created: float,
    documents: int,
    agents: int,
    concepts: int,
    vectors: int,
    allowed_models: Iterable[str],
) -> Mind:
    made = Mind(
        name=name,
        display_name=display_name,
        version=version,
        document_count=documents,
        agent_count=agents,
        concept_count=concepts,
        vector_count=vectors,
        allowed_models=allowed_models,
    )
    made.create_time.FromNanoseconds(int(created * 1e9))
    return made


def document(
    name: str,
    title: str,
    uri: str,
    content_hash: str,
    metadata: str,
    created: float,
    updated: float,
    pinned: bool,
    agents: int,
) -> Document:
    made = Document(
        name=name,
        title=title,
        uri=uri,
        content_hash=content_hash,
        metadata=json.loads(metadata),
        agent_count=agents,
        pinned=bool(pinned),
    )
    made.create_time.FromNanoseconds(int(created * 1e9))
    made.update_time.FromNanoseconds(int(updated * 1e9))
    return made


def times(document: Document, now: float) -> tuple[float, float]:
    """When it was made and last changed, in seconds: as it says itself, or else `now`."""
    return document.create_time.ToNanoseconds() / 1e9 or now, document.update_time.ToNanoseconds() / 1e9 or now


def job(
    name: str,
    state: Job.State.ValueType,
    created: float,
    updated: float,
    learned: int,
    unchanged: int,
    failed: int,
    added: int,
    removed: int,
    failures: Iterable[tuple[str, str, int, str, str]],
) -> Job:
    """`failures`: document, uri, line, reason and message of those shown."""
    made = Job(
        name=name,
        state=state,
        learned_count=learned,
        unchanged_count=unchanged,
        failed_count=failed,
        added_agent_count=added,
        removed_agent_count=removed,
    )
    made.create_time.FromNanoseconds(int(created * 1e9))
    made.update_time.FromNanoseconds(int(updated * 1e9))
    for of, uri, line, reason, message in failures:
        why = reason_of(reason)
        made.failures.add(
            document=of, uri=uri, line=line, reason=why, message=message, state=DocumentResult.STATE_FAILED
        )
    return made
