"""A store that is damaged is named, with what to do, in one line and no traceback."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.system.harness import Up, free_port, myriad, needs_all, start

pytestmark = needs_all


@pytest.mark.parametrize(
    ("name", "remedy"),
    [("connectome/graph.db", "learn the documents again"), ("gatekeeper/keys.db", "make the keys anew")],
)
def test_myriad_up_names_the_file_that_is_damaged_and_what_to_do(tmp_path: Path, name: str, remedy: str) -> None:
    file = tmp_path / "data" / name
    file.parent.mkdir(parents=True)
    file.write_bytes(b"this was a database once" * 1_000)
    came = myriad("up", "--data", str(tmp_path / "data"), "--port", str(free_port()))
    assert came.returncode == 2
    (line,) = came.stderr.strip().splitlines()
    assert f"{file} is damaged" in line
    assert f"restore it from a backup, or move it away and {remedy}" in line
    assert "Traceback" not in "".join(log.read_text() for log in (tmp_path / "data" / "logs").glob("*.log"))


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """A data folder whose documents cannot be read any more, though its database opens."""
    up = start(tmp_path / "data", tmp_path / "state")
    with up.http() as http:
        documents = [{"id": f"d{number}", "text": f"Ship {number} sails."} for number in range(300)]
        assert http.post("/v1/minds/m/documents:learn", json={"documents": documents}).is_success
    up.stop()
    database = tmp_path / "data" / "connectome" / "graph.db"
    with closing(sqlite3.connect(database)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'agents'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with database.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(os.urandom(size))
    return tmp_path


def test_damage_that_a_call_finds_is_data_loss_with_the_file_in_the_log(damaged: Path) -> None:
    up: Up = start(damaged / "data", damaged / "state")
    try:
        with up.http() as http:
            response = http.get("/v1/minds/m/agents")
            assert "STORAGE_DAMAGED" in response.text
            assert str(damaged) not in response.text
            assert http.get("/v1/models").is_success
    finally:
        up.stop()
    log = (damaged / "data" / "logs" / "mind.log").read_text()
    assert f"{damaged / 'data' / 'connectome' / 'graph.db'} is damaged" in log
    assert "Traceback" not in log
