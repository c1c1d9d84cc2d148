"""How a lexical index catches up with every graph store, see `connectome.ports.TextSource`."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import cast

import pytest
import tantivy

from connectome import due, projection
from connectome.adapters.sqlite import SqliteGraphStore
from connectome.adapters.sqlite.change import SqliteChange
from connectome.adapters.tantivy_index import TantivyLexicalIndex
from connectome.ports import Indexed, Wanted
from connectome.projection import Projection
from connectome.stores import GraphStore
from tests.contract.minds import MIND, RODGERS, SONG, Minds, document


def test_an_agent_is_found_by_the_terms_of_its_text_and_of_its_title_and_by_no_others(minds: Minds) -> None:
    minds.learn(SONG, RODGERS)
    for term, agent in (("written", SONG), ("queen", RODGERS), ("rodger", RODGERS)):
        hits = minds.lexical.search(MIND, {term: 1.0}, 10)
        found = minds.store.read(Wanted(agents=[hit.agent for hit in hits]), 0).agents
        assert agent.agents[0] in {one.name for one in found.values()}, term
    assert minds.lexical.search(MIND, {"the": 1.0, "written by": 1.0}, 10) == []


def test_what_counts_more_of_a_question_comes_first(minds: Minds) -> None:
    minds.learn(document("one", "Blue."), document("other", "Moon."))
    [first, second] = minds.lexical.search(MIND, {"blue": 1.0, "moon": 0.5}, 10)
    assert first.score == pytest.approx(2 * second.score)


def test_an_index_counts_who_has_a_term_and_knows_the_commonest_of_some_words(minds: Minds) -> None:
    minds.learn(SONG, RODGERS, document("other", "Queens and kings, and a queen."))
    assert minds.lexical.counts(MIND, ["queen", "nobody"]) == (3, {"queen": 2, "nobody": 0})
    assert minds.lexical.commonest(MIND, ["queen", "queens", "nobody"]) == "queens"
    assert minds.lexical.commonest(MIND, ["nobody"]) == minds.lexical.commonest("minds/none", ["queen"]) == ""


def test_agents_of_before_passages_were_kept_as_read_are_read_when_they_are_needed(tmp_path: Path) -> None:
    store = SqliteGraphStore(tmp_path / "graph.db")
    minds = Minds(store, TantivyLexicalIndex(tmp_path / "lexical"))
    minds.learn(SONG)
    [now] = store.texts_since(MIND, 0)
    [number] = minds.ids().values()
    passage = store.read(Wanted(agents=[number]), 0).agents[number].passage
    store.change(MIND, lambda change: cast("SqliteChange", change)._connection.execute("UPDATE agents SET said = NULL"))
    [then] = store.texts_since(MIND, 0)
    older = store.read(Wanted(agents=[number]), 0).agents[number]
    assert (then, older.opening) == (now, "Blue Moon was written by Richard Rodgers.")
    assert (older.passage.terms, list(older.passage.names("blue moon"))) == (
        passage.terms,
        list(passage.names("blue moon")),
    )
    store.close()


def test_an_index_of_another_form_is_written_anew(minds: Minds, tmp_path: Path) -> None:
    folder = tmp_path / "old" / MIND
    folder.mkdir(parents=True)
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", indexed=True, fast=True)
    builder.add_text_field("stems")
    tantivy.Index(builder.build(), path=str(folder))
    minds.learn(SONG)
    lexical = TantivyLexicalIndex(tmp_path / "old")
    Projection(minds.store, lexical).catch_up_all(minds.store)
    assert lexical.counts(MIND, ["moon"]) == (1, {"moon": 1})


def test_a_lexical_index_left_behind_or_lost_catches_up(minds: Minds) -> None:
    minds.learn(SONG)
    minds.lexical.drop(MIND)
    minds.learn(RODGERS)
    assert len(minds.lexical.holding(MIND, ["blue", "moon"])) == 1
    assert minds.lexical.version(MIND) == 2


def test_an_index_that_a_crash_damaged_is_rebuilt(minds: Minds, tmp_path: Path) -> None:
    """Tantivy cannot open an index without its meta file, nor write a file that a killed writer left there."""
    minds.learn(SONG, RODGERS)
    (tmp_path / "lexical" / MIND / "meta.json").write_text("half-writ")
    lexical = TantivyLexicalIndex(tmp_path / "lexical")
    Projection(minds.store, lexical).catch_up_all(minds.store)
    assert (len(lexical.holding(MIND, ["blue", "moon"])), lexical.version(MIND)) == (1, 1)


def test_a_file_that_a_killed_writer_left_does_not_stop_the_next(minds: Minds, tmp_path: Path) -> None:
    minds.learn(SONG, RODGERS, document("other", "Something else."))
    folder = tmp_path / "lexical" / MIND
    segment = json.loads((folder / "meta.json").read_text())["segments"][0]["segment_id"].replace("-", "")
    for opstamp in range(2000):
        (folder / f"{segment}.{opstamp}.del").touch()
    fresh = Minds(minds.store, TantivyLexicalIndex(tmp_path / "lexical"))
    for bare in ("rodgers", "song"):
        fresh.forget(bare)
    assert fresh.lexical.holding(MIND, ["queens"]) == fresh.lexical.holding(MIND, ["blue", "moon"]) == []
    assert len(fresh.lexical.holding(MIND, ["something", "else"])) == 1


def test_what_was_written_and_removed_since_a_version_is_told(minds: Minds) -> None:
    minds.learn(SONG)
    minds.learn(RODGERS)
    [rodgers] = minds.store.texts_since(MIND, 1)
    assert (rodgers.terms, rodgers.path) == (["born", "queen"], ["richard", "rodger"])
    assert rodgers.words == ["he", "was", "born", "in", "queens"]
    assert len(list(minds.store.texts_since(MIND, 0))) == minds.store.agent_count(MIND) == 2
    minds.forget("rodgers")
    assert minds.store.removed_since(MIND, 2) == [rodgers.agent]
    assert (minds.store.version(MIND), minds.store.removed_since(MIND, 3)) == (3, [])


def test_an_index_too_far_behind_to_be_told_what_was_removed_is_written_anew(minds: Minds, tmp_path: Path) -> None:
    behind = TantivyLexicalIndex(tmp_path / "behind")
    minds.learn(SONG, RODGERS)
    Projection(minds.store, behind).catch_up(MIND)
    removed = minds.ids()[RODGERS.agents[0]]
    minds.forget("rodgers")
    minds.store.change(MIND, lambda change: change.forget_removed(2))
    assert minds.store.removed_since(MIND, 1) in (None, [removed])  # a store may know it for longer
    Projection(minds.store, behind).catch_up(MIND)
    assert (behind.version(MIND), behind.holding(MIND, ["queens"])) == (2, [])


class Counting(TantivyLexicalIndex):
    """Counts how often it is written to."""

    writes = 0

    def update(self, mind: str, version: int, added: Iterable[Indexed], removed: Collection[int]) -> None:
        self.writes += 1
        super().update(mind, version, added, removed)

    def rebuild(self, mind: str, version: int, texts: Iterable[Indexed]) -> None:
        self.writes += 1
        super().rebuild(mind, version, texts)


def test_a_document_is_learned_and_forgotten_by_one_write_of_the_index_each(graph: GraphStore, tmp_path: Path) -> None:
    lexical = Counting(tmp_path / "counting")
    minds = Minds(graph, lexical)
    minds.learn(SONG, RODGERS)
    assert lexical.writes == 1
    minds.forget("rodgers")
    assert lexical.writes == 2


def test_out_of_a_large_index_goes_what_was_forgotten_in_time(minds: Minds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projection, "REBUILT_AGENTS", 0)
    minds.learn(SONG, RODGERS)
    minds.forget("rodgers")
    minds.projection.erase()
    assert minds.lexical.counts(MIND, ["queen"]).having["queen"] == 1
    monkeypatch.setattr(due, "ERASE_SECONDS", 0.0)
    minds.projection.erase()
    assert minds.lexical.counts(MIND, ["queen"]).having["queen"] == 0
    assert len(minds.lexical.holding(MIND, ["blue", "moon"])) == 1
    assert minds.lexical.to_erase() == []


def test_the_index_of_a_mind_that_is_gone_goes_at_the_next_start(minds: Minds, tmp_path: Path) -> None:
    """The graph was told, and then the process was killed."""
    minds.learn(SONG)
    assert minds.forget_all().documents
    minds.lexical.update(MIND, 1, (), ())
    half_written = tmp_path / "lexical" / f"{MIND}.fresh"
    half_written.mkdir()
    lexical = TantivyLexicalIndex(tmp_path / "lexical")
    Projection(minds.store, lexical).catch_up_all(minds.store)
    assert lexical.minds() == []
    assert not half_written.exists()
