"""A frequency sketch (count-min, Cormode and Muthukrishnan 2005): how often keys came lately, in little memory."""

from __future__ import annotations

_SALTS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93)
_SHIFT = 32
_LARGEST = 15
_LEAST_WIDTH = 1_024
_SAMPLE = 10
"""After so many notes for each counter of a row all are halved, so that what was used long ago counts for less."""
_HALVED = bytes(count >> 1 for count in range(256))


class FrequencySketch:
    """
    Counts up to 15 for each key; sometimes too high, never too low but for the halving. It widens as asked.

    Which keys share a counter depends on the process's hash seed: nobody can choose keys that look wanted.
    """

    def __init__(self) -> None:
        self._rows = [bytearray(_LEAST_WIDTH) for _ in _SALTS]
        self._mask = _LEAST_WIDTH - 1
        self._noted = 0

    def note(self, key: str) -> None:
        """The key came once more."""
        one, two, three, four = self._rows
        first, second, third, fourth = self._places(key)
        least = min(one[first], two[second], three[third], four[fourth])
        if least < _LARGEST:
            # Only the lowest: the others are higher by keys that share them.
            one[first] += one[first] == least
            two[second] += two[second] == least
            three[third] += three[third] == least
            four[fourth] += four[fourth] == least
        self._noted += 1
        if self._noted > _SAMPLE * (self._mask + 1):
            self._rows = [row.translate(_HALVED) for row in self._rows]
            self._noted //= 2

    def count(self, key: str) -> int:
        """How often it came lately."""
        return min(row[at] for row, at in zip(self._rows, self._places(key), strict=True))

    def widen(self, keys: int) -> None:
        """Make room for so many keys; what was counted stays."""
        while self._mask + 1 < keys:
            self._rows = [row + row for row in self._rows]
            self._mask = 2 * self._mask + 1

    def _places(self, key: str) -> tuple[int, int, int, int]:
        number, mask = hash(key), self._mask
        one, two, three, four = _SALTS
        return (
            (number * one >> _SHIFT) & mask,
            (number * two >> _SHIFT) & mask,
            (number * three >> _SHIFT) & mask,
            (number * four >> _SHIFT) & mask,
        )
