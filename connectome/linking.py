"""
Linking: an agent mentions a concept when its text holds a name that somebody handles.

It works both ways: a new agent is linked to the names there are, and a new name to the agents there are. So the
links depend on what the mind holds, never on the order in which it was learned.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise

from connectome.ports import Change, LexicalIndex
from language.keys import FUNCTION_WORDS


class HandledNames:
    """The names that somebody handles in one mind, in memory: linking looks up every phrase of every new text."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys: set[str] = set()
        self._longest: dict[str, int] = {}
        """By the first two words: how many words the longest name has that begins with them."""
        self.add(keys)

    def add(self, keys: Iterable[str]) -> None:
        for key in keys:
            self._keys.add(key)
            parts = key.split(" ", 2)
            if len(parts) > 1:
                start = f"{parts[0]} {parts[1]}"
                self._longest[start] = max(self._longest.get(start, 0), key.count(" ") + 1)

    def remove(self, keys: Iterable[str]) -> None:
        self._keys.difference_update(keys)

    def found_in(self, parts: Sequence[str], alone: Collection[str]) -> set[str]:
        """The keys of all handled names in a text's words; of one word those that stand `alone`."""
        found = {part for part in set(alone) - FUNCTION_WORDS if part in self._keys}
        for start, pair in enumerate(pairwise(parts)):
            name = f"{pair[0]} {pair[1]}"
            if longest := self._longest.get(name):
                if name in self._keys:
                    found.add(name)
                for part in parts[start + 2 : start + longest]:
                    name = f"{name} {part}"
                    if name in self._keys:
                        found.add(name)
        return found

    def __contains__(self, key: str) -> bool:
        return key in self._keys


class Linker:
    """Keeps the handled names of the minds that were written to last."""

    MOST_MINDS = 8

    def __init__(self, lexical: LexicalIndex) -> None:
        self._lexical = lexical
        self._minds: dict[int, tuple[int, HandledNames]] = {}
        """By a mind's id: what is handled at a version, but for what others have changed since."""

    def take(self, change: Change) -> HandledNames:
        """The mind's names before a change, which are not kept unless it is told to: the change may be undone."""
        version, names = self._minds.pop(change.mind, (0, HandledNames(())))
        before = change.version - 1
        if 0 < version <= before and (new := change.handled_since(version) if version < before else ()) is not None:
            names.add(new)
            return names
        return HandledNames(change.handled_keys())

    def keep(self, change: Change, names: HandledNames) -> None:
        """Keep the names as they are after a change."""
        self._minds[change.mind] = change.version, names
        if len(self._minds) > self.MOST_MINDS:
            del self._minds[next(iter(self._minds))]

    def drop(self, change: Change, keys: Collection[str]) -> None:
        """Nobody handles these any more after a change."""
        version, names = self._minds.get(change.mind, (0, None))
        if names:
            names.remove(keys)
            self._minds[change.mind] = change.version if version == change.version - 1 else version, names

    def older_agents(self, mind: str, keys: Collection[str]) -> Iterable[tuple[str, list[int]]]:
        """For each newly handled key: the agents registered before whose text holds it."""
        for key in sorted(keys):
            yield key, self._lexical.holding(mind, key.split(" "))
