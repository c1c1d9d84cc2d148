"""Write `docs/settings.md` from the settings of the components."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import agent_host.settings
import connectome.settings
import dlm.settings
import gatekeeper.settings
import genesis.settings
import orchestrator.settings
import synth.settings
from mesh.identity import Identity
from mesh.settings import Secret, ServerSettings, variable

PAGE = Path(__file__).resolve().parent.parent / "docs" / "settings.md"
COMPONENTS: dict[str, type[ServerSettings]] = {
    "orchestrator": orchestrator.settings.Settings,
    "connectome": connectome.settings.Settings,
    "genesis": genesis.settings.Settings,
    "dlm": dlm.settings.Settings,
    "agent_host": agent_host.settings.Settings,
    "synth": synth.settings.Settings,
    "gatekeeper": gatekeeper.settings.Settings,
}
INTRODUCTION = """\
# Settings

Every component reads its settings once, at its start, from environment variables. An empty variable counts as not
set. A value that is missing or has the wrong form ends the start with one line that names the variable.

This page is written by `scripts/document_settings.py`; a test keeps it true.
"""


def page() -> str:
    common = dataclasses.fields(ServerSettings)
    known = {field.name: field.default for field in common}
    parts = [INTRODUCTION, "## Every component", table(common)]
    for name, settings in COMPONENTS.items():
        own = [field for field in dataclasses.fields(settings) if known.get(field.name, ...) != field.default]
        parts += [f"## {name}", table(own) if own else "Nothing of its own.\n"]
    return "\n".join(parts)


def table(fields: Iterable[dataclasses.Field[Any]]) -> str:
    return "".join(f"{line}\n" for line in ("| variable | what it is | default |", "|---|---|---|", *rows(fields)))


def rows(fields: Iterable[dataclasses.Field[Any]]) -> Iterator[str]:
    for field in fields:
        match field.default:
            case dataclasses.MISSING:
                default = "required"
            case "" | () | Identity() | Secret():
                default = "empty"
            case _:
                default = f"`{field.default}`"
        yield f"| `{variable(field)}` | {field.metadata['help']} | {default} |"


if __name__ == "__main__":
    PAGE.write_text(page())
