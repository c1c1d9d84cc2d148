"""Workflows on GitHub: what a linter says of them, and what none says."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli.errors import Failure
from scripts import build_images
from tests.servers import offered

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.y*ml"))
ACTIONLINT = ROOT / ".tools" / "actionlint"
PINNED = re.compile(r"uses: +[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
LONGEST_MINUTES = 90
NAMES = [workflow.name for workflow in WORKFLOWS]


def read(name: str) -> dict[str, Any]:
    # YAML 1.1 takes the word `on` for true; nothing here looks at it.
    content: dict[str, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text())
    return content


def jobs(name: str) -> Iterator[dict[str, Any]]:
    yield from read(name)["jobs"].values()


def test_actionlint_finds_nothing() -> None:
    with offered():
        if not ACTIONLINT.exists():
            raise Failure("actionlint is missing", hint="get it with `make servers`, which takes Go")
    done = subprocess.run([ACTIONLINT, *WORKFLOWS], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", NAMES)
def test_every_action_is_pinned_by_its_commit_and_says_its_version(name: str) -> None:
    lines = (ROOT / ".github" / "workflows" / name).read_text().splitlines()
    used = [line.strip().removeprefix("- ") for line in lines if re.match(r"\s*(- )?uses:", line)]
    assert used
    assert [line for line in used if not PINNED.match(line)] == []


def test_an_action_has_one_version_everywhere() -> None:
    used = set(re.findall(r"uses: +(\S+)@(\S+) # (\S+)", "\n".join(file.read_text() for file in WORKFLOWS)))
    assert len(used) == len({action for action, _, _ in used})


@pytest.mark.parametrize("name", NAMES)
def test_a_workflow_may_nothing_and_each_of_its_jobs_what_it_says(name: str) -> None:
    assert read(name)["permissions"] == {}
    assert all(job["permissions"] for job in jobs(name))


@pytest.mark.parametrize("name", NAMES)
def test_a_job_ends_in_time_and_one_of_a_branch_runs_at_once(name: str) -> None:
    assert all(0 < job["timeout-minutes"] <= LONGEST_MINUTES for job in jobs(name))
    assert "github.ref" in read(name)["concurrency"]["group"]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_checked_out_keeps_no_password(name: str) -> None:
    steps = [
        step for job in jobs(name) for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@")
    ]
    assert steps
    assert all(step["with"]["persist-credentials"] is False for step in steps)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_that_others_name_is_put_into_a_script(name: str) -> None:
    scripts = [step["run"] for job in jobs(name) for step in job["steps"] if "run" in step]
    assert [script for script in scripts if "${{" in script] == []


def test_what_workflows_make_is_a_target_of_the_makefile() -> None:
    known = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    run = [step.get("run", "") for name in NAMES for job in jobs(name) for step in job["steps"]]
    made = set(re.findall(r"\bmake ([a-z]+)", "\n".join(run)))
    assert made
    assert made <= known


def test_github_checks_what_our_own_machine_checks() -> None:
    (ours,) = re.findall(r"^make .+$", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)
    assert any(step.get("run", "").endswith(f" {ours}") for job in jobs("check.yaml") for step in job["steps"])


def test_every_image_of_the_dockerfile_is_published() -> None:
    (job,) = jobs("images.yaml")
    assert job["strategy"]["matrix"]["target"] == build_images.targets()
