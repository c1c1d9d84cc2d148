"""What import-linter cannot say: only adapters call other components, and gRPC's error ends in them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = (
    *("agent_host", "connectome", "dlm", "gatekeeper", "genesis", "orchestrator", "synth"),
    *("cli", "language", "mesh", "substrate"),
)
GRPC_ERRORS = {"AioRpcError", "RpcError"}

STUBS_ELSEWHERE = {
    "cli/supervisor/readiness.py": "`myriad up` asks what it has just started",
    "cli/teaching.py": "`myriad learn` is a client, as anybody's",
}
ERRORS_ELSEWHERE = {
    "cli/supervisor/readiness.py": "a client's",
    "cli/teaching.py": "a client's",
    "mesh/call.py": "makes one of ours of it, for all adapters",
    "mesh/colocation.py": "fails as a connection would",
    "mesh/errors.py": "takes its status apart",
}


def identifiers(path: Path) -> Iterator[str]:
    """Every name that a module reads, imports or looks up in another."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Name():
                yield node.id
            case ast.Attribute():
                yield node.attr
            case ast.alias():
                yield node.name.rpartition(".")[2]


def modules() -> Iterator[tuple[str, set[str]]]:
    """The modules outside adapters, with the names in each."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = path.relative_to(ROOT)
            if "adapters" not in name.parts:
                yield str(name), set(identifiers(path))


def test_only_adapters_name_a_stub() -> None:
    assert {name for name, names in modules() if any(one.endswith("Stub") for one in names)} == STUBS_ELSEWHERE.keys()


def test_only_adapters_know_grpcs_error() -> None:
    assert {name for name, names in modules() if names & GRPC_ERRORS} == ERRORS_ELSEWHERE.keys()
