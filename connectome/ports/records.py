"""What is looked up and kept beside: minds, documents, agents with their packets, weights, jobs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from myriad.connectome.v1.agent_record_pb2 import AgentRecord, PacketPlace
from myriad.connectome.v1.mind_pb2 import Mind, Weight
from myriad.genesis.v1.document_pb2 import Document, DocumentResult, Job
from myriad.genesis.v1.receipt_pb2 import MindReceipt

JOB_SECONDS = 7 * 24 * 3600.0
"""A job that has not gone on for so long is no more, with all it says of documents."""
SHOWN_FAILURES = 100
"""A job shows so many of its failures, the first by URI and line."""
CONDEMNED_SECONDS = 24 * 3600.0
"""Nobody is as long between writing a bundle and saying so."""


class MindStore(Protocol):
    """Minds, as they are made, changed and listed."""

    def create_mind(self, name: str, display_name: str, request_id: str) -> Mind:
        """A new mind, or the one that a request with this id made; no request has the empty one. MindExists."""

    def update_mind(
        self, name: str, display_name: str | None, allowed_models: Sequence[str] | None, *, create: bool = False
    ) -> Mind:
        """The mind, of a new version if it became another; what is None stays. MindNotFound unless `create`."""

    def get_mind(self, name: str) -> Mind:
        """MindNotFound."""

    def list_minds(self, after: str, limit: int) -> list[Mind]:
        """Minds whose names come after `after`."""


class AgentStore(Protocol):
    """Documents and agents, as they are looked up, and where the agents' packets lie."""

    def get_document(self, name: str) -> Document:
        """DocumentNotFound."""

    def list_documents(self, mind: str, after: str, limit: int) -> list[Document]:
        """Documents whose names come after `after`, by name. MindNotFound."""

    def get_agents(self, mind: str, names: Sequence[str]) -> list[AgentRecord]:
        """Those that exist, in the order asked. MindNotFound."""

    def agent_ids(self, mind: str, names: Sequence[str]) -> list[int]:
        """Ids of those that exist. MindNotFound."""

    def list_agents(self, mind: str, document: str, after: str, limit: int) -> list[AgentRecord]:
        """Agents whose names come after `after`, by name; of one document if it is named. MindNotFound."""

    def pinned_agents(self, after: str, limit: int) -> list[AgentRecord]:
        """Agents of pinned documents, of all minds, whose names come after `after`, by name."""

    def packets(
        self, mind: str, bundles: Collection[str] | None, after: tuple[str, str], limit: int
    ) -> list[PacketPlace]:
        """
        The packets that agents need, in these bundles or in all (None), by bundle and agent; those after the one given.

        MindNotFound.
        """

    def relocate(self, mind: str, places: Sequence[PacketPlace]) -> None:
        """
        Point agents to where their packets are now; those whose packet is not where it was said to be stay.

        If any moved, the mind has a new version then, as after every change of what is read of it. Conflict if a bundle
        is condemned.
        """

    def condemn(self, mind: str, bundles: Collection[str]) -> list[str]:
        """
        Condemn those bundles in which no agent's packet lies: for `CONDEMNED_SECONDS` none can be said to.

        Those that are condemned now. The mind need not exist.
        """


class WeightStore(Protocol):
    """What use has taught."""

    def list_weights(self, mind: str, after: tuple[str, str], limit: int, *, now: float | None = None) -> list[Weight]:
        """
        Weights that are not neutral, ordered by agent and concept, those after the one given. MindNotFound.

        They are as they are `now`, or else as they were written.
        """

    def deferrals(self, now: float) -> list[tuple[str, int]]:
        """Minds and times that are due, the earliest first."""


class JobLedger(Protocol):
    """Learning jobs, and what became of their documents."""

    def open_job(self, name: str) -> Job:
        """A job, new or reopened. JobCancelled."""

    def record(self, name: str, entries: Sequence[DocumentResult]) -> Job:
        """Write entries of a job; of one document and line once. JobNotFound."""

    def close_job(self, name: str, failed: bool) -> Job:
        """A job that was cancelled stays so. JobNotFound."""

    def cancel_job(self, name: str) -> Job:
        """A job that is not open stays as it is. JobNotFound."""

    def get_job(self, name: str) -> Job:
        """JobNotFound."""

    def list_jobs(self, mind: str, after: str, limit: int) -> list[Job]:
        """A mind's jobs whose names come after, in order, without their failures; none if there is no such mind."""

    def forget_entries(self, documents: Sequence[str]) -> int:
        """Take what names these documents out of all jobs, whose counts stay; how many entries went."""

    def forget_jobs(self, now: float) -> None:
        """Take away jobs that have not gone on for `JOB_SECONDS`."""


class Forgetting(Protocol):
    """Genesis, which makes forgotten."""

    async def forget_mind(self, mind: str) -> MindReceipt:
        """Forget a mind and all that is in it, everywhere. MIND_NOT_FOUND."""


class Bookmarks(Protocol):
    """What was written to each mind last, by any replica: a member of a cluster that lacks it waits for it."""

    def of(self, mind: str) -> Collection[str]:
        """Those that a read of the mind, or the next write to it, comes after."""

    def put(self, mind: str, passed: Collection[str], new: Collection[str]) -> None:
        """A write that came after `passed` has left `new`."""
