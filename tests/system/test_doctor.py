"""`myriad doctor` on a Myriad that runs, through proxies that are in the way, and with components that are gone."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.system.harness import Up, alive, myriad, needs_all, start, until

pytestmark = needs_all
MIND = "rivers"
TEXTS = {"Lena": "The Lena is a river in Siberia. It flows into the Laptev Sea.", "Ob": "The Ob is a river in Siberia."}


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """A Myriad that has learned a little, and been asked over MCP once, which takes longer the first time."""
    folder = tmp_path_factory.mktemp("doctor")
    up = start(folder / "data", folder / "state")
    try:
        with up.http() as http:
            documents = [{"title": title, "text": text} for title, text in TEXTS.items()]
            http.post(f"/v1/minds/{MIND}/documents:learn", json={"documents": documents}).raise_for_status()
        look(up)
        yield up
    finally:
        up.stop()


@dataclass
class Seen:
    code: int
    lines: dict[str, list[dict[str, str]]]
    """Findings by check."""

    def state(self, check: str) -> str:
        return self.worst(check)["state"]

    def worst(self, check: str) -> dict[str, str]:
        order = ("wrong", "warning", "skipped", "ok")
        return min(self.lines[check], key=lambda one: order.index(one["state"]))

    @property
    def unwell(self) -> dict[str, str]:
        """What was found wrong or warned of, by check."""
        worst = {check: self.worst(check) for check in self.lines}
        return {check: one["says"] for check, one in worst.items() if one["state"] in ("wrong", "warning")}


def look(up: Up, *arguments: str, url: str = "", key: str = "") -> Seen:
    done = myriad("doctor", "--json", *arguments, MYRIAD_URL=url or up.url, MYRIAD_API_KEY=key or up.key)
    assert done.stderr == ""
    assert up.key not in done.stdout
    assert not key or key not in done.stdout
    lines: dict[str, list[dict[str, str]]] = {}
    for one in json.loads(done.stdout)["findings"]:
        lines.setdefault(one["check"], []).append(one)
    return Seen(done.returncode, lines)


@contextmanager
def between(up: Up, **changed: Any) -> Iterator[str]:
    """
    A proxy that speaks HTTP/1.1 and hands on each answer when it is whole, as careless ones do.

    `date`: what it makes of the header; `authorization`: whether it lets the key through.
    """
    there = urlsplit(up.url)

    class Careless(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            if not changed.get("authorization", True):
                headers.pop("authorization", None)
            connection = HTTPConnection(there.hostname or "", there.port, timeout=10)
            connection.request(self.command, self.path, body, headers)
            answer = connection.getresponse()
            text = answer.read()
            connection.close()
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("transfer-encoding", "content-length", "date"):
                    self.send_header(name, value)
            self.send_header("date", changed.get("date") or answer.headers["date"])
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_POST = do_GET  # noqa: N815  # as the base class wants it

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Careless)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def test_a_myriad_that_is_well_is_well_in_all_respects(up: Up) -> None:
    seen = look(up, "--mind", MIND)
    assert seen.code == 0
    assert {
        check for check, one in seen.unwell.items() if check != "times"
    } == set()  # how long it takes is the machine's
    assert "admin of all minds" in seen.worst("key")["says"]
    assert seen.worst("question")["says"].startswith("a question gets an answer (answered)")


def test_people_see_a_line_for_each_check_and_what_to_do(up: Up) -> None:
    done = up.run("doctor")
    assert done.returncode == 0
    assert "ok      key         the key is good" in done.stdout
    done = myriad("doctor", "--url", up.url, MYRIAD_API_KEY="myr_wrong")
    assert done.returncode == 1
    assert "wrong   key         the key is unknown here, or was revoked" in done.stdout
    assert "        do          set MYRIAD_API_KEY" in done.stdout
    assert "skipped limits      not looked at, see key; nor state, version" in done.stdout


def test_a_proxy_that_speaks_no_http2_is_found_out(up: Up) -> None:
    with between(up) as url:
        seen = look(up, "--mind", MIND, url=url)
    assert seen.code == 1
    assert "REST works and gRPC does not" in seen.unwell["gRPC"]
    assert seen.state("question") == "ok"
    assert seen.worst("stream")["says"].startswith("fast:")  # kept back, and too fast for anybody to miss it


def test_a_proxy_that_takes_the_key_out_is_found_out(up: Up) -> None:
    with between(up, authorization=False) as url:
        assert look(up, url=url).unwell["key"] == "the key did not arrive"


@pytest.mark.parametrize(("seconds", "state"), [(-3_600, "wrong"), (60, "warning")])
def test_clocks_that_do_not_agree_are_said_with_how_much(up: Up, seconds: int, state: str) -> None:
    date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + seconds))
    with between(up, date=date) as url:
        clock = look(up, url=url).worst("clock")
    assert clock["state"] == state
    assert ("ahead of" if seconds > 0 else "behind") in clock["says"]


def made(up: Up, **fields: Any) -> tuple[str, str]:
    """A key's name and secret."""
    with up.http() as http:
        body = {"displayName": "doctor", "role": "ROLE_READER", "minds": [MIND], **fields}
        key = http.post("/v1/keys", json=body).raise_for_status().json()
    return key["key"]["name"], key["secret"]


