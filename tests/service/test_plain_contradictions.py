"""Two short documents that say two things of one: the answer shows both sides; of two things it shows no conflict."""

from __future__ import annotations

from pathlib import Path

import pytest

from myriad.synth.v1.synthesizer_service_pb2 import SynthesizeResponse
from tests.service.line_in_process import LineInProcess

CONTRADICTED = [
    ("Who is the security officer?", "The security officer is Oliver Brandt.", "The security officer is Kadri Tamm."),
    ("What is the office dog called?", "The office dog is called Bruno.", "The office dog is called Pixel."),
    ("Who maintains the billing service?", "The billing service is maintained by Priya Raman.",
     "The billing service is maintained by Jonas Bakke."),
    ("How many vacation days do full-time employees get?", "Full-time employees get 27 days of vacation.",
     "Full-time employees get 29 days of vacation."),
    ("What is the deposit for a locker?", "The deposit for a locker is 20 euros.",
     "The deposit for a locker is 35 euros."),
    ("When does the canteen open?", "The canteen opens at 7:30.", "The canteen opens at 8:15."),
    ("How long is the probation period?", "The probation period is three months.",
     "The probation period is six months."),
    ("When was the Hallam bridge finished?", "The Hallam bridge was finished in 1931.",
     "The Hallam bridge was finished in 1934."),
    ("Which port does the metrics exporter use?", "The metrics exporter uses port 9100.",
     "The metrics exporter uses port 9464."),
]  # fmt: skip
TWO_THINGS = [
    ("Who works in the Porto office?", "Ana Reis works in the Porto office.", "Rui Costa works in the Porto office."),
    ("How much does Sencha cost?", "Sencha costs 4 euros a bag.", "Matcha costs 9 euros a bag."),
    ("Which room has a projector?", "Room 12 has a projector.", "Room 14 has a projector."),
    ("How many desks does the Oslo office have?", "The Oslo office has 12 desks.", "The Porto office has 14 desks."),
    ("What is the limit for uploads?", "The limit is 10 MB.", "The limit is 20 MB."),
    ("Who does Ana Reis work with?", "Ana Reis works with Rui Costa.", "Ana Reis works with Ida Holm."),
    ("When was Hallam bridge repaired?", "It was repaired in 1961.", "It was repaired in 1974."),
    ("Who wrote to the board?", "The letter to the board was written by Ana Reis.",
     "The reply to the board was written by Ida Holm."),
]  # fmt: skip


def answer(folder: Path, question: str, one: str, other: str) -> SynthesizeResponse:
    documents = [
        ("file:///notes/first.md", f"# First notes\n\n{one}", "text/markdown"),
        ("file:///letters/second.md", f"# Another letter\n\n{other}", "text/markdown"),
    ]
    return LineInProcess(folder, documents).answer(question)


@pytest.mark.parametrize(("question", "one", "other"), CONTRADICTED)
def test_what_is_said_otherwise_elsewhere_is_shown(tmp_path: Path, question: str, one: str, other: str) -> None:
    found = answer(tmp_path, question, one, other)
    (made,) = found.conflicts
    assert {found.citations[claim.citation].quote for claim in made.claims} == {one, other}


@pytest.mark.parametrize(("question", "one", "other"), TWO_THINGS)
def test_what_is_said_of_another_thing_is_no_conflict(tmp_path: Path, question: str, one: str, other: str) -> None:
    assert not answer(tmp_path, question, one, other).conflicts
