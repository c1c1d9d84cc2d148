"""Work that takes long: a folder that is watched, and a learning that somebody ends."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest

from mesh.errors import received
from myriad.genesis.v1 import document_service_pb2 as pb
from myriad.genesis.v1.document_pb2 import DocumentInput
from tests.system.harness import Up, environment, needs_all, until

pytestmark = needs_all
SAME_SECONDS = 60.0
QUIET_SECONDS = 5.0
"""For so long after a storm all may still be on its way."""
STORM = 300
"""Changes to a folder, as fast as they can be made."""


@contextmanager
def watching(up: Up, mind: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "cli", "learn", "--mind", mind, "--watch", "--json", str(folder)]
    variables = environment(MYRIAD_URL=up.url, MYRIAD_API_KEY=up.key)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=variables)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def documents(up: Up, mind: str) -> set[str]:
    """The URIs of a mind's documents."""
    with up.http() as http:
        found = http.get(f"/v1/minds/{mind}/documents", params={"pageSize": 1000})
    return {one["uri"] for one in found.json().get("documents", [])}


def files(folder: Path) -> set[str]:
    return {path.resolve().as_uri() for path in folder.rglob("*.txt")}


def test_a_folder_that_is_watched_and_its_mind_stay_the_same_through_a_storm(running: Up, tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    (folder / "deep").mkdir(parents=True)
    for number in range(5):
        (folder / f"note-{number}.txt").write_text(f"Note {number} is about lighthouses.")

    def same() -> bool:
        return documents(running, "watched") == files(folder)

    with watching(running, "watched", folder) as process:
        until(same, SAME_SECONDS)
        (folder / "note-0.txt").write_text("Note 0 is about bridges now.")
        (folder / "note-1.txt").unlink()
        (folder / "note-2.txt").rename(folder / "deep" / "note-2.txt")
        until(same, SAME_SECONDS)
        order = random.Random(7)
        for number in range(STORM):
            file = folder / order.choice(["", "deep"]) / f"storm-{order.randrange(40)}.txt"
            if file.exists() and order.random() < 0.4:
                file.unlink()
            else:
                file.write_text(f"Change {number} is in {file.name}.")
        (folder / "deep").rename(folder / "deeper")
        until(same, SAME_SECONDS)
        time.sleep(QUIET_SECONDS)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 0, err
    rounds = [json.loads(line) for line in out.splitlines()]
    # To the letter: to learn the folder once more changes nothing.
    again = json.loads(running.run("learn", "--mind", "watched", "--json", str(folder)).stdout)
    assert (again["learned"], again["unchanged"], again["gone"]) == (0, len(files(folder)), [])
    # What changed in one moment was one round; and nothing was learned that had not changed.
    assert 3 <= len(rounds) < STORM / 4
    assert sum(one["unchanged"] for one in rounds) < STORM / 4


def test_a_learning_that_is_cancelled_ends_and_what_it_learned_stays(running: Up) -> None:
    job = "minds/ended/jobs/long"
    gone = threading.Event()
    taken: list[int] = []

    def documents_without_end() -> Iterator[pb.StreamLearnRequest]:
        number = 0
        yield pb.StreamLearnRequest(parent="minds/ended", job_id="long")
        while not gone.is_set():
            number += 1
            yield pb.StreamLearnRequest(documents=[DocumentInput(text=f"Fact {number} is kept in drawer {number}.")])

    with running.http() as http, grpc.insecure_channel(running.url.removeprefix("http://")) as channel:
        learn = channel.stream_stream(
            "/myriad.genesis.v1.DocumentService/StreamLearn",
            request_serializer=pb.StreamLearnRequest.SerializeToString,
            response_deserializer=pb.StreamLearnResponse.FromString,
        )
        call = learn(documents_without_end(), metadata=(("authorization", f"Bearer {running.key}"),), timeout=90)
        try:
            taken.append(len(next(call).results))
            seen = http.get(f"/v1/{job}").raise_for_status().json()["job"]  # its progress, while it is under way
            assert (seen["state"], int(seen["learnedCount"]) > 0) == ("STATE_RUNNING", True)
            http.post(f"/v1/{job}:cancel", json={}).raise_for_status()
            with pytest.raises(grpc.RpcError) as caught:
                taken.extend(len(response.results) for response in call)
        finally:
            gone.set()
        assert received(caught.value).reason == "JOB_CANCELLED"
        ended = http.get(f"/v1/{job}").raise_for_status().json()["job"]
        assert (ended["state"], int(ended["learnedCount"]) >= sum(taken)) == ("STATE_CANCELLED", True)
        mind = http.get("/v1/minds/ended").raise_for_status().json()["mind"]
        assert int(mind["documents"]) >= sum(taken) > 0
