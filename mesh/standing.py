"""What a component says of itself: its version, since when it runs, room on its disk, and what it does."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import TypeAlias

from myriad.type.v1 import standing_pb2

Tell: TypeAlias = Callable[[standing_pb2.Standing], None]
"""Adds what one service has to say."""


class Standing:
    """Of one component, which keeps its data in `folder`, if anywhere."""

    def __init__(self, folder: Path | None = None, tells: Iterable[Tell] = ()) -> None:
        self._folder = folder
        self._tells = list(tells)
        self._common = standing_pb2.Standing(version=version("myriad"))
        self._common.start_time.GetCurrentTime()

    def now(self) -> standing_pb2.Standing:
        said = standing_pb2.Standing()
        said.CopyFrom(self._common)
        if self._folder:
            with suppress(OSError):  # whoever needs the folder says that it is gone; health goes on
                said.disk_free_bytes = shutil.disk_usage(self._folder).free
        for tell in self._tells:
            tell(said)
        return said
