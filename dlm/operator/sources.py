"""The sources of a declared mind, as they are now."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from dlm.operator.config_maps import ConfigMapSource
from dlm.operator.curriculum import Lesson, document
from dlm.operator.ports import Buckets, File, Source
from mesh.cluster import Cluster, Object
from mesh.errors import MyriadError

DAY_SECONDS = 86_400.0


@dataclass(slots=True)
class Sources:
    """What lies in them, by their names."""

    opened: dict[str, Source] = field(default_factory=dict)
    files: dict[str, Sequence[File]] = field(default_factory=dict)
    unread: dict[str, MyriadError] = field(default_factory=dict)
    """Why those cannot be read of which nobody knows what they hold."""
    lessons: dict[str, Lesson] = field(default_factory=dict)
    """All files, by the ids that their documents have."""

    async def read(self, lesson: Lesson) -> bytes | None:
        """What a file says; None if it is gone."""
        return await self.opened[lesson.source].read(lesson.file.name)


async def look(body: Object, cluster: Cluster, buckets: Buckets, stack: AsyncExitStack) -> Sources:
    """See what the sources hold; one that cannot be read keeps none of the others from being read."""
    found = Sources()
    for declared in body["spec"]["sources"]:
        name = declared["name"]
        try:
            if place := declared.get("configMap"):
                space = body["metadata"]["namespace"]
                source: Source = ConfigMapSource(cluster, space, place["name"], place.get("key", ""))
            else:
                source = await stack.enter_async_context(buckets(declared["bucket"]))
            found.files[name] = _kept(await source.files(), declared.get("retentionDays"))
        except MyriadError as error:
            found.unread[name] = error
            continue
        found.opened[name] = source
        for file in found.files[name]:
            found.lessons[document(name, file.name)] = Lesson(name, source.uri + file.name, file)
    return found


def _kept(files: Sequence[File], days: int | None) -> Sequence[File]:
    """Those that are not too old to be known."""
    oldest = time.time() - days * DAY_SECONDS if days else 0.0
    return [file for file in files if file.changed >= oldest]
