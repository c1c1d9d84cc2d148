"""Every example of docs/api.md, run as it stands there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from tests.pages import FENCED, command
from tests.system.harness import ROOT, Up, environment, needs_all, variables
from tests.unit.dlm_xds.contracts import methods

pytestmark = needs_all

PAGE = ROOT / "docs" / "api.md"
GRPCURL = os.environ.get("MYRIAD_GRPCURL") or shutil.which(ROOT / ".tools" / "grpcurl") or shutil.which("grpcurl")
LEFT_OUT = "…"
STATUS = re.compile(r"^\d{3}$", re.MULTILINE)
PAIR = re.compile(r'"([^"\\]+)"\s*:\s*("(?:[^"\\]|\\.)*"|[\w.+-]+)')
VARIES = re.compile(
    r"ans_[a-z0-9]+|myr_[\w-]+|\b[0-9a-f]{16,64}\b|\b127\.0\.0\.1:\d+|\d{4}-\d\d-\d\dT[\d:.]+Z|host-\d|\d+\.\d{4,}s?"
)
"""Ids, secrets, hashes, ports, times and hosts are others with each run."""
MEASURED = {
    *(
        "acceptedCount",
        "agentCount",
        "askedCount",
        "cacheHitCount",
        "cacheHits",
        "confidence",
        "edgeCount",
        "elapsedMs",
    ),
    *("fetchedCount", "mindVersion", "mindVersionNow", "mindVersionThen", "pushCount", "requestedCount"),
    *("residentCount", "rowCount", "score", "storeReadCount", "textEnd", "textStart", "usedBytes", "version", "weight"),
    "weightCount",
}
"""Names of numbers that depend on what ran before, or on how well Myriad answers by now."""


@dataclass(frozen=True)
class Example:
    """A block of code on the page, and the output below it."""

    line: int
    language: str
    code: str
    shown: str
    shown_as: str
    """`json`, which is compared by its names and values, or `text`, which is compared line by line."""

    @property
    def command(self) -> str:
        return command(self.language, self.code)


@dataclass(frozen=True)
class Printed:
    code: int
    text: str


def examples() -> Iterator[Example]:
    page = PAGE.read_text()
    fenced = list(FENCED.finditer(page))
    for block, following in pairwise(fenced):
        if block[1] in ("sh", "python"):
            assert following.start() == block.end() + 1, f"{block[2]} shows no output"
            yield Example(page.count("\n", 0, block.start()) + 1, block[1], block[2], following[2], following[1])


EXAMPLES = list(examples())


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
def test_an_example_prints_what_the_page_shows(printed: Mapping[int, Printed], example: Example) -> None:
    if example.line not in printed:
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing("no grpcurl: MYRIAD_GRPCURL, .tools/grpcurl (`make servers`) or grpcurl on PATH")
    got = printed[example.line]
    assert got.code == 0, got.text
    assert STATUS.findall(example.shown) == STATUS.findall(got.text), got.text
    compare = missing_pairs if example.shown_as == "json" else missing_lines
    assert compare(example.shown, got.text) == [], got.text


def missing_pairs(shown: str, got: str) -> list[tuple[str, str]]:
    """The names with their values that are shown and not printed, whatever the white space."""
    printed = [(name, VARIES.sub("*", value)) for name, value in PAIR.findall(got)]
    return [
        (name, value)
        for name, value in PAIR.findall(shown)
        if not any(name == other and (name in MEASURED or like(value, found)) for other, found in printed)
    ]


def missing_lines(shown: str, got: str) -> list[str]:
    """The lines that are shown and not printed, in this order."""
    printed = (VARIES.sub("*", line.strip()) for line in got.splitlines())
    return [
        line
        for line in shown.splitlines()
        if line != LEFT_OUT and not any(like(line.strip(), found) for found in printed)
    ]


def like(shown: str, found: str) -> bool:
    pattern = re.escape(VARIES.sub("*", shown)).replace(re.escape(LEFT_OUT), ".*")
    return bool(re.fullmatch(pattern, found, re.DOTALL))


def test_the_page_names_every_public_method() -> None:
    page = PAGE.read_text()
    public = [path.rpartition("/")[2] for path, is_public in methods().items() if is_public]
    assert [name for name in public if not re.search(rf"\b{name}\b", page)] == []
