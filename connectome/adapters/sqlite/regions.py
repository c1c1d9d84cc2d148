"""Regions: to which each concept belongs, beside the concepts."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence

from connectome.adapters.sqlite.database import Database, chunks
from connectome.ports import Kind
from connectome.regions import Belonging, Tie, strength
from mesh.access import MindNotFound
from myriad.connectome.v1.mind_pb2 import Region

CONCEPTS_A_READ = 5_000
ROWS_A_CHANGE = 10_000
"""Neither readers nor writers keep others waiting for long, nor what was removed from leaving the log."""


class SqliteRegions:
    """See `connectome.regions.RegionStore`."""

    _database: Database

    def minds_to_divide(self) -> list[str]:
        rows = self._database.rows("SELECT name FROM minds WHERE regions_version <> version ORDER BY name")
        return [row[0] for row in rows]

    def ties(self, mind: str, most: int) -> Iterator[Tie]:
        number, last = self._mind(mind)[0], ""
        page = (
            "SELECT id, key FROM concepts WHERE mind = ? AND key > ? AND handled + mentioned BETWEEN 2 AND ?"
            " ORDER BY key LIMIT ?"
        )
        while concepts := self._database.rows(page, (number, last, most, CONCEPTS_A_READ)):
            last = concepts[-1][1]
            statement = "SELECT agent, concept, kind FROM json_each(?) JOIN edges ON concept = value"
            for agent, concept, kind in self._database.rows(statement, (json.dumps([one[0] for one in concepts]),)):
                yield Tie(agent, concept, strength(Kind(kind)))

    def belongings(self, mind: str) -> Sequence[Belonging]:
        statement = "SELECT concept, region, weight FROM belongings WHERE mind = ?"
        return [Belonging(*row) for row in self._database.rows(statement, (self._mind(mind)[0],))]

    def put_belongings(self, mind: str, version: int, belongings: Sequence[Belonging], none: Collection[int]) -> None:
        number = self._mind(mind)[0]
        for piece in chunks(belongings, ROWS_A_CHANGE):
            with self._database.writing() as connection:
                connection.executemany(
                    "INSERT INTO belongings (concept, mind, region, weight)"
                    " SELECT id, mind, ?2, ?3 FROM concepts WHERE id = ?1 AND mind = ?4"
                    " ON CONFLICT (concept) DO UPDATE SET region = excluded.region, weight = excluded.weight",
                    [(*one, number) for one in piece],
                )
        for gone in chunks(none, ROWS_A_CHANGE):
            with self._database.writing() as connection:
                connection.executemany("DELETE FROM belongings WHERE concept = ?", [(one,) for one in gone])
        with self._database.writing() as connection:
            connection.execute("UPDATE minds SET regions_version = ? WHERE id = ?", (version, number))

    def regions_version(self, mind: str) -> int:
        return self._mind(mind)[1]

    def list_regions(self, mind: str, after: int, limit: int) -> list[Region]:
        rows = self._database.rows(
            "SELECT region, count(*), (SELECT json_group_array(name) FROM (SELECT name FROM belongings b"
            " JOIN concepts ON id = concept WHERE b.mind = o.mind AND b.region = o.region"
            " ORDER BY b.weight DESC, concept LIMIT 5)) FROM belongings o WHERE mind = ? AND region > ?"
            " GROUP BY region ORDER BY region LIMIT ?",
            (self._mind(mind)[0], after, limit),
        )
        return [
            Region(name=f"{mind}/regions/{region}", concepts=json.loads(names), concept_count=count)
            for region, count, names in rows
        ]

    def _mind(self, name: str) -> tuple[int, int]:
        """A mind's number, and the version that its regions are of."""
        row = self._database.row("SELECT id, regions_version FROM minds WHERE name = ?", (name,))
        if row is None:
            raise MindNotFound(name)
        return row[0], row[1]
