"""The lexical index, and what it catches up from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from language.keys import alone, words
from myriad.agent.v1.text_pb2 import Text


class Indexed(NamedTuple):
    """What the lexical index takes of an agent."""

    agent: int
    terms: Sequence[str]
    """The terms of its text (`myriad.agent.v1.Text`), in order."""
    path: Sequence[str]
    """Those of its document's title and of the headings above it."""
    words: Sequence[str]
    """The words of the text, as `language.keys.words` cuts it."""
    alone: Sequence[str]
    """Those of them that are no part of a longer name."""


def indexed(agent: int, said: Text, text: str) -> Indexed:
    """What the lexical index takes of a passage, from what it says and its text."""
    terms = list(said.terms)
    return Indexed(
        agent, [terms[number] for number in said.token_terms], list(said.path_terms), words(text), alone(text)
    )


class TextSource(Protocol):
    """What a lexical index catches up from; each reads what is committed by now."""

    def version(self, mind: str) -> int:
        """A mind's version. MindNotFound."""

    def text_version(self, mind: str) -> int:
        """The last version of a mind in which agents came or went. MindNotFound."""

    def agent_count(self, mind: str) -> int:
        """How many agents a mind has."""

    def texts_since(self, mind: str, version: int) -> Iterator[Indexed]:
        """What the lexical index takes of the agents written after a version."""

    def removed_since(self, mind: str, version: int) -> list[int] | None:
        """Agents removed after a version; None if that is not known any more."""


class Hit(NamedTuple):
    """A lexical hit."""

    agent: int
    score: float


class Counts(NamedTuple):
    """How many agents an index holds, and by term how many of them have it."""

    agents: int
    having: Mapping[str, int]


class DamagedIndexError(Exception):
    """A mind's index cannot be used as it lies on disk, after a crash perhaps: rebuild it from the graph."""


class LexicalIndex(Protocol):
    """Full-text search in one mind; a copy of what the graph holds, at the version that it has reached."""

    def version(self, mind: str) -> int:
        """The version of the mind that the index has reached; 0 if it holds nothing. DamagedIndexError."""

    def update(self, mind: str, version: int, added: Iterable[Indexed], removed: Collection[int]) -> None:
        """
        Apply a change; when this returns it can be searched and survives a crash. Again is fine.

        DamagedIndexError.
        """

    def rebuild(self, mind: str, version: int, texts: Iterable[Indexed]) -> None:
        """Write the index anew: what was removed leaves no trace, not even in the counts that scores rest on."""

    def minds(self) -> Collection[str]:
        """The minds that it holds something of."""

    def will_erase(self, mind: str) -> None:
        """Words that are just removed have to leave no trace: it is written anew in time (`to_erase`)."""

    def to_erase(self) -> Collection[str]:
        """The minds that have to be written anew now."""

    def behind(self) -> Collection[str]:
        """The minds whose latest change could not be written: there was no room."""

    def search(self, mind: str, terms: Mapping[str, float], limit: int) -> list[Hit]:
        """The best agents by BM25 for any of the terms, each with how much it counts, best first; ties by agent."""

    def counts(self, mind: str, terms: Collection[str]) -> Counts:
        """How many agents there are, and how many of them have each term."""

    def commonest(self, mind: str, words: Collection[str]) -> str:
        """The word (`language.keys.words`) that most agents' texts have; empty if none has any."""

    def holding(self, mind: str, phrase: Sequence[str]) -> list[int]:
        """Every agent whose text holds these words (`language.keys.words`) one after the other; one word, alone."""

    def drop(self, mind: str) -> None:
        """Forget a mind."""
