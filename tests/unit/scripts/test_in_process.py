"""A mind in this process."""

from __future__ import annotations

from pathlib import Path

from benchmarks.datasets import Dataset
from scripts.in_process import Mind, asked, documents_of

PASSAGES = [
    {"title": "Ada Holm", "text": "Ada Holm was born in Turku. She wrote novels.", "id": "ada"},
    {"title": "Per Lund", "text": "Per Lund was born in Oslo.", "id": "per"},
]


def test_every_question_gets_an_answer_with_its_features_however_unsure(tmp_path: Path) -> None:
    data = Dataset("two", PASSAGES, [{"question": "Where was Ada Holm born?"}, {"question": "Why does Ada Holm sing?"}])
    for model in ("myriad-swift", "myriad-base", "myriad-max"):
        outcomes = asked(Mind(tmp_path / model, documents_of(data)), data, model)
        assert outcomes[0].answer["state"] == "ANSWER_STATE_ANSWERED"
        assert all(one.answer["trace"]["features"] for one in outcomes)
