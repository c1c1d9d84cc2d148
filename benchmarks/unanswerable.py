"""Questions with nothing to answer them: their gold passages are not there. As many others can be answered."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.datasets import Dataset, halves


def unanswerable(data: Dataset) -> Iterator[Dataset]:
    """Two minds, each without the gold passages of one half of the questions; both are asked all questions."""
    cases = [case for case in data.cases if case.get("gold")]
    for number, without in enumerate(halves(cases)):
        missing = {title for case in without for title in case["gold"]}
        asked = [case | {"answerable": missing.isdisjoint(case["gold"])} for case in cases]
        kept = [passage for passage in data.passages if passage["title"] not in missing]
        yield Dataset(f"{data.name}-unanswerable-{number}", kept, asked)
