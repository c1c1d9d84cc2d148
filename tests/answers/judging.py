"""
Small cases: documents of one kind, questions with rules for their answers, and what becomes of them in this process.

A case is a text file in `cases/`, named by its kind: `--- file NAME` opens a document, `--- ask` the questions. Of a
question, `? ` and what is asked; then rules, with ` | ` between alternatives, without regard to case and white space:

    lead    one of these is in the short answer or in the text before the first citation
    all     all of these are in the text or the short answer
    not     none of these is in the lead
    state   how it comes out; if left out, ANSWERED
    short   what the short answer may be besides what `lead` says
    place   where the first quote stands: `page 2`, `sheet Prices`

A document whose name ends as a PDF, a Word file and the like do is made into one (`tests.files.written`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mesh.access import MindNotFound
from mesh.documents import MEDIA_TYPES, NO_TEXT, media_type
from myriad.agent.v1.text_pb2 import Place, PlaceKind
from myriad.genesis.v1.document_pb2 import DocumentInput
from myriad.orchestrator.v1.answer_pb2 import Answer
from myriad.synth.v1.synthesis_pb2 import AnswerState
from orchestrator.tiers import Tiers
from scripts.in_process import Mind
from tests import files

CASES = Path(__file__).with_name("cases")
_MARKS = re.compile(r"[*_`\\]")
_SPACE = re.compile(r"\s+")
_CITED = re.compile(r"\[\d+\]")
_TEXT = "text/plain"


@dataclass(slots=True)
class Question:
    """What is asked, and the rules for its answer."""

    text: str
    rules: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """Documents of one kind, by their names, and what is asked of them."""

    kind: str
    documents: dict[str, str]
    questions: Sequence[Question]


@dataclass(frozen=True, slots=True)
class Judged:
    """A question with its answer, and what is wrong with that."""

    case: Case
    question: Question
    answer: Answer
    wrong: Sequence[str]


def cases(only: str = "") -> list[Case]:
    """All cases, or those whose kind begins so."""
    files = sorted(CASES.glob("*.txt"))
    return [_read(file.stem, file.read_text("utf-8")) for file in files if file.stem.startswith(only)]


def _read(kind: str, text: str) -> Case:
    documents, asked = text.split("\n--- ask\n")
    pieces = re.split(r"^--- file (.+)\n", documents, flags=re.MULTILINE)[1:]
    questions: list[Question] = []
    for line in filter(None, asked.splitlines()):
        name, _, rest = line.partition(" ")
        if name == "?":
            questions.append(Question(rest))
        else:
            questions[-1].rules[name.removesuffix(":")] = [one.strip() for one in rest.split(" | ")]
    return Case(kind, dict(zip(pieces[::2], pieces[1::2], strict=True)), questions)


def judged(case: Case, folder: Path, tier: str = "base") -> Iterator[Judged]:
    """Learn a case, as far as it can be learned, and ask its questions."""
    mind = Mind(
        folder,
        [
            DocumentInput(content=_content(name, text), uri=f"file:///{name}", media_type=media_type(name) or _TEXT)
            for name, text in case.documents.items()
        ],
    )
    for question in case.questions:
        try:
            answer = mind.answer(question.text, Tiers().named(tier)).record().answer
        except MindNotFound:
            yield Judged(case, question, Answer(), ["nothing was learned"])
        else:
            yield Judged(case, question, answer, list(_wrong(question.rules, answer)))


def _content(name: str, text: str) -> bytes:
    ending = Path(name).suffix
    return files.written(ending, text) if MEDIA_TYPES.get(ending) in NO_TEXT else text.encode()


def _place(answer: Answer) -> str:
    place = answer.citations[0].place if answer.citations else Place()
    kind = PlaceKind.Name(place.kind).removeprefix("PLACE_KIND_").lower()
    return f"{kind} {place.title if kind == 'sheet' else place.number}"


def _wrong(rules: dict[str, list[str]], answer: Answer) -> Iterator[str]:
    lead = f"{answer.short_answer}\n{_CITED.split(answer.text, maxsplit=1)[0]}"
    whole = f"{answer.short_answer}\n{answer.text}"
    state = AnswerState.Name(answer.state).removeprefix("ANSWER_STATE_")
    wanted, allowed = rules.get("lead", []), rules.get("state", ["ANSWERED"])
    if state not in allowed:
        yield f"state {state}"
    if wanted and not any(_has(lead, one) for one in wanted):
        yield f"lead lacks {' | '.join(wanted)}"
    if lacking := [one for one in rules.get("all", ()) if not _has(whole, one)]:
        yield f"lacks {', '.join(lacking)}"
    if present := [one for one in rules.get("not", ()) if _has(lead, one)]:
        yield f"lead has {', '.join(present)}"
    if (places := rules.get("place")) and _place(answer) not in places:
        yield f"place {_place(answer)}"
    right = [*wanted, *rules.get("short", ())]
    short = answer.short_answer
    if wanted and short and not any(_has(short, one) or _has(one, short) for one in right):
        yield f"short answer {short!r}"


def _has(text: str, wanted: str) -> bool:
    return _flat(wanted) in _flat(text)


def _flat(text: str) -> str:
    return _SPACE.sub(" ", _MARKS.sub("", text)).casefold()
