"""Lost and damaged packets: answers go on without them, somebody hears of it, and learning again brings them back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.system.harness import Up, needs_all

pytestmark = needs_all

MIND = "minds/damaged"
QUESTION = "What does the baker of Ostrava bake?"
BAKER = "The baker of Ostrava bakes rye bread. His oven is older than the town."
SMITH = "The smith of Ostrava forges bells. His bells are heard in Poland."


@pytest.fixture(scope="module")
def http(running: Up) -> Iterator[httpx.Client]:
    with running.http() as client:
        yield client


@pytest.fixture
def folder(running: Up, http: httpx.Client, tmp_path: Path) -> Path:
    """Two files that were learned into an empty mind, and two documents that came from no file."""
    for document in http.get(f"/v1/{MIND}/documents").json().get("documents", []):
        http.delete(f"/v1/{document['name']}")
    (tmp_path / "baker.md").write_text(f"# Baker\n\n{BAKER}\n")
    (tmp_path / "smith.md").write_text(f"# Smith\n\n{SMITH}\n")
    assert running.run("learn", str(tmp_path), "--mind", "damaged").returncode == 0
    learn(http, "tailor", "The tailor of Ostrava sews coats.")
    return tmp_path


def learn(http: httpx.Client, document: str, text: str) -> str:
    response = http.post(f"/v1/{MIND}/documents:learn", json={"documents": [{"id": document, "text": text}]})
    return str(response.json()["results"][0]["state"])


def lose(up: Up, http: httpx.Client) -> None:
    """All bundles of the mind, and what hosts and the cache hold of them."""
    for bundle in (up.data / "packets" / MIND / "bundles").iterdir():
        bundle.unlink()
    for agent in http.get(f"/v1/{MIND}/agents").json()["agents"]:
        assert http.post(f"/v1/{agent['name']}:dehydrate").is_success


def lost_packets(http: httpx.Client) -> int:
    return int(http.get("/v1/fleet").json()["hydration"]["lostCount"])


def test_a_lost_packet_is_counted_and_learning_again_brings_it_back(
    running: Up, http: httpx.Client, folder: Path
) -> None:
    assert "rye bread" in http.post("/v1/query", json={"question": QUESTION, "mind": MIND}).text
    lose(running, http)
    before = lost_packets(http)
    asked = http.post("/v1/query", json={"question": QUESTION, "mind": MIND})
    assert asked.json()["details"][0]["reason"] == "PACKET_NOT_FOUND"
    assert f"{MIND}/documents/tailor" in asked.text
    assert lost_packets(http) > before
    assert "packets are missing or damaged" in running.run("status").stdout
    again = json.loads(running.run("learn", str(folder), "--mind", "damaged", "--json").stdout)
    assert (again["learned"], again["agents_added"], again["failed"]) == (2, 0, 0)
    assert json.loads(running.run("learn", str(folder), "--mind", "damaged", "--json").stdout)["unchanged"] == 2
    assert learn(http, "tailor", "The tailor of Ostrava sews coats.") == "STATE_LEARNED"
    assert "rye bread" in http.post("/v1/query", json={"question": QUESTION, "mind": MIND}).text


def test_what_was_learned_again_answers_at_once(running: Up, http: httpx.Client, folder: Path) -> None:
    weaver = "The weaver of Brno weaves linen."
    learn(http, "weaver", weaver)
    lose(running, http)
    question = {"question": "What does the weaver of Brno weave?", "mind": MIND}
    assert "linen" not in http.post("/v1/query", json=question).text
    assert learn(http, "weaver", weaver) == "STATE_LEARNED"
    assert "linen" in http.post("/v1/query", json=question).text


def test_repair_brings_back_what_has_files_and_names_the_rest(running: Up, http: httpx.Client, folder: Path) -> None:
    assert running.run("repair", "damaged").returncode == 0
    lose(running, http)
    (folder / "smith.md").unlink()
    came = running.run("repair", "damaged", "--json")
    assert came.returncode == 1
    report = json.loads(came.stdout)
    assert [one["title"] for one in report["broughtBack"]] == ["Baker"]
    assert {one["title"] or one["document"] for one in report["lost"]} == {"Smith", f"{MIND}/documents/tailor"}
    assert {one["reason"] for one in report["lost"]} == {"ERROR_REASON_PACKET_NOT_FOUND"}
    assert "rye bread" in http.post("/v1/query", json={"question": QUESTION, "mind": MIND}).text
    shown = running.run("repair", "damaged").stdout
    assert "smith.md" in shown
    assert "learn them again, or forget them" in shown
    for one in report["lost"]:
        assert http.delete(f"/v1/{one['document']}").is_success
    assert running.run("repair", "damaged").returncode == 0
