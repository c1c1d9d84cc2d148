"""A database of any schema is read for good: the golden files were written by the versions that had these schemas."""

from __future__ import annotations

import gzip
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from connectome.adapters.sqlite import SqliteGraphStore
from connectome.adapters.sqlite import migrations as sqlite_migrations
from connectome.adapters.sqlite.migrations import MIGRATIONS, OLDEST, SCHEMA, migrate
from mesh.listening import StartError
from myriad.genesis.v1.document_pb2 import Job
from tests.contract.minds import MIND

GOLDEN = Path(__file__).parent / "golden"
SCHEMAS = [*MIGRATIONS]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "graph.db"


def unpack(schema: int, path: Path) -> None:
    with gzip.open(GOLDEN / f"graph-{schema}.db.gz") as packed, path.open("wb") as file:
        shutil.copyfileobj(packed, file)


def test_every_schema_has_a_golden_file() -> None:
    assert sorted(one.name for one in GOLDEN.glob("graph-*.db.gz")) == [f"graph-{one}.db.gz" for one in SCHEMAS]


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_golden_file_holds_what_was_written_into_it(path: Path, schema: int) -> None:
    unpack(schema, path)
    store = SqliteGraphStore(path)
    with closing(store):
        mind = store.get_mind(MIND)
        assert (mind.display_name, mind.document_count, mind.agent_count, mind.vector_count) == ("The mind", 2, 2, 1)
        assert list(mind.allowed_models) == (["myriad-base", "myriad-swift"] if schema >= 8 else [])
        assert [one.name for one in store.list_minds("", 9)] == ["minds/empty", MIND]
        song = store.get_document(f"{MIND}/documents/song")
        assert (song.title, song.uri, song.metadata["k"], song.agent_count) == ("Blue Moon", "file:///song", "v", 1)
        agents = store.list_agents(MIND, "", "", 9)
        assert [(one.agent, list(one.heading_path)) for one in agents] == [
            (f"{MIND}/agents/arodgers", ["Heading"]),
            (f"{MIND}/agents/asong", ["Heading"]),
        ]
        bundles = ["folder:///minds/m/ab12.pak"]
        assert [one.agent for one in store.packets(MIND, bundles, ("", ""), 9)] == [one.agent for one in agents]
        assert len(store.list_weights(MIND, ("", ""), 9)) == 5
        assert store.deferrals(2e9) == [(MIND, 1_900_800_900)]
        assert store.removed_since(MIND, 2) == [3]
        regions = store.list_regions(MIND, 0, 9)
        assert [(one.name, list(one.concepts)) for one in regions] == [(f"{MIND}/regions/3", ["Blue Moon"])][
            : schema - 3
        ]
        job = store.get_job(f"{MIND}/jobs/j")
        assert (job.state, job.learned_count, job.failures[0].message) == (Job.STATE_RUNNING, 1, "why")
        assert store.create_mind(MIND, "The mind", "request").name == MIND


def layout(path: Path) -> dict[str, str]:
    """Of a database: its tables, columns, indices and triggers."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {name: " ".join(sql.split()) for name, sql in found if not name.startswith("sqlite_")}


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_migrated_file_is_laid_out_like_a_new_one(path: Path, tmp_path: Path, schema: int) -> None:
    unpack(schema, path)
    for one in (path, tmp_path / "new.db"):
        SqliteGraphStore(one).close()
    assert layout(path) == layout(tmp_path / "new.db")


def test_a_file_of_a_newer_schema_is_refused_in_words(path: Path) -> None:
    SqliteGraphStore(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    with pytest.raises(StartError, match=r"SCHEMA_TOO_NEW.*newer Myriad"):
        SqliteGraphStore(path)


def test_a_file_older_than_what_was_released_is_refused_in_words(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {OLDEST - 1}")
    with pytest.raises(StartError, match="learn its documents again"):
        SqliteGraphStore(path)


def test_a_migration_that_fails_leaves_the_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unpack(OLDEST, path)
    before = layout(path)
    broken = MIGRATIONS[OLDEST + 1] + "CREATE TABLE agents (id);\n"
    monkeypatch.setattr(sqlite_migrations, "MIGRATIONS", {**MIGRATIONS, OLDEST + 1: broken})
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        with pytest.raises(sqlite3.OperationalError):
            migrate(connection, path)
        assert connection.execute("PRAGMA user_version").fetchone() == (OLDEST,)
    assert layout(path) == before


@pytest.mark.parametrize("schema", [None, *SCHEMAS])
def test_of_several_that_start_at_once_one_migrates(path: Path, schema: int | None) -> None:
    """Each has a connection of its own, as processes have."""
    if schema:
        unpack(schema, path)
    with ThreadPoolExecutor(8) as starting:
        for store in starting.map(SqliteGraphStore, [path] * 8):
            store.close()
    SqliteGraphStore(path).close()
