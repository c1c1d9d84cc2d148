"""
Linking: an agent mentions a concept when its text holds a name that somebody handles.

It works both ways: a new agent is linked to the names there are, and a new name to the agents there are. So the
links depend on what the mind holds, never on the order in which it was learned.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from connectome.ports import Change, LexicalIndex
from connectome.text import names_in


class HandledNames:
    """The names that somebody handles in one mind, in memory: linking looks up every phrase of every new text."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys: set[str] = set()
        self._longest: defaultdict[str, int] = defaultdict(int)
        self.add(keys)

    def add(self, keys: Iterable[str]) -> None:
        for key in keys:
            self._keys.add(key)
            first = key.split(" ", 1)[0]
            self._longest[first] = max(self._longest[first], key.count(" ") + 1)

    def remove(self, keys: Iterable[str]) -> None:
        self._keys.difference_update(keys)

    def found_in(self, parts: Sequence[str]) -> set[str]:
        """The keys of all handled names that stand in a sequence of words."""
        longest = self._longest
        return {name for _, _, name in names_in(parts, lambda word: longest.get(word, 0), self._keys.__contains__)}

    def __contains__(self, key: str) -> bool:
        return key in self._keys


class Linker:
    """Keeps the handled names of the minds that were written to last."""

    MOST_MINDS = 8

    def __init__(self, lexical: LexicalIndex) -> None:
        self._lexical = lexical
        self._minds: dict[str, HandledNames] = {}

    def names(self, mind: str, change: Change) -> HandledNames:
        names = self._minds.pop(mind, None) or HandledNames(change.handled_keys())
        self._minds[mind] = names
        if len(self._minds) > self.MOST_MINDS:
            del self._minds[next(iter(self._minds))]
        return names

    def forget(self, mind: str) -> None:
        """Read the mind's names anew next time: its transaction was undone, or it is gone."""
        self._minds.pop(mind, None)

    def older_agents(self, mind: str, keys: Collection[str]) -> Iterable[tuple[str, list[int]]]:
        """For each newly handled key: the agents registered before whose text holds it."""
        for key in sorted(keys):
            yield key, self._lexical.holding(mind, key.split(" "))
