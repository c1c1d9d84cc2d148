"""What the documentation names is there: commands with their options, settings, targets, values of the chart, files."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import typer
import yaml

from cli.main import app
from tests.pages import PAGES, ROOT, blocks

CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
VARIABLE = re.compile(r"\bMYRIAD_[A-Z0-9_]*[A-Z0-9]\b")
COMMAND = re.compile(r"(?:^|[\s(|&$;])myriad ((?:[a-z]+|--?[a-z-]+)\b[^|;&>#)]*)")
OF_ANOTHER = re.compile(r"\b(?:kubectl|helm)\b|/myriad ")
FILE = re.compile(r"(?<![\w/.*…<{-])(?:[a-z_0-9-]+/)+[\w-]+\.(?:py|md|yaml|json|toml|binpb|svg)\b")
MADE = re.compile(r"^(?:site|notes|handbook|logbook)/|^tests/.*/__|^gatekeeper/keys|^DIR")
NO_VALUES = {"edge.log", "edge.rejected", "envoy.log", "traces.db"}
"""What looks like a value of the chart."""
READERS = ("cli", "myriad_client", "scripts", "tests", "docker-compose.yaml", "Dockerfile")


def said(page: str) -> Iterator[str]:
    """Each piece of code on a page: between backticks, or a line of a block."""
    yield from CODE.findall((ROOT / page).read_text())
    for block in blocks(page):
        if block.language in ("sh", "bash"):
            yield from block.code.replace("\\\n", " ").splitlines()


@pytest.mark.parametrize("page", PAGES)
def test_a_command_has_the_options_that_a_page_names(page: str) -> None:
    wrong = [fault for line in said(page) if not OF_ANOTHER.search(line) for fault in faults(line)]
    assert wrong == []


def faults(line: str) -> Iterator[str]:
    for typed in COMMAND.findall(line):
        try:
            words = shlex.split(typed)
        except ValueError:  # a quotation that goes on in the next line
            words = typed.split()
        command: Any = typer.main.get_command(app)
        for number, word in enumerate(words):
            if word.startswith("--"):
                known = {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
                if word.partition("=")[0] not in known | {"--help", "--version"}:
                    yield f"myriad {typed}: {word}"
            elif hasattr(command, "commands") or number == 0:
                below = command.get_command(None, word)
                if below is None:
                    yield f"myriad {typed}: {word}"
                    break
                command = below


@pytest.mark.parametrize("page", PAGES)
def test_a_setting_that_a_page_names_is_read(page: str) -> None:
    named = set(VARIABLE.findall((ROOT / page).read_text()))
    assert named - settings() - read_elsewhere() == set()


def settings() -> set[str]:
    return set(VARIABLE.findall((ROOT / "docs" / "settings.md").read_text()))


@cache
def read_elsewhere() -> set[str]:
    """By commands, clients, tests, or Compose: what no component reads."""
    found = set[str]()
    for reader in READERS:
        place = ROOT / reader
        for file in [place] if place.is_file() else place.rglob("*.py"):
            found |= set(VARIABLE.findall(file.read_text()))
    return found


@pytest.mark.parametrize("page", PAGES)
def test_a_target_of_make_that_a_page_names_is_there(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {target for line in said(page) for target in re.findall(r"^\s*make ([a-z-]+)", line)}
    assert named - targets == set()


def test_a_value_of_the_chart_that_a_page_names_is_there() -> None:
    values = yaml.safe_load((ROOT / "manifests" / "myriad" / "values.yaml").read_text())
    named = set[str]()
    for page in PAGES:
        for line in said(page):
            named |= set(re.findall(rf"(?:^|[\s,])((?:{'|'.join(values)})(?:\.[a-zA-Z]+)+)(?=[\s=,]|$)", line))
    named -= NO_VALUES
    assert len(named) > 10
    assert [one for one in sorted(named) if not has(values, one.split("."))] == []


def has(values: Any, path: list[str]) -> bool:
    if not path:
        return True
    return isinstance(values, dict) and path[0] in values and has(values[path[0]], path[1:])


@pytest.mark.parametrize("page", PAGES)
def test_a_file_that_a_page_names_is_there(page: str) -> None:
    named = {file for line in said(page) for file in FILE.findall(line) if not MADE.search(file)}
    assert [file for file in sorted(named) if not (ROOT / file).exists()] == []


def test_an_extra_that_a_page_names_is_offered() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = {
        extra
        for page in PAGES
        for some in re.findall(r"myriad\[([a-z,]+)\]", (ROOT / page).read_text())
        for extra in some.split(",")
    }
    assert named - project["optional-dependencies"].keys() == set()
