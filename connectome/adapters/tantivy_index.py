"""The embedded lexical index: one Tantivy index for each mind."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import tantivy

from connectome.due import Due
from connectome.ports import Counts, DamagedIndexError, Hit, Indexed
from mesh import disk
from mesh.disk import StorageFull

MOST_OPEN = 32
WRITER_BYTES = 32 * 1024 * 1024
PIECE = 1_000
MOST_POSTINGS = 20_000
"""So many entries of the index a search reads at most, but for those of the rarest term."""
_FRESH = ".fresh"
_UNCLEAN = ".unclean"
_VERSION_ID = 0
"""The id of the document that holds the version; agents' ids begin with 1."""


class TantivyLexicalIndex:
    """See `connectome.ports.LexicalIndex`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._open: dict[str, tantivy.Index] = {}
        self._behind: set[str] = set()
        self._lock = threading.Lock()
        for unfinished in root.glob(f"minds/*{_FRESH}"):
            shutil.rmtree(unfinished, ignore_errors=True)

    def version(self, mind: str) -> int:
        with _damage_told():
            if (index := self._index(mind, create=False)) is None:
                return 0
            searcher = index.searcher()
            hits = searcher.search(_by_id(index, _VERSION_ID), 1).hits
            return int(searcher.doc(hits[0][1])["version"][0]) if hits else 0

    def update(self, mind: str, version: int, added: Iterable[Indexed], removed: Collection[int]) -> None:
        self._behind.add(mind)
        with _damage_told(), _full_told(self._root):
            index = self._index(mind, create=True)
            _write(index, version, added, removed)
            index.reload()
        self._behind.discard(mind)

    def rebuild(self, mind: str, version: int, texts: Iterable[Indexed]) -> None:
        folder, fresh = self._root / mind, self._root / f"{mind}{_FRESH}"
        self._behind.add(mind)
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            with _full_told(self._root):
                _write(self._opened(fresh), version, texts, ())
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
        with self._lock:  # searches under way go on in the files that they have open
            shutil.rmtree(folder, ignore_errors=True)
            fresh.rename(folder)
            self._open[mind] = self._opened(folder)
        self._behind.discard(mind)

    def minds(self) -> Collection[str]:
        return [
            folder.parent.relative_to(self._root).as_posix()
            for folder in self._root.glob("minds/*/meta.json")
            if not folder.parent.name.endswith(_FRESH)
        ]

    def will_erase(self, mind: str) -> None:
        self._due(mind).set()

    def to_erase(self) -> Collection[str]:
        return [mind for mind in self.minds() if self._due(mind).late]

    def _due(self, mind: str) -> Due:
        return Due(self._root / mind / _UNCLEAN)

    def behind(self) -> Collection[str]:
        return frozenset(self._behind)

    def search(self, mind: str, terms: Mapping[str, float], limit: int) -> list[Hit]:
        index = self._index(mind, create=False)
        if index is None or not terms:
            return []
        searcher = index.searcher()
        found = _affordable({term: searcher.doc_freq("terms", term) for term in terms})
        queries = [_term(index.schema, term, terms[term]) for term in found]
        hits = [Hit(agent, score) for agent, score in _found(index, _any(queries), limit)]
        return sorted(hits, key=lambda hit: (-hit.score, hit.agent))

    def counts(self, mind: str, terms: Collection[str]) -> Counts:
        if (index := self._index(mind, create=False)) is None:
            return Counts(0, dict.fromkeys(terms, 0))
        searcher = index.searcher()
        return Counts(max(0, searcher.num_docs - 1), {term: searcher.doc_freq("terms", term) for term in terms})

    def commonest(self, mind: str, words: Collection[str]) -> str:
        if (index := self._index(mind, create=False)) is None:
            return ""
        searcher = index.searcher()
        count, word = max(((searcher.doc_freq("words", word), word) for word in words), default=(0, ""))
        return word if count else ""

    def holding(self, mind: str, phrase: Sequence[str]) -> list[int]:
        if (index := self._index(mind, create=False)) is None:
            return []
        query = (
            tantivy.Query.term_query(index.schema, "alone", phrase[0])
            if len(phrase) == 1
            else tantivy.Query.phrase_query(index.schema, "words", list(phrase))
        )
        return sorted(agent for agent, _ in _found(index, query, index.searcher().num_docs))

    def drop(self, mind: str) -> None:
        with self._lock:
            self._open.pop(mind, None)
            shutil.rmtree(self._root / mind, ignore_errors=True)

    def _index(self, mind: str, create: bool) -> Any:
        """The mind's index; None if there is none and none shall be made."""
        with self._lock:
            index = self._open.pop(mind, None)
            if index is None:
                folder = self._root / mind
                if not create and not (folder / "meta.json").exists():
                    return None
                index = self._opened(folder)
            self._open[mind] = index
            if len(self._open) > MOST_OPEN:
                del self._open[next(iter(self._open))]
            return index

    def _opened(self, folder: Path) -> Any:
        index = self._found(folder)
        index.register_tokenizer("words", _whitespace())
        return index

    def _found(self, folder: Path) -> Any:
        folder.mkdir(parents=True, exist_ok=True)
        return tantivy.Index(_schema(), path=str(folder))


