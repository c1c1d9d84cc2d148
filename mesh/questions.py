"""Questions: what may be asked, in the one form in which every component reads it."""

from __future__ import annotations

import re

from mesh.errors import InvalidField

LONGEST = 4_000
"""Characters of a question,"""
_LONGEST_UNSQUEEZED = 10 * LONGEST
"""and with all its white space: more is not even looked at."""
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters, and halves of characters, which no text in UTF-8 has."""


def checked(text: str, field: str = "question") -> str:
    """The question with one blank for each run of white space, and none around it. InvalidField if it cannot be one."""
    squeezed = " ".join(text.split()) if len(text) <= _LONGEST_UNSQUEEZED else text
    if not 0 < len(squeezed) <= LONGEST:
        raise InvalidField(field, f"has 1 to {LONGEST:,} characters")
    if _UNSEEN.search(squeezed):
        raise InvalidField(field, "has no control characters")
    if not any(map(str.isalnum, squeezed)):
        raise InvalidField(field, "has a letter or a digit")
    return squeezed
