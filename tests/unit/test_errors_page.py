"""The page of errors has each reason once, with the status that it comes with."""

from __future__ import annotations

import importlib
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from mesh.errors import MyriadError
from myriad.type.v1.error_reason_pb2 import ErrorReason

ROOT = Path(__file__).parents[2]
ROWS = re.findall(r"^\| `([A-Z_]+)` \| ([^|]+) \| ([^|]+) \|$", (ROOT / "docs" / "errors.md").read_text(), re.MULTILINE)
PREFIX = "ERROR_REASON_"


def test_each_reason_has_one_row() -> None:
    reasons = {name.removeprefix(PREFIX) for name in ErrorReason.keys()} - {"UNSPECIFIED"}
    assert Counter(reason for reason, _, _ in ROWS) == Counter(reasons)


def kinds(kind: type[MyriadError]) -> Iterator[type[MyriadError]]:
    for below in kind.__subclasses__():
        yield below
        yield from kinds(below)


@pytest.fixture(scope="module")
def codes() -> dict[str, set[str]]:
    """The gRPC codes that the errors of a reason have in the components."""
    modules = {f"{path.parent.name}.errors" for path in ROOT.glob("*/errors.py")}
    for name in modules:
        importlib.import_module(name)
    found: dict[str, set[str]] = {}
    for kind in kinds(MyriadError):
        if kind.__module__ in modules and {"reason", "code"} <= vars(kind).keys():
            found.setdefault(ErrorReason.Name(kind.reason).removeprefix(PREFIX), set()).add(kind.code.name)
    return found


def test_a_row_names_the_status_that_the_error_has(codes: dict[str, set[str]]) -> None:
    said = {reason: status for reason, status, _ in ROWS if not status.startswith("200")}
    wrong = {
        (reason, code) for reason, some in codes.items() for code in some if reason in said and code not in said[reason]
    }
    assert wrong == set()
