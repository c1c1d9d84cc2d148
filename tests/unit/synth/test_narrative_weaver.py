"""What a unit lacks of the question is said by the headings above it."""

from __future__ import annotations

import pytest

from myriad.agent.v1.text_pb2 import SPAN_TYPE_VERSION
from synth.narrative_weaver import label
from tests.unit.synth.offering import asked, candidates, reply, unit


@pytest.mark.parametrize(
    ("question", "headings", "said"),
    [
        ("Which version added dark mode?", ["4.2.0 — 2026-01-20", "Added"], "4.2.0 — 2026-01-20 › Added"),
        ("Which version has a dark mode?", ["4.2.0 — 2026-01-20", "News"], "4.2.0 — 2026-01-20 › News"),
        ("Which version has a dark mode?", ["Appearance"], ""),
        ("What is dark in releases?", ["Appearance"], "Releases"),
    ],
)
def test_headings_label_what_they_say_more(question: str, headings: list[str], said: str) -> None:
    own = unit("There is a dark mode.", good=0.0)
    (one,) = candidates(reply("Releases", own, headings=headings))
    types = [SPAN_TYPE_VERSION] if question.startswith("Which version") else []
    assert label(asked(question, types=types), one) == said


def test_a_version_that_is_mentioned_does_not_hide_the_one_that_all_below_is_of() -> None:
    own = unit("Needs Redis 6.2; MySQL is gone.", good=1.0)
    (one,) = candidates(reply("Releases", own, headings=["7.0.0 — 16 July 2024"]))
    assert one.evidence.features.typed
    assert label(asked("Which version dropped MySQL?", types=[SPAN_TYPE_VERSION]), one) == "7.0.0 — 16 July 2024"
