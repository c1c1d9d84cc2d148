"""Kinship: terms for two steps of a family at once, and the question for the first step of the second."""

from __future__ import annotations

import re

_STEPS = {
    "mother-in-law": ("mother", "spouse"),
    "father-in-law": ("father", "spouse"),
    "sister-in-law": ("wife", "brother"),
    "brother-in-law": ("husband", "sister"),
    "daughter-in-law": ("wife", "son"),
    "son-in-law": ("husband", "daughter"),
    "stepmother": ("wife", "father"),
    "stepfather": ("husband", "mother"),
    "paternal grandfather": ("father", "father"),
    "paternal grandmother": ("mother", "father"),
    "maternal grandfather": ("father", "mother"),
    "maternal grandmother": ("mother", "mother"),
    "grandfather": ("father", "parent"),
    "grandmother": ("mother", "parent"),
}
_TERM = "|".join(_STEPS)
_ASKED = re.compile(
    rf"(?P<lead>\bwho(?:m|se)?\s++(?:is|was|are|were)\s++)(?:(?P<owner>[^?]{{1,200}}?['’]s?)\s++(?P<owned>{_TERM})\b"
    rf"|the\s++(?P<term>{_TERM})\s++of\b)",
    re.IGNORECASE,
)


def unfolded(question: str) -> str:
    """`Who is the maternal grandfather of Al?` as `Who is the father of the mother of Al?`; others as they are."""
    found = _ASKED.search(question)
    if found is None:
        return question
    last, first = _STEPS[(found["owned"] or found["term"]).lower()]
    said = f"the {last} of the {first} of" if found["term"] else f"the {last} of {found['owner']} {first}"
    return f"{question[: found.start()]}{found['lead']}{said}{question[found.end() :]}"
