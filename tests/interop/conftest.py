"""A Myriad that knows two documents, and its address and key for clients that others wrote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.system.harness import Up, start

MIND = "notes"
DOCUMENTS: Mapping[str, str] = {
    "dune": "Dune was written by Frank Herbert. Dune was published in 1965. Frank Herbert was born in 1920 in Tacoma.",
    "billing": "The billing service is maintained by Maria Keller. Refunds are paid within ten days.",
}


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    folder: Path = tmp_path_factory.mktemp("interop")
    up = start(folder / "data", folder / "state")
    try:
        learned = [
            {"id": name, "title": name.title(), "text": text, "uri": f"https://example.org/{name}"}
            for name, text in DOCUMENTS.items()
        ]
        with up.http() as http:
            http.post(f"/v1/minds/{MIND}/documents:learn", json={"documents": learned}).raise_for_status()
        yield up
    finally:
        up.stop()


@pytest.fixture(scope="package")
def notes_key(running: Up) -> str:
    """A key that reads, of the mind alone: no request has to name one."""
    made = running.run("keys", "create", "--role", "reader", "--mind", MIND, "--name", "interop")
    assert made.returncode == 0, made.stderr
    return next(word for word in made.stdout.split() if word.startswith("myr_"))
