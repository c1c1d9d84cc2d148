"""A frequency sketch (count-min, Cormode and Muthukrishnan 2005): how often keys came lately, in little memory."""

from __future__ import annotations

_SALTS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93)
_BITS = (1 << 64) - 1
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
        places = self._places(key)
        least = min(row[at] for row, at in zip(self._rows, places, strict=True))
        if least < _LARGEST:
            for row, at in zip(self._rows, places, strict=True):
                if row[at] == least:
                    row[at] += 1
        self._noted += 1
        if self._noted > _SAMPLE * (self._mask + 1):
            self._rows = [bytearray(row.translate(_HALVED)) for row in self._rows]
            self._noted //= 2

    def count(self, key: str) -> int:
        """How often it came lately."""
        return min(row[at] for row, at in zip(self._rows, self._places(key), strict=True))

    def widen(self, keys: int) -> None:
        """Make room for so many keys; what was counted stays."""
        while self._mask + 1 < keys:
            self._rows = [row + row for row in self._rows]
            self._mask = 2 * self._mask + 1

    def _places(self, key: str) -> list[int]:
        number = hash(key)
        return [((number * salt & _BITS) >> 32) & self._mask for salt in _SALTS]
