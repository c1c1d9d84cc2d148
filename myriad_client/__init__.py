"""Myriad's client: `Myriad`, which waits for each answer, and `AsyncMyriad` for asyncio."""

from myriad_api.myriad.genesis.v1 import Document, DocumentInput, DocumentResult, DocumentResultState
from myriad_api.myriad.orchestrator.v1 import Answer, Passage, StepFinished
from myriad_api.myriad.synth.v1 import AnswerState, Citation
from myriad_client.asynchronous import AsyncMyriad
from myriad_client.blocking import Myriad
from myriad_client.errors import (
    Cancelled,
    DeadlineExceeded,
    InvalidRequest,
    MyriadError,
    NotFound,
    PermissionDenied,
    ResourceExhausted,
    Unauthenticated,
    Unavailable,
)

__all__ = [
    "Answer",
    "AnswerState",
    "AsyncMyriad",
    "Cancelled",
    "Citation",
    "DeadlineExceeded",
    "Document",
    "DocumentInput",
    "DocumentResult",
    "DocumentResultState",
    "InvalidRequest",
    "Myriad",
    "MyriadError",
    "NotFound",
    "Passage",
    "PermissionDenied",
    "ResourceExhausted",
    "StepFinished",
    "Unauthenticated",
    "Unavailable",
]