class FollowedTantivyIndex(TantivyLexicalIndex):
    """What another process writes: it is searched here, and `look_again` says when. Nothing here is written."""

    def look_again(self, mind: str) -> None:
        if (index := self._index(mind, create=False)) is None:
            return
        try:
            index.reload()
        except (ValueError, OSError):  # it was dropped, or is being written anew
            with self._lock:
                self._open.pop(mind, None)

    def _index(self, mind: str, create: bool) -> Any:
        try:
            return super()._index(mind, create)
        except (ValueError, OSError):  # half of it has been written
            return None

    def _found(self, folder: Path) -> Any:
        return tantivy.Index.open(str(folder))


def _write(index: Any, version: int, added: Iterable[Indexed], removed: Collection[int]) -> None:
    writer = index.writer(WRITER_BYTES, 1)
    _delete(index, writer, [_VERSION_ID, *removed])
    remaining = iter(added)
    while piece := list(islice(remaining, PIECE)):
        _delete(index, writer, [text.agent for text in piece])  # again is fine
        for text in piece:
            document = tantivy.Document(
                terms=" ".join((*text.path, *text.terms)),
                words=" ".join(text.words),
                alone=" ".join(set(text.alone)),
            )
            document.add_unsigned("id", text.agent)
            writer.add_document(document)
    mark = tantivy.Document()
    mark.add_unsigned("id", _VERSION_ID)
    mark.add_unsigned("version", version)
    writer.add_document(mark)
    writer.commit()
    writer.wait_merging_threads()  # ends the writer, and with it its lock on the folder


@contextmanager
def _damage_told() -> Iterator[None]:
    """Tantivy says ValueError of everything: of files that a crash left half-written too."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise DamagedIndexError(str(error)) from error


@contextmanager
def _full_told(root: Path) -> Iterator[None]:
    """Tantivy writes in threads, and of one that failed it does not say why."""
    try:
        yield
    except (ValueError, OSError):
        if disk.is_full(root):
            raise StorageFull(root) from None
        raise


def _found(index: Any, query: Any, limit: int) -> list[tuple[int, float]]:
    searcher = index.searcher()
    hits = searcher.search(query, max(1, limit)).hits
    agents = searcher.fast_field_values("id", [address for _, address in hits])
    return [(int(agent), float(score)) for agent, (score, _) in zip(agents, hits, strict=True)]


def _any(queries: Sequence[Any]) -> Any:
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def _affordable(counts: Mapping[str, int]) -> list[str]:
    """The terms without the commonest, if the rarer have hits enough: a search takes no longer in a large mind."""
    found, postings = list[str](), 0
    for count, term in sorted((count, term) for term, count in counts.items()):
        postings += count
        if found and postings > MOST_POSTINGS:
            break
        found.append(term)
    return found


def _term(schema: Any, term: str, counts: float) -> Any:
    query = tantivy.Query.term_query(schema, "terms", term)
    return query if counts == 1 else tantivy.Query.boost_query(query, counts)


def _delete(index: Any, writer: Any, agents: Sequence[int]) -> None:
    writer.delete_documents_by_query(tantivy.Query.term_set_query(index.schema, "id", list(agents)))


def _by_id(index: Any, agent: int) -> Any:
    return tantivy.Query.term_query(index.schema, "id", agent)


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", indexed=True, fast=True)
    builder.add_unsigned_field("version", stored=True)
    builder.add_text_field("terms", tokenizer_name="words", index_option="freq")
    builder.add_text_field("words", tokenizer_name="words", index_option="position")
    builder.add_text_field("alone", tokenizer_name="words", index_option="basic")
    return builder.build()


def _whitespace() -> Any:
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
