"""What components change, as the audit log says it: by hashes, in the place of names that people gave."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from gatekeeper.audit import Audit, details
from gatekeeper.changes import Changes
from gatekeeper.keys import Keys
from mesh.errors import InvalidField
from myriad.gatekeeper.v1.change_service_pb2 import RecordChangeRequest
from tests.unit.gatekeeper.test_keys import create

LETTERS = "minds/love-letters/documents/to-anna"


def short(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def change(**fields: Any) -> RecordChangeRequest:
    return RecordChangeRequest(**({"actor": "keys/k1", "action": "mind.delete", "subject": "minds/a"} | fields))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("minds/a", f"minds/{short('minds/a')}"),
        (LETTERS, f"minds/{short('minds/love-letters')}/documents/{short(LETTERS)}"),
        ("minds/a/jobs/j1", f"minds/{short('minds/a')}/jobs/{short('minds/a/jobs/j1')}"),
        ("hosts/host-1", "hosts/host-1"),
    ],
)
async def test_a_subject_is_known_again_by_its_hash(log: Any, name: str, said: str) -> None:
    await Changes(Audit(log)).record(change(subject=name))
    assert log.entries[0].subject == said


async def test_a_mind_has_one_hash_in_all_entries(log: Any, keys: Keys) -> None:
    key, _ = await create(keys, minds=["minds/a"])
    await Changes(Audit(log)).record(change())
    assert json.loads(details(key))["minds"] == [log.entries[1].subject.removeprefix("minds/")]


async def test_of_documents_that_came_together_the_entry_has_their_number_and_one_hash(log: Any) -> None:
    documents = [f"minds/a/documents/{bare}" for bare in ("secret-b", "secret-a")]
    await Changes(Audit(log)).record(change(action="document.learn", source_count=3, documents=documents))
    assert json.loads(log.entries[0].details) == {"sources": 3, "names": short("\n".join(sorted(documents)))}


async def test_of_a_mind_the_entry_says_which_fields_change_and_not_to_what(log: Any) -> None:
    await Changes(Audit(log)).record(change(action="mind.update", fields=["display_name", "allowed_models"]))
    assert log.entries[0].details == '{"fields":["allowed_models","display_name"]}'


@pytest.mark.parametrize(
    "wrong",
    [
        {"actor": ""},
        {"actor": "keys/"},
        {"actor": "Anna"},
        {"action": "Anna's mind"},
        {"fields": ["Anna"]},
        {"subject": "people/anna"},
        {"subject": "minds/a/people/anna"},
        {"subject": ""},
    ],
)
async def test_what_could_hold_a_name_in_clear_is_no_entry(log: Any, wrong: Any) -> None:
    with pytest.raises(InvalidField):
        await Changes(Audit(log)).record(change(**wrong))
    assert not log.entries
