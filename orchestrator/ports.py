"""
What the orchestrator asks of the things around it.

Other components are asked within `seconds`; CallFailed as such a call fails.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from myriad.agent.v1.agent_host_service_pb2 import AskRequest, AskResponse
from myriad.connectome.v1.activation_service_pb2 import ActivateRequest, ActivateResponse
from myriad.connectome.v1.mind_service_pb2 import ListMindsResponse
from myriad.connectome.v1.weight_service_pb2 import ReinforceRequest
from myriad.dlm.v1.lifecycle_service_pb2 import HydrateRequest, HydrateResponse
from myriad.genesis.v1.document_pb2 import Document, DocumentInput, DocumentResult, ForgetReceipt
from myriad.genesis.v1.document_service_pb2 import ListDocumentsResponse
from myriad.orchestrator.v1.answer_service_pb2 import GetTraceResponse
from myriad.synth.v1.synthesizer_service_pb2 import SynthesizeRequest, SynthesizeResponse
from myriad.type.v1.retention_pb2 import Retained


@dataclass(slots=True)
class Used:
    """What one key used on one day."""

    queries: int = 0
    recalls: int = 0
    units: int = 0


class Connectome(Protocol):
    """Which agents a question wakes, and what use teaches of them."""

    async def activate(self, request: ActivateRequest, seconds: float) -> ActivateResponse:
        """The agents that a question wakes, best first. MIND_NOT_FOUND."""

    async def reinforce(self, request: ReinforceRequest, seconds: float) -> int:
        """Strengthen or weaken what led to agents; how many edges changed. MIND_NOT_FOUND."""


class Minds(Protocol):
    """The minds that the key under way may see."""

    async def page(self, size: int, token: str) -> ListMindsResponse:
        """`size` of them in the order of their ids, after those of the page whose `token` this is."""


class Documents(Protocol):
    """A mind's documents, as the key under way may read, learn and forget them. ROLE_TOO_LOW, MIND_NOT_FOUND."""

    async def page(self, mind: str, size: int, token: str) -> ListDocumentsResponse:
        """`size` of `minds/{mind}` in the order of their ids, after those of the page whose `token` this is."""

    async def read(self, name: str) -> Document:
        """One of them. DOCUMENT_NOT_FOUND."""

    async def learn(self, mind: str, document: DocumentInput) -> list[DocumentResult]:
        """Learn one, or one a line; what became of each."""

    async def forget(self, name: str) -> ForgetReceipt:
        """Forget one everywhere. DOCUMENT_NOT_FOUND."""


class Hydration(Protocol):
    """The DLM, which has agents held by hosts."""

    async def hydrate(self, request: HydrateRequest, seconds: float) -> HydrateResponse:
        """See to it that hosts hold agents. NO_HOST_READY."""


class AgentHosts(Protocol):
    """The agent hosts, by their addresses."""

    async def ask(self, address: str, request: AskRequest, seconds: float) -> AskResponse:
        """Ask agents on one host. Overloaded."""


class Synthesizer(Protocol):
    """Evidence to answer."""

    async def synthesize(self, request: SynthesizeRequest, seconds: float) -> SynthesizeResponse:
        """Compose an answer in which every sentence is quoted."""


class Health(Protocol):
    """A component that answers need."""

    async def serving(self) -> bool:
        """Whether it does its work, as far as it can tell within a second."""


class Ledger(Protocol):
    """The gatekeeper, which keeps what keys use."""

    async def charge(self, batch: str, used: Mapping[tuple[str, date], Used]) -> None:
        """Keep what keys used, by their ids and days; a batch of this name that comes again counts once."""


class TraceStore(Protocol):
    """Answers with their traces, kept for a while; the oldest go first when there are too many."""

    @property
    def retained(self) -> Sequence[Retained]:
        """What lies longer of what was purged, and where."""

    lost: int
    """How many could not be kept."""

    async def keep(self, record: GetTraceResponse) -> None:
        """
        Keep an answer and its trace under the answer's name.

        Not kept if a purge since the trace's `create_time` covers it: a query that was under way while its
        sources were forgotten leaves nothing behind.
        """

    async def read(self, name: str) -> GetTraceResponse | None:
        """The record, or None if there is none any more."""

    async def judge(self, name: str, key: str, verdicts: Mapping[str, int]) -> Mapping[str, int]:
        """
        Keep what a key says of agents in an answer, and say what it said of them before.

        It goes with the answer's record; of an answer that is not kept any more, it is not kept either.
        """

    async def purge(self, mind: str, documents: Collection[str] | None) -> int:
        """Drop those of `minds/{mind}` that woke agents of one of the documents, or all (None); says how many."""
