"""On a full disk questions are answered as ever; what cannot be written is refused; with room again all goes on."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.conftest import SOAK_SECONDS
from tests.servers import S3, Neo4j
from tests.system.harness import Up, myriad, needs_all, start

MIND = "minds/full"
SIZE_MIB = 96
QUESTION = "What does the keeper of the lighthouse grow?"
TEXT = "The keeper of the lighthouse grows tulips. The lighthouse stands on a rock."
LARGE = "\n\n".join(
    f"Chapter {number} tells of ship {number * 7919} and of its long way home." for number in range(9_000)
)
TIERS = ("myriad-swift", "myriad-base", "myriad-max")
REFUSED = (httpx.codes.SERVICE_UNAVAILABLE, "STORAGE_FULL")


def within(folder: Path) -> tuple[str, ...]:
    """A command that becomes the one that it is given, for which `folder` is a small disk of its own."""
    mapped = () if os.geteuid() == 0 else ("--map-root-user",)
    mount = f'mount -t tmpfs -o size={SIZE_MIB}m,mode=0700 small "{folder}" && exec "$@"'
    return ("unshare", "--mount", *mapped, "sh", "-c", mount, "sh")


def why_not(folder: Path) -> str:
    if shutil.which("unshare") is None:
        return "no unshare(1)"
    tried = subprocess.run([*within(folder), "true"], check=False, capture_output=True, text=True, timeout=10)
    return f"no small disk can be mounted here: {tried.stderr.strip()}" if tried.returncode else ""


@dataclass
class SmallDisk:
    """A Myriad whose data folder is a small disk."""

    up: Up
    folder: Path
    """The disk as its processes see it."""
    holds_stores: bool

    @property
    def root(self) -> Path:
        """The disk as we see it."""
        return Path(f"/proc/{self.up.process.pid}/root{self.folder}")

    def fill(self) -> None:
        for size in (2**20, 2**12):
            with (self.root / f"fill-{size}").open("wb", buffering=0) as file:
                with suppress(OSError):
                    while True:
                        file.write(bytes(size))
        assert shutil.disk_usage(self.root).free == 0

    def make_room(self) -> None:
        for file in self.root.glob("fill-*"):
            file.unlink()


@pytest.fixture(
    params=["embedded", pytest.param("production", marks=[pytest.mark.soak, pytest.mark.timeout(SOAK_SECONDS)])]
)
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SmallDisk]:
    """Embedded stores lie on it; of production stores, which are elsewhere, the lexical index and what is spooled."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if why := why_not(disk):
        (pytest.fail if os.environ.get("CI") else pytest.skip)(why)
    told = elsewhere(request) if request.param == "production" else {}
    up = start(disk, tmp_path / "state", within(disk), told={"TMPDIR": str(disk), **told})
    try:
        yield SmallDisk(up, disk, not told)
    finally:
        up.stop()


def elsewhere(request: pytest.FixtureRequest) -> Mapping[str, str]:
    """The variables that switch each store to a server."""
    graph: Neo4j = request.getfixturevalue("neo4j")
    s3: S3 = request.getfixturevalue("s3")
    return {
        "MYRIAD_GRAPH": graph.uri,
        "MYRIAD_GRAPH_PASSWORD": graph.password,
        "MYRIAD_PACKETS": f"s3://{s3.bucket}/full",
        "AWS_ENDPOINT_URL": s3.endpoint,
        "AWS_ACCESS_KEY_ID": s3.access_key,
        "AWS_SECRET_ACCESS_KEY": s3.secret_key,
        "AWS_REGION": s3.region,
        "MYRIAD_REDIS": request.getfixturevalue("redis_server"),
    }


pytestmark = needs_all


def outcome(response: httpx.Response) -> tuple[int, str]:
    details = [] if response.is_success else response.json().get("details", [])
    return response.status_code, next((one["reason"] for one in details if "reason" in one), "")


