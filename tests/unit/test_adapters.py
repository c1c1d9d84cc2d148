"""What import-linter cannot say: only adapters call other components, and what fails there is an error of ours."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = (
    *("agent_host", "connectome", "dlm", "gatekeeper", "genesis", "orchestrator", "synth"),
    *("cli", "language", "mesh", "substrate"),
)
GRPC_ERRORS = {"AioRpcError", "RpcError"}

STUBS_ELSEWHERE = {
    "cli/archives.py": "`myriad export` and `import` are a client, as anybody's",
    "cli/supervisor/readiness.py": "`myriad up` asks what it has just started",
    "cli/teaching.py": "`myriad learn` is a client, as anybody's",
    "mesh/probe.py": "asks the component that it lies beside",
}
ERRORS_ELSEWHERE = {
    "cli/archives.py": "a client's",
    "cli/supervisor/pulse.py": "a client's",
    "cli/supervisor/readiness.py": "a client's",
    "cli/teaching.py": "a client's",
    "cli/doctor/forms.py": "looks from outside whether gRPC gets through at all, and says what came instead",
    "dlm/adapters/rate_limit.py": "who is asked is none of ours, and is asked again every second",
    "mesh/call.py": "makes one of ours of it, for all adapters",
    "mesh/probe.py": "a program of its own, which ends with it",
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


MODULES = {str(path.relative_to(ROOT)): path for package in PACKAGES for path in (ROOT / package).rglob("*.py")}
NAMES = {name: set(identifiers(path)) for name, path in MODULES.items()}


def calls(tree: ast.AST, ours: bool = False) -> Iterator[bool]:
    """Of each call to another component: whether what fails there becomes an error of ours."""
    if isinstance(tree, ast.With):
        ours = ours or any(ast.unparse(item.context_expr).startswith("calling(") for item in tree.items)
    if isinstance(tree, ast.Call):
        options = (keyword.value for keyword in tree.keywords if keyword.arg is None)
        if any(isinstance(one, ast.Call) and ast.unparse(one.func) == "outgoing" for one in options):
            yield ours
    for node in ast.iter_child_nodes(tree):
        yield from calls(node, ours)


def test_only_adapters_name_a_stub() -> None:
    naming = {name for name, names in NAMES.items() if any(one.endswith("Stub") for one in names)}
    assert {name for name in naming if "/adapters/" not in name} == STUBS_ELSEWHERE.keys()


def test_who_knows_grpcs_error_is_known() -> None:
    assert {name for name, names in NAMES.items() if names & GRPC_ERRORS} == ERRORS_ELSEWHERE.keys()


@pytest.mark.parametrize("name", [name for name, names in NAMES.items() if "outgoing" in names])
def test_what_fails_in_a_call_to_another_component_becomes_an_error_of_ours(name: str) -> None:
    assert all(calls(ast.parse(MODULES[name].read_text())))
