"""What docs/clients.md shows operators to ask by grpcurl, run as it stands there, through Envoy with TLS and a key."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.pages import ROOT, block
from tests.system.harness import environment, needs_all
from tests.system.test_api import GRPCURL

pytestmark = needs_all


def test_grpcurl_asks_what_operators_ask(told: Mapping[str, str]) -> None:
    if not GRPCURL:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("no grpcurl: `make servers` gets it")
    page = block("docs/clients.md", "call()")
    path = os.pathsep.join((str(Path(GRPCURL).parent), os.environ["PATH"]))
    done = subprocess.run(
        ["bash", "-c", page.code],
        cwd=ROOT,
        env=environment(PATH=path, **told),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert '"state": "STATE_READY"' in done.stdout, done.stderr
    assert '"displayName": "myriad up"' in done.stdout
    assert "secret" not in done.stdout
    assert "failed with" in done.stdout
    assert "MODEL_NOT_FOUND" in done.stderr