def test_a_full_disk_stops_no_question_and_acknowledges_nothing_that_is_not_kept(disk: SmallDisk) -> None:
    with disk.up.http() as http:
        http.timeout = httpx.Timeout(90)
        before = set(disk.up.children())
        assert learned(http, "lighthouse", TEXT) == "STATE_LEARNED"
        assert learned(http, "other", "The gardener of the park grows roses.") == "STATE_LEARNED"
        key = http.post("/v1/keys", json={"displayName": "before", "role": "ROLE_READER", "minds": ["full"]}).json()[
            "key"
        ]["name"]

        disk.fill()

        for _ in range(20):
            reads(http)
        large = {"documents": [{"id": "large", "text": LARGE}]}
        writes = [
            http.post(f"/v1/{MIND}/documents:learn", json=large),
            http.post("/v1/minds/new/documents:learn", json=large),
            http.delete(f"/v1/{MIND}/documents/other"),
            http.post("/v1/minds?mindId=never", json={}),
            http.post("/v1/keys", json={"displayName": "never", "role": "ROLE_READER", "minds": ["full"]}),
            http.delete(f"/v1/{key}"),
        ]
        if disk.holds_stores:
            assert [outcome(one) for one in writes[:2]] == [REFUSED] * 2
        # What is small may find room in a file that there is; then it is kept.
        for response in writes:
            assert response.is_success or outcome(response) == REFUSED, response.text
            assert response.is_success or "retryDelay" in response.text
        for _ in range(20):
            reads(http)
        assert set(disk.up.children()) >= before, "a process ended"

        disk.make_room()

        assert learned(http, "large", LARGE) in ("STATE_LEARNED", "STATE_UNCHANGED")
        asked = {"question": "Which chapter tells of ship 79190?", "mind": MIND}
        assert "ship 79190" in http.post("/v1/query", json=asked).text
        assert http.delete(f"/v1/{MIND}/documents/other").status_code in (httpx.codes.OK, httpx.codes.NOT_FOUND)
        assert "roses" not in http.post("/v1/query", json={"question": "What grows in the park?", "mind": MIND}).text
        assert http.post("/v1/minds?mindId=now", json={}).is_success
        assert http.post("/v1/keys", json={"displayName": "now", "role": "ROLE_READER", "minds": ["full"]}).is_success
        assert http.delete(f"/v1/{key}").status_code in (httpx.codes.OK, httpx.codes.NOT_FOUND)
        reads(http)
        assert set(disk.up.children()) >= before, "a process ended"
    assert "logs.lost" in (disk.root / "logs" / "mind.log").read_text()
    assert "Traceback" not in "".join(log.read_text() for log in (disk.root / "logs").glob("*.log"))


def learned(http: httpx.Client, document: str, text: str) -> str:
    response = http.post(f"/v1/{MIND}/documents:learn", json={"documents": [{"id": document, "text": text}]})
    assert response.is_success, response.text
    (result,) = response.json()["results"]
    return str(result["state"])


def reads(http: httpx.Client) -> None:
    """Everything that only reads answers as ever."""
    for model in TIERS:
        asked = {"question": QUESTION, "mind": MIND, "model": model}
        assert "tulips" in http.post("/v1/query", json=asked).json()["answer"]["text"]
        assert "tulips" in http.post("/v1/recall", json=asked).json()["passages"][0]["text"]
    for path in (MIND, f"{MIND}/documents", f"{MIND}/documents/lighthouse", f"{MIND}/agents", "minds", "keys", "fleet"):
        response = http.get(f"/v1/{path}")
        assert response.is_success, response.text


def test_myriad_up_on_a_full_disk_says_so_in_one_line(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if why := why_not(disk):
        (pytest.fail if os.environ.get("CI") else pytest.skip)(why)
    filled = ("sh", "-c", f'head -c {SIZE_MIB - 8}M /dev/zero >"{disk}/fill" && exec "$@"', "sh")
    came = myriad("up", "--data", str(disk), "--port", "8099", within=(*within(disk), *filled))
    assert came.returncode == 2
    assert len(came.stderr.strip().splitlines()) == 1
    assert f"the disk of {disk} is full" in came.stderr
