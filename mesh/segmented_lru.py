"""A segmented LRU (Karedla et al. 1994): what is kept of what comes and goes, the least useful given up first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

V = TypeVar("V")
_PROTECTED_SHARE = 0.8


@dataclass(slots=True)
class _Held(Generic[V]):
    value: V
    size: int


class SegmentedLru(Generic[V]):
    """
    Values by key, each with its size; in the order in which to give them up.

    What is new is on probation until its use protects it, so that one pass over many cannot push out those that are
    used again and again. The protected take a share of the capacity at most: beyond it the least recently used goes
    back on probation. Whoever owns it says what a use is, and gives up what is too much. Not for several threads.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.size = 0
        self._probation: OrderedDict[str, _Held[V]] = OrderedDict()
        self._protected: OrderedDict[str, _Held[V]] = OrderedDict()
        self._protected_size = 0

    def __len__(self) -> int:
        return len(self._probation) + len(self._protected)

    def __iter__(self) -> Iterator[str]:
        """The keys, the least useful first."""
        yield from self._probation
        yield from self._protected

    def __contains__(self, key: str) -> bool:
        return key in self._probation or key in self._protected

    def items(self) -> Iterator[tuple[str, V]]:
        """The same with their values."""
        for segment in (self._probation, self._protected):
            yield from ((key, held.value) for key, held in segment.items())

    @property
    def excess(self) -> int:
        """How much more there is than the capacity; negative if there is room."""
        return self.size - self.capacity

    def get(self, key: str) -> V | None:
        held = self._held(key)
        return held.value if held else None

    def size_of(self, key: str) -> int:
        held = self._held(key)
        return held.size if held else 0

    def add(self, key: str, value: V, size: int) -> None:
        """Hold something new, or in another's place, on probation."""
        self.remove(key)
        self._probation[key] = _Held(value, size)
        self.size += size

    def use(self, key: str, *, protect: bool) -> None:
        """It was used last; if `protect`, that protects it."""
        if key in self._protected:
            self._protected.move_to_end(key)
        elif key in self._probation and protect:
            held = self._probation.pop(key)
            self._protected[key] = held
            self._protected_size += held.size
            self._demote()
        elif key in self._probation:
            self._probation.move_to_end(key)

    def resize(self, key: str, size: int) -> None:
        """It takes more or less than it did."""
        if held := self._held(key):
            grown = size - held.size
            held.size = size
            self.size += grown
            self._protected_size += grown * (key in self._protected)

    def remove(self, key: str) -> V | None:
        """Give something up; returns it, None if it was not held."""
        held = self._probation.pop(key, None)
        if held is None:
            held = self._protected.pop(key, None)
            self._protected_size -= held.size if held else 0
        if held is None:
            return None
        self.size -= held.size
        return held.value

    def _held(self, key: str) -> _Held[V] | None:
        return self._protected.get(key) or self._probation.get(key)

    def _demote(self) -> None:
        while self._protected_size > self.capacity * _PROTECTED_SHARE:
            key, held = self._protected.popitem(last=False)
            self._protected_size -= held.size
            self._probation[key] = held
