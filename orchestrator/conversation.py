"""
What the last message of a conversation asks, in words that stand alone: "and who directed it?" after "When was
Inception released?" is "who directed Inception?".

A pronoun refers back, and so does what is no whole question; where nothing in what was said before can be meant for
sure, the message stays as it is. English alone is read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from orchestrator import ellipsis, pronouns
from orchestrator.phrases import is_english
from orchestrator.pronouns import Turn

__all__ = ["MOST_TURNS", "Turn", "standalone", "turns"]
MOST_TURNS = 20
"""Messages of the user that are looked back at."""
_OPENING = re.compile(r"\s*(?:and|but|or|so|then|ok(?:ay)?|also)\b[,:]?\s+(?=\S)", re.IGNORECASE)
_ABOUT = re.compile(r"\s*(?:what|how)\s+about\s+(\S.*)", re.IGNORECASE | re.DOTALL)


def standalone(message: str, turns: Sequence[Turn]) -> str:
    """The message with what it refers to in the turns before, oldest first, put in its place."""
    if not turns:
        return message
    opening = _OPENING.match(message)
    plain = message[opening.end() :] if opening else message
    before = turns[-1].asked
    if is_english(message) and is_english(before):
        if about := _ABOUT.fullmatch(plain.rstrip(ellipsis.MARKS)):
            return ellipsis.by_phrase(about[1], before) or message
        if found := ellipsis.by_word(plain, before):
            return found
        if opening and (found := ellipsis.by_phrase(plain, before)):
            return found
        if opening and (found := ellipsis.ended_alike(plain, before)):
            return found
    return pronouns.resolved(plain, turns)


def turns(messages: Sequence[tuple[str, str]]) -> list[Turn]:
    """The turns of a conversation of (role, text), each question made to stand alone by those before it."""
    found: list[Turn] = []
    for role, text in messages:
        if role == "user":
            found.append(Turn(standalone(text, found[-MOST_TURNS:]), ""))
        elif role == "assistant" and found:
            found[-1] = found[-1]._replace(answered=text)
    return found[-MOST_TURNS:]
