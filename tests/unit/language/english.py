"""Sentences of English for tests, cut so simply that they test nothing else."""

from __future__ import annotations

import re


def cut(text: str, sentence: str = r"\S[^.?!]*[.?!]?") -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(sentence, text)]
