"""
A segmented LRU (Karedla et al. 1994) with admission (W-TinyLFU, Einziger et al. 2017): what is kept of what comes and
goes, the least useful given up first.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from mesh.sketch import FrequencySketch

V = TypeVar("V")
_WINDOW_SHARE = 0.05
_PROTECTED_SHARE = 0.75


@dataclass(slots=True)
class _Held(Generic[V]):
    value: V
    size: int


class _Segment(OrderedDict[str, _Held[V]], Generic[V]):
    """Entries, the least recently used first, and what they take together."""

    def __init__(self) -> None:
        super().__init__()
        self.size = 0

    def put(self, key: str, held: _Held[V]) -> None:
        self[key] = held
        self.size += held.size

    def take(self, key: str) -> _Held[V]:
        held = self.pop(key)
        self.size -= held.size
        return held

    def give(self, other: _Segment[V], key: str) -> None:
        """Move an entry to another segment, as the one used last."""
        other.put(key, self.take(key))


class SegmentedLru(Generic[V]):
    """
    Values by key, each with its size; in the order in which to give them up.

    What is new enters a small window. When there is no room, what leaves the window stays only if it was used more
    often lately than what has waited longest on probation: one pass over many keys pushes out its own kind. On
    probation, use protects; the protected take a share of the capacity at most, beyond which the least recently used
    goes back. Whoever owns it gives up what is too much. Not for several threads.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._window = _Segment[V]()
        self._probation = _Segment[V]()
        self._protected = _Segment[V]()
        self._sketch = FrequencySketch()

    def __len__(self) -> int:
        return len(self._window) + len(self._probation) + len(self._protected)

    def __iter__(self) -> Iterator[str]:
        """The keys, the least useful first."""
        newcomers, settled = iter(self._window.items()), iter(self._probation)
        over = self._window.size - self._window_capacity
        stayed = []
        while over > 0 and (old := next(settled, None)) is not None:
            new, held = next(newcomers)
            over -= held.size
            if self._sketch.count(new) > self._sketch.count(old):
                stayed.append(new)
                yield old
            else:
                stayed.append(old)
                yield new
        yield from stayed
        yield from settled
        yield from self._protected
        yield from (key for key, _ in newcomers)

    def __contains__(self, key: str) -> bool:
        return self._segment(key) is not None

    @property
    def size(self) -> int:
        return self._window.size + self._probation.size + self._protected.size

    @property
    def excess(self) -> int:
        """How much more there is than the capacity; negative if there is room."""
        return self.size - self.capacity

    def get(self, key: str) -> V | None:
        segment = self._segment(key)
        return None if segment is None else segment[key].value

    def size_of(self, key: str) -> int:
        segment = self._segment(key)
        return 0 if segment is None else segment[key].size

    def add(self, key: str, value: V, size: int) -> None:
        """Hold something new, or in another's place."""
        self.remove(key)
        while self._window.size > self._window_capacity:
            self._window.give(self._probation, next(iter(self._window)))
        self._window.put(key, _Held(value, size))
        self._sketch.widen(len(self))

    def use(self, key: str) -> None:
        """It was used, or would have been if it were held."""
        self._sketch.note(key)
        segment = self._segment(key)
        if segment is self._probation:
            segment.give(self._protected, key)
            while self._protected.size > self.capacity * _PROTECTED_SHARE:
                self._protected.give(self._probation, next(iter(self._protected)))
        elif segment is not None:
            segment.move_to_end(key)

    def resize(self, key: str, size: int) -> None:
        """It takes more or less than it did."""
        segment = self._segment(key)
        if segment is not None:
            segment.size += size - segment[key].size
            segment[key].size = size

    def remove(self, key: str) -> V | None:
        """Give something up; returns it, None if it was not held."""
        segment = self._segment(key)
        return None if segment is None else segment.take(key).value

    def least_useful(self, size: int, keep: Collection[str] = ()) -> list[str] | None:
        """What to give up to be rid of `size`, none of it in `keep`; None if that is not enough."""
        found: list[str] = []
        for key in self if size > 0 else ():
            if key not in keep:
                found.append(key)
                size -= self.size_of(key)
                if size <= 0:
                    break
        return found if size <= 0 else None

    @property
    def _window_capacity(self) -> float:
        return self.capacity * _WINDOW_SHARE

    def _segment(self, key: str) -> _Segment[V] | None:
        for segment in (self._protected, self._probation, self._window):
            if key in segment:
                return segment
        return None