def test_a_key_that_was_revoked_or_is_over_or_ends_soon_is_said_so(up: Up) -> None:
    name, secret = made(up)
    assert f"reader of {MIND}" in look(up, key=secret).worst("key")["says"]
    with up.http() as http:
        http.delete(f"/v1/{name}").raise_for_status()
    assert look(up, key=secret).unwell["key"] == "the key is unknown here, or was revoked"
    soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 20))
    _, secret = made(up, expireTime=soon)
    assert "the key ends in 0.0 days" in look(up, key=secret).unwell["key"]
    time.sleep(21)
    assert look(up, key=secret).unwell["key"] == "the key's time is over"


def test_what_a_key_has_left_is_told(up: Up) -> None:
    _, secret = made(up, limits={"dailyUnits": "1"})
    assert "1 of 1 cognitive units are left" in look(up, key=secret).lines["limits"][-1]["says"]
    done = myriad("ask", "--mind", MIND, "What is the Ob?", MYRIAD_URL=up.url, MYRIAD_API_KEY=secret)
    assert done.returncode == 0, done.stderr
    until(lambda: "limits" in look(up, key=secret).unwell, 30)
    assert "0 of 1 cognitive units are left today" in look(up, key=secret).unwell["limits"]


def test_a_mind_that_is_not_there_is_said_so(up: Up) -> None:
    assert look(up, "--mind", "nowhere").unwell == {"question": "there is no mind nowhere for this key"}


def test_without_a_key_what_can_be_seen_is_seen(up: Up) -> None:
    done = myriad("doctor", "--json", "--url", up.url)
    seen = {one["check"]: one["state"] for one in json.loads(done.stdout)["findings"]}
    assert (seen["Myriad"], seen["ready"], seen["key"], done.returncode) == ("ok", "ok", "wrong", 1)


@contextmanager
def hanging(up: Up, name: str) -> Iterator[None]:
    pid = up.pid(name)
    assert pid
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):  # the supervisor was faster
            os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize(
    ("component", "check", "says"),
    [
        ("genesis", "components", "genesis does not answer"),
        ("mind", "components", "does not answer"),
        ("dlm", "state", "the state of the whole is not told"),
        ("gatekeeper", "Myriad", "Myriad's Envoy answers, and what is behind it does not"),
        ("envoy", "Myriad", "whoever listens there does not answer"),
    ],
)
def test_a_component_that_hangs_is_named(up: Up, component: str, check: str, says: str) -> None:
    with hanging(up, component):
        began = time.monotonic()
        seen = look(up)
        took = time.monotonic() - began
    assert seen.code == 1
    assert says in seen.unwell[check]
    if component == "mind":
        assert {seen.worst(one)["says"] for one in ("gRPC", "OpenAI", "MCP")} == {"not looked at, see components"}
    assert took < 30  # the checks take 9 s at most; the rest is Python's start on a busy machine
    until(lambda: not look(up).unwell, 60)


def test_a_myriad_that_was_killed_is_told_by_what_it_left(up: Up) -> None:
    done = up.run("doctor", "--data", str(up.data))
    assert f"a `myriad up` runs on {up.data}" in done.stdout
    (up.data / "admin.key").chmod(0o644)
    done = up.run("doctor", "--data", str(up.data))
    assert (done.returncode, "others on this machine can read" in done.stdout) == (1, True)
    (up.data / "admin.key").chmod(0o600)
    children = up.children()
    up.process.kill()
    up.process.wait()
    until(lambda: not any(map(alive, children)), 30)
    done = myriad("doctor", "--data", str(up.data))
    assert done.returncode == 1
    assert "gone without a word" in done.stdout
    assert "starts it again" in done.stdout
    assert "there is nothing to look at" not in done.stdout, "once is enough"
