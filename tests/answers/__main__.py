"""What becomes of the small cases: `PYTHONPATH=gen python -m tests.answers [-v] [--only KIND] [--tier base]`."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from myriad.synth.v1.synthesis_pb2 import AnswerState
from tests.answers.judging import Judged, cases, judged


def main() -> None:
    parser = argparse.ArgumentParser(description="What becomes of small cases.")
    parser.add_argument("--only", default="", help="cases whose kind begins so")
    parser.add_argument("--tier", default="base")
    parser.add_argument("-v", action="store_true", help="show every answer, not only what is wrong")
    arguments = parser.parse_args()
    passed, asked = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for case in cases(arguments.only):
            found = list(judged(case, Path(folder) / case.kind, arguments.tier))
            right = sum(not one.wrong for one in found)
            passed, asked = passed + right, asked + len(found)
            print(f"{case.kind}: {right} of {len(found)}", flush=True)
            for one in found:
                if one.wrong or arguments.v:
                    _show(one)
    print(f"{passed} of {asked}, {passed / max(asked, 1):.3f}")


def _show(one: Judged) -> None:
    answer = one.answer
    state = AnswerState.Name(answer.state).removeprefix("ANSWER_STATE_").lower()
    print(f"  {'-' if one.wrong else '+'} {one.question.text}  {'; '.join(one.wrong)}")
    print(f"      {state} {answer.confidence:.2f} [{answer.short_answer}] {' '.join(answer.text.split())[:400]}")


if __name__ == "__main__":
    main()
