"""Spelling: the question with its names as what agents said has them."""

from __future__ import annotations

from collections.abc import Sequence

from language.spelling import Respelt, respelt
from myriad.synth.v1.synthesis_pb2 import Format
from myriad.synth.v1.synthesizer_service_pb2 import RankedReply
from synth.markdown import escaped
from synth.words import read


def understood(question: str, replies: Sequence[RankedReply]) -> Respelt:
    """The question in the spelling of titles, subjects and the names on the ways to the agents."""
    heard: set[str] = set()
    names: list[str] = []
    ways: list[str] = []
    for one in replies:
        reply = one.reply
        for text in (reply.title, *reply.heading_path, *(evidence.quote for evidence in reply.evidence)):
            heard.update(read(text)[1].split())
        names += filter(None, (reply.title, reply.subject))
        ways += one.path
    return respelt(question, heard, (*names, *ways))


def noted(respelt: Respelt, style: Format.ValueType) -> str:
    """The words with which an answer tells what it took for what."""
    shown = escaped if style in (Format.FORMAT_MARKDOWN, Format.FORMAT_UNSPECIFIED) else str
    taken = ", ".join(f"‘{shown(asked)}’ as ‘{shown(other)}’" for asked, other in respelt.taken)
    return f"Taking {taken}. " if taken else ""
