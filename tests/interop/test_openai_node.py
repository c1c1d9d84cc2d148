"""OpenAI's own Node package against a running Myriad, through Envoy."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.system.harness import Up, needs_all

pytestmark = needs_all
HERE = Path(__file__).parent


def test_openai_s_node_package_is_at_home(running: Up, notes_key: str, tmp_path: Path) -> None:
    if not shutil.which("npm"):
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing("needs Node and npm")
    for name in ("package.json", "package-lock.json", "openai.test.mjs", ".npmrc"):
        shutil.copy(HERE / name, tmp_path)
    quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"]
    subprocess.run(["npm", "ci", "--silent", *quiet], cwd=tmp_path, check=True, timeout=100)
    said = subprocess.run(
        ["node", "openai.test.mjs", running.url, notes_key],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "NO_PROXY": "127.0.0.1"},
    )
    assert said.returncode == 0, said.stderr
