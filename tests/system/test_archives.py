"""A mind moved from one deployment to another answers there what it answered here."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from connectome.weights import QUARTER
from tests.system.harness import Up, needs_all, start

pytestmark = needs_all

ANSWER = re.compile("ans_[a-z2-7]{20}")
QUESTIONS = ("Who keeps the lighthouse of Brindlemoor?", "When was the lighthouse of Vexholm built?", "Who is Otto?")
DOCUMENTS = [
    {"id": "z-first", "title": "Brindlemoor", "text": "Zenobia Quillfeather keeps the lighthouse of Brindlemoor."},
    {
        "id": "vexholm",
        "title": "Vexholm",
        "text": "The lighthouse of Vexholm was built by Zenobia Quillfeather in 1871.",
        "uri": "file:///vexholm.md",
        "metadata": {"shelf": "3"},
        "pinned": True,
    },
    *(
        {"id": f"a-{n}", "title": f"Tower {n}", "text": f"Otto Lindqvist keeps tower {n}. It is tall."}
        for n in range(40)
    ),
]


@contextmanager
def running(folder: Path) -> Iterator[Up]:
    folder.mkdir()
    up = start(folder / "data", folder / "state")
    try:
        yield up
    finally:
        up.stop()


def asked(up: Up, mind: str) -> list[Any]:
    with up.http() as http:
        answers = [
            http.post("/v1/query", json={"mind": mind, "question": question, "model": "myriad-max"}).json()
            for question in QUESTIONS
        ]
    assert answers[0]["answer"]["shortAnswer"] == "Zenobia Quillfeather"
    return [without_names(answer, mind) for answer in answers]


CHANGING = (
    "answerId",
    "createTime",
    "updateTime",
    "elapsedMs",
    "timings",
    "mindVersion",
    "weightsAsOf",
    "agentsHydrated",
    "cacheHits",
)


def without_names(value: Any, mind: str) -> Any:
    """An answer without what differs from one time to the next, or from one mind to the next."""
    match value:
        case dict():
            return {key: without_names(one, mind) for key, one in value.items() if key not in CHANGING}
        case list():
            return [without_names(one, mind) for one in value]
        case str():
            return ANSWER.sub("", value.replace(f"minds/{mind}", ""))
    return value


def known(up: Up, mind: str) -> Any:
    with up.http() as http:
        documents = http.get(f"/v1/minds/{mind}/documents", params={"pageSize": 1000}).json()
        weights = http.get(f"/v1/minds/{mind}/weights", params={"pageSize": 1000}).json()
    for one in weights.get("weights", []):
        one["weight"] = pytest.approx(one["weight"], abs=1e-4)  # it wears off from one second to the next
    times = [
        (one["createTime"], one["updateTime"])
        for one in [*documents["documents"], *weights["weights"]]
        if "createTime" in one
    ]
    assert weights["weights"]
    return times, without_names([documents, weights], mind)


def test_a_mind_answers_after_the_move_what_it_answered_before(tmp_path: Path) -> None:
    file = tmp_path / "main.myriad"
    if (left := QUARTER - time.time() % QUARTER) < 45:
        time.sleep(left)  # what use taught wears off from one quarter of an hour to the next
    with running(tmp_path / "here") as up:
        with up.http() as http:
            assert http.post("/v1/minds/main/documents:learn", json={"documents": DOCUMENTS}).is_success
            answer = http.post("/v1/query", json={"mind": "main", "question": QUESTIONS[0]}).json()
            name = answer.get("name") or answer["answer"]["name"]
            assert http.post(
                f"/v1/{name}:feedback", json={"verdict": "VERDICT_HELPFUL", "wholeAnswer": True}
            ).is_success
        before, had = asked(up, "main"), known(up, "main")
        done = up.run("export", "main", str(file), "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["documents"] == len(DOCUMENTS)
        with up.http() as http:
            made = http.post("/v1/keys", json={"role": "ROLE_ADMIN", "minds": ["other"]}).json()
        theirs = Up(up.process, up.data, up.ready_file, up.url, made["secret"])
        assert "MIND_NOT_FOUND" in theirs.run("export", "main", str(tmp_path / "stolen")).stderr
        assert not list(tmp_path.glob("*stolen*"))
        assert "MIND_NOT_FOUND" in theirs.run("import", str(file)).stderr
        again = up.run("import", str(file))
        assert "MIND_EXISTS" in again.stderr
        renamed = theirs.run("import", str(file), "--mind", "other", "--json")
        assert renamed.returncode == 0, renamed.stderr
        assert asked(up, "other") == before
        assert known(up, "other") == had
    with running(tmp_path / "there") as up:
        done = up.run("import", str(file), "--json")
        assert done.returncode == 0, done.stderr
        assert asked(up, "main") == before
        assert known(up, "main") == had
        damaged = tmp_path / "damaged.myriad"
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        damaged.write_bytes(content)
        refused = up.run("import", str(damaged), "--mind", "broken")
        assert "ARCHIVE_DAMAGED" in refused.stderr
        assert "broken" not in up.run("minds", "--json").stdout
