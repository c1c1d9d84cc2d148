"""A mind moved from one deployment to another answers there what it answered here."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectome.weights import QUARTER
from tests.conftest import SOAK_SECONDS
from tests.system.harness import Up, environment, needs_all, start, until
from tests.system.production import production

pytestmark = needs_all

ANSWER = re.compile("ans_[a-z2-7]{20}")
QUESTIONS = ("Who keeps the lighthouse of Brindlemoor?", "When was the lighthouse of Vexholm built?", "Who is Otto?")
DOCUMENTS: list[dict[str, Any]] = [
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


def learn(up: Up, mind: str, documents: Sequence[Mapping[str, Any]]) -> None:
    with up.http() as http:
        learned = http.post(f"/v1/minds/{mind}/documents:learn", json={"documents": documents}, timeout=60)
    assert learned.is_success, learned.text


def taught(up: Up) -> None:
    """The documents, and what a verdict on an answer has taught."""
    learn(up, "main", DOCUMENTS)
    with up.http() as http:
        answer = http.post("/v1/query", json={"mind": "main", "question": QUESTIONS[0]}).json()
        name = answer.get("name") or answer["answer"]["name"]
        verdict = {"verdict": "VERDICT_HELPFUL", "wholeAnswer": True}
        assert http.post(f"/v1/{name}:feedback", json=verdict).is_success


def exported(up: Up, mind: str, file: Path) -> Path:
    done = up.run("export", mind, str(file), "--json")
    assert done.returncode == 0, done.stderr
    return file


def asked(up: Up, mind: str) -> list[Any]:
    with up.http() as http:
        answers = [
            http.post("/v1/query", json={"mind": mind, "question": question, "model": "myriad-max"}).json()
            for question in QUESTIONS
        ]
    assert "Zenobia Quillfeather" in answers[0]["answer"]["text"]
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


def within_a_quarter(seconds: float) -> None:
    """What use taught wears off from one quarter of an hour to the next."""
    if (left := QUARTER - time.time() % QUARTER) < seconds:
        time.sleep(left)


def test_a_mind_answers_after_the_move_what_it_answered_before(tmp_path: Path) -> None:
    file = tmp_path / "main.myriad"
    within_a_quarter(45)
    with running(tmp_path / "here") as up:
        taught(up)
        before, had = asked(up, "main"), known(up, "main")
        exported(up, "main", file)
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


@pytest.mark.soak
@pytest.mark.timeout(SOAK_SECONDS)
def test_a_mind_moves_from_a_laptop_to_servers_and_answers_there_the_same(tmp_path: Path) -> None:
    file = tmp_path / "main.myriad"
    within_a_quarter(300)
    with running(tmp_path / "laptop") as up:
        taught(up)
        before, had = asked(up, "main"), known(up, "main")
        exported(up, "main", file)
    (tmp_path / "servers").mkdir()
    with production(tmp_path / "servers") as up:
        done = up.run("import", str(file), "--json")
        assert done.returncode == 0, done.stderr
        assert asked(up, "main") == before
        assert known(up, "main") == had


MANY = 6_000
SECONDS = 60.0


def document_count(up: Up, mind: str) -> int:
    """How much of a mind is there; genesis need not run."""
    with up.http() as http:
        found = http.get(f"/v1/minds/{mind}")
    return int(found.json()["mind"].get("documents", 0)) if found.status_code == httpx.codes.OK else 0


@contextmanager
def importing(up: Up, file: Path, mind: str) -> Iterator[subprocess.Popen[bytes]]:
    """`myriad import`, once a part of the mind is there."""
    command = [sys.executable, "-m", "cli", "import", str(file), "--mind", mind]
    told = environment(MYRIAD_URL=up.url, MYRIAD_API_KEY=up.key)
    with subprocess.Popen(command, env=told, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            until(lambda: document_count(up, mind) or process.poll() is not None, SECONDS)
            assert process.poll() is None
            yield process
        finally:
            process.kill()


@pytest.mark.soak
@pytest.mark.timeout(SOAK_SECONDS)
def test_an_import_that_is_killed_half_way_is_refused_to_others_and_goes_on(tmp_path: Path) -> None:
    with running(tmp_path / "here") as up:
        many = [{"id": f"d{n}", "title": f"Tower {n}", "text": f"Otto Lindqvist keeps tower {n}."} for n in range(MANY)]
        for start_at in range(0, MANY, 1_000):
            learn(up, "many", many[start_at : start_at + 1_000])
        learn(up, "other", DOCUMENTS)
        file, other = exported(up, "many", tmp_path / "many.myriad"), exported(up, "other", tmp_path / "other.myriad")
        for victim in ("client", "genesis"):
            with importing(up, file, victim) as process:
                killed = process.pid if victim == "client" else up.pid("genesis")
                assert killed
                os.kill(killed, signal.SIGKILL)
                assert process.wait(SECONDS) != 0
            until(lambda killed=killed: up.pid("genesis") not in (None, killed), SECONDS)  # type: ignore[misc]
            assert 0 < document_count(up, victim) < MANY
            until(lambda victim=victim: "MIND_EXISTS" in up.run("import", str(other), "--mind", victim).stderr, SECONDS)  # type: ignore[misc]
            done = up.run("import", str(file), "--mind", victim, "--json")
            assert done.returncode == 0, done.stderr
            assert document_count(up, victim) == json.loads(done.stdout)["documents"] == MANY
            assert up.run("repair", victim).returncode == 0
            assert "MIND_EXISTS" in up.run("import", str(file), "--mind", victim).stderr
