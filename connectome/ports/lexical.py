"""The lexical index, and what it catches up from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol


class Text(NamedTuple):
    """What the lexical index takes of an agent."""

    agent: int
    heading: str
    """Its document's title and the headings above it, a line each."""
    text: str
    words: Sequence[str]
    """The words of the text, as `connectome.text.words` cuts it."""
    alone: Sequence[str]
    """Those of them that are no part of a longer name."""


class TextSource(Protocol):
    """What a lexical index catches up from; each reads what is committed by now."""

    def version(self, mind: str) -> int:
        """A mind's version. MindNotFound."""

    def text_version(self, mind: str) -> int:
        """The last version of a mind in which agents came or went. MindNotFound."""

    def agent_count(self, mind: str) -> int:
        """How many agents a mind has."""

    def texts_since(self, mind: str, version: int) -> Iterator[Text]:
        """What the lexical index takes of the agents written after a version."""

    def removed_since(self, mind: str, version: int) -> list[int] | None:
        """Agents removed after a version; None if that is not known any more."""


class Hit(NamedTuple):
    """A lexical hit."""

    agent: int
    score: float


class DamagedIndexError(Exception):
    """A mind's index cannot be used as it lies on disk, after a crash perhaps: rebuild it from the graph."""


class LexicalIndex(Protocol):
    """Full-text search in one mind; a copy of what the graph holds, at the version that it has reached."""

    def __hash__(self) -> int:
        """By identity."""

    def stems(self, text: str) -> list[str]:
        """The terms of a text as they are indexed, without stop words."""

    def version(self, mind: str) -> int:
        """The version of the mind that the index has reached; 0 if it holds nothing. DamagedIndexError."""

    def update(self, mind: str, version: int, added: Iterable[Text], removed: Collection[int]) -> None:
        """
        Apply a change; when this returns it can be searched and survives a crash. Again is fine.

        DamagedIndexError.
        """

    def rebuild(self, mind: str, version: int, texts: Iterable[Text]) -> None:
        """Write the index anew: what was removed leaves no trace, not even in the counts that scores rest on."""

    def minds(self) -> Collection[str]:
        """The minds that it holds something of."""

    def will_erase(self, mind: str) -> None:
        """Words that are just removed have to leave no trace: it is written anew in time (`to_erase`)."""

    def to_erase(self) -> Collection[str]:
        """The minds that have to be written anew now."""

    def behind(self) -> Collection[str]:
        """The minds whose latest change could not be written: there was no room."""

    def search(self, mind: str, stems: Sequence[str], limit: int) -> list[Hit]:
        """
        The best agents by BM25 for any of the stems, best first; ties by agent.

        A stem that none has may stand for those that differ from it by one letter.
        """

    def rarities(self, mind: str, stems: Collection[str]) -> Mapping[str, float]:
        """How much each stem tells: ln(1 + agents / (1 + agents that have it))."""

    def holding(self, mind: str, phrase: Sequence[str]) -> list[int]:
        """Every agent whose text holds these words (`connectome.text.words`) one after the other; one word, alone."""

    def drop(self, mind: str) -> None:
        """Forget a mind."""
