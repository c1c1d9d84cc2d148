"""The chain: which documents lead from the question to the answer, and in which order."""

from __future__ import annotations

from collections.abc import Sequence

from myriad.synth.v1.synthesizer_service_pb2 import RankedReply
from synth.selection import Supported
from synth.words import fold, subject


def chain_first(replies: Sequence[RankedReply], taken: Sequence[Supported]) -> list[str]:
    """The documents quoted: those whose subjects lie on the way to the best one, that one, then the rest by support."""
    by_support = list(dict.fromkeys(one.quote.reply.document for one in taken))
    if not by_support:
        return []
    way = {fold(name) for one in replies if one.reply.document == by_support[0] for name in one.path}
    titles = {one.quote.reply.document: fold(subject(one.quote.reply.title)) for one in taken}
    before = [document for document in by_support[1:] if titles[document] in way]
    return list(dict.fromkeys([*before, *by_support]))
