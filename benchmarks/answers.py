"""
Answers over real documents, in one process: `python -m benchmarks.answers FOLDER… [--only NAME,…] [--tier base]`.

Each FOLDER holds sets (`questions.jsonl` with `documents/` or `passages.jsonl`), and beside the folders lies
`measure.py`, whose measures are taken: whether the lead answers, whether the quotes hold the answer, whether it is
found at all, and what confidence is worth. Minds are kept as long as nothing that learning depends on changes.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from myriad.genesis.v1.document_pb2 import DocumentInput
from myriad.synth.v1.synthesis_pb2 import AnswerState
from orchestrator.tiers import Tiers
from scripts.in_process import Mind

ROOT = Path(__file__).parents[1]
_LEARNING = ("genesis", "language", "connectome", "proto")
_SUFFIXES = {".py", ".proto", ".txt", ".tsv", ".json", ".toml", ".csv"}
_RECALLED = 20


def main() -> None:
    parser = argparse.ArgumentParser(description="Answers over real documents, in one process.")
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--only", default="", help="names of sets, with commas between")
    parser.add_argument("--tier", default="base")
    parser.add_argument("--questions", type=int, default=0, help="so many of each set at most")
    parser.add_argument("--show", action="store_true", help="print each question with its lead")
    arguments = parser.parse_args()
    only = tuple(filter(None, arguments.only.split(",")))
    seconds, count = 0.0, 0

    def run(name: str, documents: dict[str, tuple[str, str, str]], rows: list[dict[str, Any]]) -> Iterator[Any]:
        nonlocal seconds, count
        mind, tier = learned(name, documents), Tiers().named(arguments.tier)
        for row in rows[: arguments.questions or None]:
            began = time.process_time()
            answer = mind.answer(row["question"], tier).record().answer
            seconds, count = seconds + time.process_time() - began, count + 1
            cited = [one.quote for one in sorted(answer.citations, key=lambda one: one.text_start)]
            recalled = mind.recall(row["question"], _RECALLED, tier)
            outcome = AnswerState.Name(answer.state).removeprefix("ANSWER_STATE_")
            if arguments.show:
                show(measure, row, cited, outcome, answer.short_answer, answer.confidence)
            yield row, cited, " ".join(cited), recalled, answer.confidence, outcome, answer.short_answer

    measure = measures(arguments.folders[0].parent)
    measure.measure(arguments.folders, run, only)
    print(f"processor time of a question, without servers: {seconds / max(count, 1) * 1e3:.1f} ms")


def measures(folder: Path) -> ModuleType:
    """`measure.py`, as it lies beside the sets."""
    spec = importlib.util.spec_from_file_location("measure", folder / "measure.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def learned(name: str, documents: dict[str, tuple[str, str, str]]) -> Mind:
    """A mind that knows the documents, from an earlier run if nothing has changed."""
    key = hashlib.sha256(code() + json.dumps(documents).encode()).hexdigest()[:24]
    folder = Path(tempfile.gettempdir()) / "myriad-minds" / f"{name}-{key}"
    if not folder.exists():
        given = [
            DocumentInput(
                id=hashlib.sha1(uri.encode()).hexdigest()[:16], uri=uri, title=title, text=text, media_type=media_type
            )
            for uri, (title, text, media_type) in documents.items()
        ]
        # Learned aside, so that whoever comes at the same time, or after one that was killed, finds all or nothing.
        folder.parent.mkdir(exist_ok=True)
        aside = Path(tempfile.mkdtemp(dir=folder.parent))
        for one in Mind(aside, given).failed:
            print(f"  not learned: {one.uri}: {one.message}")
        try:
            aside.rename(folder)
        except OSError:
            shutil.rmtree(aside)
    return Mind(folder)


_code: list[bytes] = []


def code() -> bytes:
    """A hash of all that learning depends on."""
    if not _code:
        whole = hashlib.sha256()
        for package in _LEARNING:
            for file in sorted((ROOT / package).rglob("*")):
                if file.suffix in _SUFFIXES:
                    whole.update(file.read_bytes())
        _code.append(whole.digest())
    return _code[0]


def show(measure: ModuleType, row: dict[str, Any], cited: list[str], state: str, short: str, sure: float) -> None:
    lead = measure.cut(cited[0], 50) if cited else ""
    right = measure.hit(lead, row) if row["answers"] else None
    print(f"{'+' if right else '-'} {state} {sure:.2f} {row['question']}")
    print(f"    [{short}] {lead}\n    = {row['answers'][:2]}")


if __name__ == "__main__":
    main()
