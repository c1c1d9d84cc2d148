"""Every example of docs/api.md, run as it stands there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.pages import API, RUN, Block, blocks
from tests.system.harness import ROOT, Up, environment, needs_all, variables
from tests.unit.dlm_xds.contracts import methods

pytestmark = needs_all

GRPCURL = os.environ.get("MYRIAD_GRPCURL") or shutil.which(ROOT / ".tools" / "grpcurl") or shutil.which("grpcurl")
STATUS = re.compile(r"^\d{3}$", re.MULTILINE)


@dataclass(frozen=True)
class Printed:
    code: int
    text: str


EXAMPLES = [one for one in blocks(API) if one.language in RUN]


@pytest.fixture(scope="module")
def printed(running: Up, tmp_path_factory: pytest.TempPathFactory) -> Mapping[int, Printed]:
    """What each example printed, by its line; one shell ran them from top to bottom."""
    folder = tmp_path_factory.mktemp("examples")
    (folder / "gen").symlink_to(ROOT / "gen")
    chosen = [example for example in EXAMPLES if GRPCURL or "grpcurl" not in example.code]
    script = "".join(
        f"{{\n{example.command}}} >{example.line}.out 2>&1\necho $? >{example.line}.code\n" for example in chosen
    )
    dlm = running.pid("dlm")
    assert dlm
    programs = [str(Path(sys.executable).parent), *([str(Path(GRPCURL).parent)] if GRPCURL else []), os.environ["PATH"]]
    told = {
        "URL": running.url,
        "KEY": running.key,
        "DATA": str(running.data),
        "DLM": variables(dlm)["MYRIAD_LISTEN"],
        "NO_PROXY": "127.0.0.1",
    }
    subprocess.run(
        ["bash", "-c", script],
        check=True,
        cwd=folder,
        timeout=60,
        env=environment(PATH=os.pathsep.join(programs), **told),
    )
    return {
        example.line: Printed(
            int((folder / f"{example.line}.code").read_text()), (folder / f"{example.line}.out").read_text()
        )
        for example in chosen
    }


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"line-{example.line}")
def test_an_example_prints_what_the_page_shows(printed: Mapping[int, Printed], example: Block) -> None:
    if example.line not in printed:
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing("no grpcurl: MYRIAD_GRPCURL, .tools/grpcurl (`make servers`) or grpcurl on PATH")
    got = printed[example.line]
    assert got.code == 0, got.text
    assert STATUS.findall(example.shown) == STATUS.findall(got.text), got.text
    assert example.missing(got.text) == [], got.text


def test_the_page_names_every_public_method() -> None:
    page = (ROOT / API).read_text()
    public = [path.rpartition("/")[2] for path, is_public in methods().items() if is_public]
    assert [name for name in public if not re.search(rf"\b{name}\b", page)] == []
