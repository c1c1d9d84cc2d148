"""Cognitive units: what a question cost, in one number that is the same on every machine."""

from __future__ import annotations

from myriad.orchestrator.v1.trace_pb2 import Usage

A_ROUND = 4
"""Finding out whom to ask, and composing what they say."""
AN_AGENT = 1
A_JUDGED_UNIT = 8
"""A model reads it, which takes as long as several agents."""


def spent(usage: Usage) -> int:
    """What an answer cost; of a recall, which has one round, too."""
    return A_ROUND * usage.rounds + AN_AGENT * usage.agents_activated + A_JUDGED_UNIT * usage.units_judged
