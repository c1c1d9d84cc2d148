"""Questions with nothing, or not enough, to answer them: their gold passages are not there."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.datasets import Case, Dataset, choose, halves


def unanswerable(data: Dataset) -> Iterator[Dataset]:
    """Two minds, each without the gold passages of one half of the questions; both are asked all questions."""
    cases = [case for case in data.cases if case.get("gold")]
    for number, without in enumerate(halves(cases)):
        missing = {title for case in without for title in case["gold"]}
        asked = [case | {"answerable": missing.isdisjoint(case["gold"])} for case in cases]
        kept = [passage for passage in data.passages if passage["title"] not in missing]
        yield Dataset(f"{data.name}-unanswerable-{number}", kept, asked)


def broken(data: Dataset) -> Iterator[Dataset]:
    """Two minds, in each of which half of the questions have lost one gold passage of several. Whether what is left
    answers them, nobody knows: only those questions are asked, and none is called answerable or not."""
    cases = [case for case in data.cases if len(case.get("gold", ())) > 1]
    for number, asked in enumerate(halves(cases)):
        missing = {choose(f"broken {case['question']}", sorted(case["gold"])) for case in asked}
        kept = [passage for passage in data.passages if passage["title"] not in missing]
        yield Dataset(f"{data.name}-broken-{number}", kept, list[Case](asked))
