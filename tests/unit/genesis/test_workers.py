"""Workers: what they write, and what becomes of what they cannot."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

import pytest

from genesis.drafts import Draft, Drafter
from genesis.fairness import CallerLeft, Turns
from genesis.packets import frames, told
from genesis.processors import processors
from genesis.texts import Told
from genesis.workers import FEWEST_PASSAGES, Workers
from myriad.genesis.v1.document_pb2 import DocumentInput


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    made = Workers(2)
    yield made
    made.close()


@pytest.fixture
def turns() -> Iterator[Turns]:
    made = Turns()
    yield made
    made.close()


def drafts(count: int, sections: int = 1) -> list[Draft]:
    """Documents of a passage for each of their sections."""
    text = "".join(
        f"## Part {number}\n\nMaria Weber wrote part {number} of it on 3 May 1987.\n\n" for number in range(sections)
    )
    made = [
        one
        for number in range(count)
        for one in Drafter("minds/m").drafts(
            DocumentInput(id=f"d{number}", text=f"# The Lamp (TL{number})\n\n{text}", media_type="text/markdown")
        )
    ]
    assert all(isinstance(one, Draft) for one in made)
    return [one for one in made if isinstance(one, Draft)]


async def test_workers_write_what_this_process_would_in_the_order_of_the_documents(
    workers: Workers, turns: Turns
) -> None:
    given = [*drafts(40), *drafts(1, 150), *drafts(3, 20)]
    with turns.share("k") as share:
        assert await workers.written(share, given) == [frames(draft) for draft in given]


async def test_a_few_passages_are_not_worth_a_process(turns: Turns) -> None:
    workers = Workers(2)
    with turns.share("k") as share:
        assert await workers.written(share, drafts(FEWEST_PASSAGES - 1)) == [None] * (FEWEST_PASSAGES - 1)
    assert workers._pool is None


async def test_where_there_is_one_processor_there_are_no_workers(turns: Turns) -> None:
    with turns.share("k") as share:
        assert await Workers(1).written(share, drafts(FEWEST_PASSAGES)) == [None] * FEWEST_PASSAGES


@pytest.mark.parametrize(("limit", "most"), [("100000 100000\n", 1), ("50000 100000\n", 1), ("max 100000\n", 9_999)])
def test_a_container_has_as_many_processors_as_its_limit_says(tmp_path: Path, limit: str, most: int) -> None:
    file = tmp_path / "cpu.max"
    file.write_text(limit)
    assert 1 <= processors(file) <= most


async def test_a_document_that_cannot_be_read_keeps_no_other_from_being_written(
    workers: Workers, turns: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = drafts(FEWEST_PASSAGES)
    no_names = cast("Sequence[str]", 7)

    def broken(draft: Draft) -> Told:
        return told(draft)._replace(about=no_names) if draft is given[3] else told(draft)

    monkeypatch.setattr("genesis.workers.told", broken)
    with turns.share("k") as share:
        found: Sequence[object] = await workers.written(share, given)
    assert [at for at, one in enumerate(found) if one is None] == [3]


async def test_what_dies_is_started_again(workers: Workers, turns: Turns) -> None:
    given = drafts(1, FEWEST_PASSAGES)
    with turns.share("k") as share:
        await workers.written(share, given)
        assert workers._pool is not None
        for process in list(workers._pool._processes):
            os.kill(process, signal.SIGKILL)
        assert await workers.written(share, given) in ([None], [frames(given[0])])
        assert await workers.written(share, given) == [frames(given[0])]


async def test_for_a_caller_who_has_left_nothing_is_written(workers: Workers, turns: Turns) -> None:
    with turns.share("k") as share:
        pass
    with pytest.raises(CallerLeft):
        await workers.written(share, drafts(FEWEST_PASSAGES))
