"""`myriad up` with every component and a real Envoy: what a person at a shell would see."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.system.harness import STOP_SECONDS, Up, alive, free_port, myriad, needs_all, start, until

PROCESSES = 6
DOCUMENTS = (
    {"id": "lena", "title": "Lena", "text": "The Lena is a river in Siberia. It flows into the Laptev Sea."},
    {"id": "laptev", "title": "Laptev Sea", "text": "The Laptev Sea is named after Dmitry Laptev and Khariton Laptev."},
)
QUESTION = {"question": "Into which sea does the Lena flow?", "mind": "rivers"}


pytestmark = needs_all


def answers(up: Up) -> bool:
    with up.http() as http:
        try:
            return http.post("/v1/query", json=QUESTION).is_success
        except httpx.HTTPError:
            return False


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """A Myriad that has learned a little."""
    folder = tmp_path_factory.mktemp("up")
    up = start(folder / "data", folder / "state")
    try:
        corpus = folder / "rivers.jsonl"
        corpus.write_text("".join(json.dumps(document) + "\n" for document in DOCUMENTS))
        done = up.run("learn", "--mind", "rivers", "--json", str(corpus))
        assert (done.returncode, json.loads(done.stdout)["learned"]) == (0, 2), done.stderr
        yield up
    finally:
        up.stop()


def test_the_ready_file_is_its_owners_alone(learned: Up) -> None:
    assert learned.ready_file.stat().st_mode & 0o777 == 0o600
    assert (learned.data / "admin.key").stat().st_mode & 0o777 == 0o600


def test_a_question_is_answered_over_rest_with_the_key_and_refused_without(learned: Up) -> None:
    with learned.http() as http:
        answer = http.post("/v1/query", json=QUESTION).json()["answer"]
    assert any("Laptev Sea" in citation["quote"] for citation in answer["citations"])
    for key in ("", "wrong"):
        with learned.http(key) as http:
            assert http.post("/v1/query", json=QUESTION).status_code == httpx.codes.UNAUTHORIZED


def test_each_command_prints_only_json_when_asked_to(learned: Up) -> None:
    asked = learned.run("ask", QUESTION["question"], "--mind", "rivers", "--json", "--trace")
    answer = json.loads(asked.stdout)
    for arguments in (
        ("recall", "Lena", "--mind", "rivers"),
        ("status",),
        ("keys", "list"),
        ("trace", answer["name"]),
        ("keys", "create", "--mind", "rivers", "--name", "test"),
        ("usage",),
        ("audit",),
        ("audit", "--verify"),
    ):
        done = learned.run(*arguments, "--json")
        assert (done.returncode, done.stderr) == (0, ""), arguments
        assert isinstance(json.loads(done.stdout), dict)


def test_for_people_answers_name_their_sources(learned: Up) -> None:
    done = learned.run("ask", QUESTION["question"], "--mind", "rivers")
    assert done.returncode == 0, done.stderr
    assert "[1]" in done.stdout
    assert "Lena" in done.stdout
    assert learned.run("status").stdout.count("host-") == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ask", "x", "--mind", "nowhere"), "MIND_NOT_FOUND"),
        (("ask", "x", "--mind", "rivers", "--model", "gpt"), "MODEL_NOT_FOUND"),
        (("ask", "", "--mind", "rivers"), "INVALID_FIELD"),
        (("trace", "ans_" + "a" * 20), "ANSWER_NOT_FOUND"),
        (("keys", "delete", "a" * 16), "KEY_NOT_FOUND"),
        (("forget", "none", "--mind", "rivers", "--yes"), "DOCUMENT_NOT_FOUND"),
        (("forget", "lena", "--mind", "rivers"), "--yes"),
        (("learn", "/nowhere"), "there is no /nowhere"),
    ],
)
def test_a_failure_is_one_line_on_stderr(learned: Up, arguments: tuple[str, ...], said: str) -> None:
    done = learned.run(*arguments)
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert not done.stdout


def test_a_line_that_is_no_json_fails_with_its_number_and_the_rest_is_learned(learned: Up, tmp_path: Path) -> None:
    file = tmp_path / "mixed.jsonl"
    file.write_text('{"text": "The Ob is a river."}\nno json\n{"title": "x"}\n\n{"text": "The Yenisei is one too."}\n')
    done = learned.run("learn", "--mind", "mixed", "--json", str(file))
    summary = json.loads(done.stdout)
    assert (done.returncode, summary["learned"], summary["failed"]) == (1, 2, 2)
    assert [(failure["line"], failure["reason"]) for failure in summary["failures"]] == [
        (2, "LINE_INVALID"),
        (3, "LINE_INVALID"),
    ]
    again = json.loads(learned.run("learn", "--mind", "mixed", "--json", str(file)).stdout)
    assert (again["unchanged"], again["agents_added"]) == (2, 0)


def test_a_folder_stdin_and_forgetting(learned: Up, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "mill.md").write_text("# The mill\n\nThe mill burned down in 1931.\n")
    (notes / "large.txt").write_text("x" * (9 * 2**20))
    done = learned.run("learn", "--mind", "notes", "--json", str(notes), "-", text="The bridge was built in 1950.")
    summary = json.loads(done.stdout)
    assert (summary["learned"], summary["failed"]) == (2, 1), done.stderr
    assert summary["failures"][0]["reason"] == "DOCUMENT_TOO_LARGE"
    with learned.http() as http:
        names = [one["name"] for one in http.get("/v1/minds/notes/documents").json()["documents"]]
    done = learned.run("forget", *names, "--yes", "--json")
    assert len(json.loads(done.stdout)["receipts"]) == 2, done.stderr
    empty = tmp_path / "empty"
    empty.mkdir()
    done = learned.run("learn", str(empty))
    assert (done.returncode, "nothing to learn" in done.stderr) == (1, True)


def test_eval_measures_over_rest(learned: Up, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text(
        json.dumps({"question": QUESTION["question"], "gold": ["Lena"], "answer": "Laptev Sea"}) + "\n"
    )
    done = learned.run("eval", "--mind", "rivers", "--questions", str(questions), "--model", "myriad-max", "--json")
    report = json.loads(done.stdout)
    assert (report["questions"], report["failed"], report["recall@2"]) == (1, 0, 1.0)


def test_a_second_up_on_the_same_folder_names_the_first(learned: Up) -> None:
    done = myriad("up", "--data", str(learned.data))
    assert done.returncode == 2
    assert str(learned.process.pid) in done.stderr


def test_sigterm_stops_all_and_the_next_start_finds_everything_again(tmp_path: Path) -> None:
    first = start(tmp_path / "data", tmp_path / "state")
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps(DOCUMENTS[0]) + "\n")
    assert first.run("learn", "--mind", "rivers", str(file)).returncode == 0
    pids = set(first.children())
    assert len(pids) == PROCESSES
    asked = [answers(first) for _ in range(3)]
    began = time.monotonic()
    first.process.send_signal(signal.SIGTERM)
    assert first.process.wait(STOP_SECONDS) == 0
    assert time.monotonic() - began < STOP_SECONDS
    assert not [pid for pid in pids if alive(pid)]
    assert not first.ready_file.exists()
    assert not (first.data / "endpoint.json").exists()

    second = start(tmp_path / "data", tmp_path / "state")
    assert second.key == first.key
    (used,) = json.loads(second.run("usage", "--json").stdout)["usage"]
    assert int(used["queryCount"]) == asked.count(True)
    assert answers(second)
    pids = set(second.children())
    second.process.kill()
    second.process.wait()
    until(lambda: not [pid for pid in pids if alive(pid)], 2)
    second.ready_file.unlink()

    third = start(tmp_path / "data", tmp_path / "state")
    try:
        assert answers(third)
        with third.http() as http:
            (key,) = http.get("/v1/keys").json()["keys"]
            assert http.delete(f"/v1/{key['name']}").is_success
    finally:
        third.stop()

    fourth = start(tmp_path / "data", tmp_path / "state")
    try:
        assert fourth.key != first.key
        assert answers(fourth)
    finally:
        fourth.stop()


def test_a_port_in_use_and_a_missing_envoy_are_said_at_once(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = myriad("up", "--data", str(tmp_path / "data"), "--port", str(port))
    assert (done.returncode, f"port {port} is in use" in done.stderr) == (2, True)
    done = myriad("up", "--data", str(tmp_path / "data"), MYRIAD_ENVOY="/nowhere/envoy")
    assert (done.returncode, "MYRIAD_ENVOY" in done.stderr) == (2, True)


def test_data_of_a_newer_version_is_left_alone(learned: Up, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(learned.data / "gatekeeper", data / "gatekeeper")
    for database in (path for path in (data / "gatekeeper").iterdir() if path.suffix in (".db", ".sqlite")):
        connection = sqlite3.connect(database)
        connection.execute("PRAGMA user_version = 999")
        connection.close()
    done = myriad("up", "--data", str(data), "--port", str(free_port()))
    assert done.returncode == 2
    assert "newer" in done.stderr
    assert done.stderr.count("\n") == 1


def test_nothing_running_says_how_to_start(tmp_path: Path) -> None:
    done = myriad("status", XDG_STATE_HOME=str(tmp_path))
    assert done.returncode == 1
    assert "myriad up" in done.stderr
