"""How the driver takes the bookmarks of a mind."""

from __future__ import annotations

from collections.abc import Collection

from neo4j.api import BookmarkManager

from connectome.ports import Bookmarks


class Reading(BookmarkManager):
    """For reads: they wait for these bookmarks, and leave none."""

    def __init__(self, known: Collection[str]) -> None:
        self._known = known

    def get_bookmarks(self) -> Collection[str]:
        return self._known

    def update_bookmarks(self, previous_bookmarks: Collection[str], new_bookmarks: Collection[str]) -> None: ...


class Writing(BookmarkManager):
    """For writes to one mind: they come after those before, and whoever reads the mind waits for them."""

    def __init__(self, kept: Bookmarks, mind: str) -> None:
        self._kept = kept
        self._mind = mind

    def get_bookmarks(self) -> Collection[str]:
        return self._kept.of(self._mind)

    def update_bookmarks(self, previous_bookmarks: Collection[str], new_bookmarks: Collection[str]) -> None:
        self._kept.put(self._mind, previous_bookmarks, new_bookmarks)
