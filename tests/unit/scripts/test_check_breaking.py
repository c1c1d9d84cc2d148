"""What breaks a contract is found, what adds to it passes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from scripts.check_breaking import BASELINE, BUF, ROOT, breaks

ROLES = "proto/myriad/type/v1/access.proto"
BUDGET = "proto/myriad/connectome/v1/activation.proto"
QUERY = "proto/myriad/connectome/v1/activation_service.proto"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The contracts, to be changed."""
    for folder in ("proto", "third_party"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "buf.yaml", tmp_path)
    subprocess.run([BUF, "build", "proto", "-o", "before.binpb"], cwd=tmp_path, check=True)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "written", "instead", "told"),
    [
        (BUDGET, "uint32 max_hops = 2;", "", 'Previously present field "2" with name "max_hops"'),
        (BUDGET, "uint32 max_hops = 2;", "uint32 hops = 2;", 'from "max_hops" to "hops"'),
        (BUDGET, "uint32 max_hops = 2;", "string max_hops = 2;", "changed type"),
        (QUERY, "rpc Activate(", "rpc Wake(", 'Previously present RPC "Activate"'),
        (ROLES, "ROLE_TEACHER = 2", "ROLE_TUTOR = 2", "ROLE_TEACHER"),
    ],
)
def test_a_breaking_change_is_found(copy: Path, file: str, written: str, instead: str, told: str) -> None:
    text = (copy / file).read_text()
    assert written in text
    (copy / file).write_text(text.replace(written, instead))
    assert told in breaks(copy, copy / "before.binpb")


def test_an_addition_passes(copy: Path) -> None:
    text = (copy / BUDGET).read_text()
    (copy / BUDGET).write_text(text.replace("uint32 max_hops = 2;", "uint32 max_hops = 2;\n  bool other = 99;"))
    assert not breaks(copy, copy / "before.binpb")


def test_contracts_that_cannot_be_read_do_not_pass(copy: Path) -> None:
    (copy / BUDGET).write_text("no proto")
    assert BUDGET in breaks(copy, copy / "before.binpb")


def test_a_baseline_that_is_not_there_is_an_error(copy: Path) -> None:
    with pytest.raises(RuntimeError, match="none"):
        breaks(copy, copy / "none.binpb")


def test_the_contracts_keep_what_the_baseline_holds() -> None:
    assert not breaks(ROOT, BASELINE)
