"""A question over HTTP: from the fields of a request to an answer, once for each idempotency key."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from starlette.requests import Request

from mesh import call
from mesh.errors import InvalidField
from myriad.orchestrator.v1 import orchestrator_service_pb2 as pb
from myriad.orchestrator.v1.answer_pb2 import Answer
from myriad.synth.v1.synthesis_pb2 import Format
from orchestrator.http import tokens
from orchestrator.http.boundary import NO_CONTEXT
from orchestrator.http.fields import Fields
from orchestrator.http.given import Given
from orchestrator.http.kept import Kept
from orchestrator.http.leaving import while_there
from orchestrator.http.messages import Message, question
from orchestrator.service import OrchestratorServicer
from orchestrator.tiers import Tiers

IDEMPOTENCY_KEY = "idempotency-key"
LONGEST_KEY = 255
_FORMATS = {"text": Format.FORMAT_MARKDOWN, "json_object": Format.FORMAT_JSON}


@dataclass(frozen=True)
class Asked:
    """A question as it came, and what the client wants of the answer."""

    request: pb.StreamQueryRequest
    prompt_tokens: int
    most_tokens: int | None
    repeat: str
    """By what the same request is known when it comes again; empty if its client does not say."""

    def given(self, answer: Answer) -> Given:
        return Given.of(answer, self.request.question, self.prompt_tokens, self.most_tokens)


class Asking:
    """Asks the orchestrator, in the same process."""

    def __init__(self, orchestrator: OrchestratorServicer, tiers: Tiers) -> None:
        self._orchestrator = orchestrator
        self._tiers = tiers
        self._kept = Kept[Given]()

    async def read(
        self,
        request: Request,
        body: Fields,
        messages: Sequence[Message],
        field: str,
        most_tokens: int | None,
        format: Fields,
    ) -> Asked:
        """
        What is asked in a body whose `messages` came in its `field`.

        InvalidField, ModelNotFound, MindRequired, MindNotFound.
        """
        kind = format.text("type", "text")
        if kind not in _FORMATS:
            raise InvalidField(format.path("type"), "is text or json_object: a schema cannot be followed")
        wanted = pb.StreamQueryRequest(
            question=question(messages, field),
            model=self._tiers.named(body.text("model")).id,
            mind=mind(body),
            format=_FORMATS[kind],
        )
        prompt = sum(tokens.count(message.text) for message in messages)
        return Asked(wanted, prompt, most_tokens, await _repeat(request))

    async def answer(self, asked: Asked, request: Request) -> Given:
        """The answer. The work ends when the client has gone."""
        if kept := self._kept.get(asked.repeat):
            return kept
        wanted = pb.QueryRequest.FromString(asked.request.SerializeToString())
        response = await while_there(request, self._orchestrator.Query(wanted, NO_CONTEXT))
        return self._keep(asked, response.answer)

    async def steps(self, asked: Asked) -> AsyncIterator[pb.StepFinished | Given]:
        """Each step as it ends, then the answer."""
        if kept := self._kept.get(asked.repeat):
            yield kept
            return
        async for one in self._orchestrator.StreamQuery(asked.request, NO_CONTEXT):
            if one.HasField("step"):
                yield one.step
            elif one.HasField("answer"):
                yield self._keep(asked, one.answer)

    def _keep(self, asked: Asked, answer: Answer) -> Given:
        given = asked.given(answer)
        self._kept.put(asked.repeat, given)
        return given


def mind(body: Fields) -> str:
    """The mind that a body means. InvalidField, MindRequired, MindNotFound."""
    metadata = body.object("metadata")
    return call.caller.get().mind(metadata.text("mind"), metadata.path("mind"))


async def _repeat(request: Request) -> str:
    key = request.headers.get(IDEMPOTENCY_KEY, "")
    if not key:
        return ""
    if len(key) > LONGEST_KEY:
        raise InvalidField(IDEMPOTENCY_KEY, f"has {LONGEST_KEY} characters at most")
    caller, content = call.caller.get(), hashlib.sha256(await request.body()).hexdigest()
    return "\n".join((caller.key, ",".join(sorted(caller.minds)), request.url.path, key, content))
