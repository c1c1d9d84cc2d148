"""What is due, put down in a file so that a restart does not forget it."""

from __future__ import annotations

import time
from pathlib import Path

ERASE_SECONDS = 3600.0
"""What was forgotten lies so long at most, with a minute more, where to write a large file anew takes it away."""


class Due:
    """Something that is to be done; its file's age says since when."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def set(self) -> None:
        """It is due from now on, if it was not before."""
        if not self._file.exists():
            self._file.touch()

    def __bool__(self) -> bool:
        return self._file.exists()

    @property
    def late(self) -> bool:
        """Whether it has been due for as long as it may; at once if it is due from later on: the clock went back."""
        try:
            return not 0 <= time.time() - self._file.stat().st_mtime < ERASE_SECONDS
        except FileNotFoundError:
            return False

    def clear(self) -> None:
        """It is done."""
        self._file.unlink(missing_ok=True)
