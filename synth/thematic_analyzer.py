"""The thematic analyzer, the first stage: units of one section belong together, each group under a heading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from synth.ranking import Candidate
from synth.words import fold_space

BELOW = " › "
_LONGEST = 60
"""A longer way through the headings is shown by its ends."""


@dataclass(frozen=True, slots=True)
class Theme:
    """A heading and the units under it, most relevant first."""

    heading: str
    units: Sequence[Candidate]


def analyze(units: Sequence[Candidate]) -> list[Theme]:
    """Themes of units, that with the most relevant first."""
    found: dict[tuple[str, str], list[Candidate]] = {}
    for one in units:
        found.setdefault((one.reply.reply.document, heading(one)), []).append(one)
    return [Theme(words, those) for (_, words), those in found.items()]


def heading(one: Candidate) -> str:
    """
    Where a unit stands: the title of its document and the headings above it, of a long way only the two ends.

    What it is about if it stands under none.
    """
    reply = one.reply.reply
    path = [part for part in map(fold_space, (reply.title, *reply.heading_path)) if part]
    path = [part for number, part in enumerate(path) if not number or part != path[number - 1]]
    if len(path) > 2 and len(BELOW.join(path)) > _LONGEST:
        path = [path[0], "…", path[-1]]
    return BELOW.join(path) or fold_space(reply.subject)
