"""Subtitles: sentences whole again, by who says them."""

from __future__ import annotations

from genesis.readers import text
from tests.unit.genesis.readers.shown import check

SRT = """1
00:00:01,000 --> 00:00:03,500
Welcome to the workshop on

2
00:00:03,600 --> 00:00:06,000
bicycle repair. I'm <i>Anna</i>.

3
00:00:07,000 --> 00:00:10,200
- How many bar?
- Four.
"""
VTT = """WEBVTT

NOTE made by hand

00:01.000 --> 00:03.500
<v Anna>Welcome.

intro-2
00:03.600 --> 00:06.000 align:start
<v Ben>How many bar?
"""


def test_sentences_go_on_in_the_next_cue_and_others_who_speak_begin_anew() -> None:
    made = text.read(SRT)
    check(made)
    assert [one.text.text for one in made.blocks] == [
        "Welcome to the workshop on bicycle repair. I'm Anna.",
        "How many bar?",
        "Four.",
    ]


def test_voices_are_turns_with_their_time() -> None:
    made = text.read(VTT)
    check(made)
    assert [(one.speaker, one.date, one.text.text) for one in made.blocks] == [
        ("Anna", "T00:00:01", "Welcome."),
        ("Ben", "T00:00:03", "How many bar?"),
    ]


def test_a_text_that_tells_of_cues_is_read_as_a_text() -> None:
    made = text.read(f"{SRT}\n{'A cue has a number, its time and its lines. ' * 40}\n")
    check(made)
    assert "00:00:01,000" in " ".join(one.text.text for one in made.blocks)
