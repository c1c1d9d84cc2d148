"""A conversation as OpenAI's APIs write it: messages of a role, whose content is text or parts of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mesh import questions
from mesh.errors import InvalidField
from orchestrator.conversation import MOST_TURNS, turns
from orchestrator.http.fields import Fields, text

ROLES = frozenset(("system", "developer", "user", "assistant", "tool", "function"))
_TEXTS = {"text": "text", "input_text": "text", "output_text": "text", "refusal": "refusal"}
"""The types of parts that are text, with the field that holds it."""


class Message(NamedTuple):
    """Who said what."""

    role: str
    text: str


def read(given: Sequence[Fields]) -> list[Message]:
    """Messages of a request. InvalidField."""
    return [_message(one) for one in given]


def question(messages: Sequence[Message], field: str) -> str:
    """What the last message of the user asks, in words that stand alone. InvalidField of `field`."""
    users = [number for number, message in enumerate(messages) if message.role == "user"]
    if not users:
        raise InvalidField(field, "has a message with the role user")
    asked = questions.checked(messages[users[-1]].text, field)
    first = users[-min(len(users), MOST_TURNS)]
    before = [(role, said[: questions.LONGEST]) for role, said in messages[first : users[-1]]]
    meant = turns([*before, ("user", asked)])[-1].asked
    return meant if len(meant) <= questions.LONGEST else asked


def _message(given: Fields) -> Message:
    role = given.text("role")
    if role not in ROLES:
        raise InvalidField(given.path("role"), f"is one of {', '.join(sorted(ROLES))}")
    content = given.get("content")
    if content is None:
        if role == "user":
            raise InvalidField(given.path("content"), "is a string or a list of parts")
        return Message(role, "")
    if isinstance(content, list):
        return Message(role, "\n".join(_part(one) for one in given.objects("content")) if content else "")
    return Message(role, text(content, given.path("content")))


def _part(part: Fields) -> str:
    kind = part.text("type")
    if kind not in _TEXTS:
        raise InvalidField(part.path("type"), "is text: Myriad reads nothing else in a question")
    return part.text(_TEXTS[kind])
