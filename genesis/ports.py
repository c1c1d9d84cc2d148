"""What genesis asks of the other components."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple, Protocol

from myriad.connectome.v1.agent_record_pb2 import AgentRecord, RemovedAgent
from myriad.connectome.v1.document_record_pb2 import DocumentDifference, DocumentPlan, RegisteredDocument
from myriad.connectome.v1.mind_pb2 import Weight
from myriad.connectome.v1.registry_service_pb2 import RemoveAgentsResponse
from myriad.dlm.v1.lifecycle_service_pb2 import DehydrateResponse
from myriad.genesis.v1.document_pb2 import Document, DocumentResult, Job
from myriad.orchestrator.v1.trace_service_pb2 import PurgeTracesResponse


class Move(NamedTuple):
    """An agent whose packet lies elsewhere now."""

    agent: str
    location: str
    moved_from: str
    """Where it lay."""


class Connectome(Protocol):
    """The graph, as it is learned and forgotten."""

    async def plan(self, mind: str, documents: Sequence[DocumentPlan]) -> Sequence[DocumentDifference]:
        """What learning these documents would change, in their order."""

    async def register(self, mind: str, documents: Sequence[RegisteredDocument]) -> Sequence[RemovedAgent]:
        """Make documents consist of these agents, all or nothing; what they lost. Conflict, DocumentTooLarge."""

    async def remove(self, mind: str, documents: Sequence[str] | None) -> RemoveAgentsResponse:
        """Remove documents, or all of them and the mind itself (None); unknown ones are passed over."""

    async def document(self, name: str) -> Document:
        """A document. DOCUMENT_NOT_FOUND."""

    async def documents(self, mind: str, page_size: int, page_token: str) -> tuple[Sequence[Document], str]:
        """A page of a mind's documents, and the next page's token. MIND_NOT_FOUND."""

    async def agents(self, mind: str, names: Sequence[str]) -> Sequence[AgentRecord]:
        """Those of the agents that exist; without text, concepts and mentions."""

    def agents_of(self, document: str) -> AsyncIterator[Sequence[AgentRecord]]:
        """A document's agents, page by page; without text, concepts and mentions."""

    async def relocate(self, mind: str, moves: Sequence[Move]) -> None:
        """
        Point agents to where their packets have moved, if they still lie where they are said to come from. Conflict.
        """

    async def places(self, mind: str, bundles: Sequence[str]) -> Sequence[tuple[str, str]]:
        """The agents whose packets lie in the bundles, each with its packet's location; none if the mind is gone."""

    async def condemn(self, mind: str, bundles: Sequence[str]) -> Sequence[str]:
        """
        Condemn those bundles in which no packet lies that an agent needs, and say which.

        Who registers or relocates an agent into one has a Conflict from now on, whoever condemned it.
        """


class Weights(Protocol):
    """What use has taught a mind."""

    def written(self, mind: str) -> AsyncIterator[Sequence[Weight]]:
        """The weights that are not neutral, page by page, as they were written. MIND_NOT_FOUND."""

    async def restore(self, mind: str, weights: Sequence[Weight]) -> None:
        """Write weights as they were; those of edges that do not exist are passed over. MIND_NOT_FOUND."""


class Ledger(Protocol):
    """What became of the documents of learning jobs; `job` is a resource name."""

    async def open(self, job: str) -> Job:
        """Open a job, or open it again. JOB_CANCELLED."""

    async def record(self, job: str, results: Sequence[DocumentResult]) -> Job:
        """Write what became of documents."""

    async def close(self, job: str) -> Job:
        """Close a job: all of its documents have been dealt with. One that was cancelled stays so."""

    async def cancel(self, job: str) -> Job:
        """Cancel a job that is open; another stays as it is. JOB_NOT_FOUND."""

    async def jobs(self, mind: str, page_size: int, page_token: str) -> tuple[Sequence[Job], str]:
        """A page of a mind's jobs, and the next page's token."""

    async def read(self, job: str) -> Job:
        """A job. JOB_NOT_FOUND."""


class Residents(Protocol):
    """The packets that hosts and the cache hold."""

    async def dehydrate(self, mind: str, agents: Sequence[str] | None) -> DehydrateResponse:
        """Make every host, and the cache, give agents up, or all of a mind's (None)."""


class Keys(Protocol):
    """API keys."""

    async def check(self, key: str) -> None:
        """Says nothing if the key with this id is still good. KEY_INVALID, KEY_EXPIRED."""


class Traces(Protocol):
    """What was kept of answers."""

    async def purge(self, mind: str, document: str | None) -> PurgeTracesResponse:
        """Drop the traces that quote the document, or all of the mind's (None)."""
