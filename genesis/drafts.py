"""Drafts: a source read and cut, before anybody was asked what of it is new."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from genesis import identity, metadata, passages, subjects
from genesis.converting import converted
from genesis.errors import DocumentEmpty, DocumentTooLarge, MediaTypeUnknown, foreseen
from genesis.fairness import breathe
from genesis.formats import FORMATS
from genesis.passages import LARGEST_RECORD_WORDS, LARGEST_WHOLE_WORDS, LARGEST_WORDS, Passage, says_something
from genesis.readers import jsonl, parts
from genesis.readers.registry import READERS, text_of
from genesis.reading import checked
from genesis.structure import Block, Kind, Place, Structure, verbatim
from language import acronyms
from language.english import concepts
from language.languages import detect
from language.spans import day_order
from mesh import names
from mesh.documents import LARGEST_FILE_BYTES
from mesh.errors import InvalidField, MyriadError
from myriad.genesis.v1.document_pb2 import Document, DocumentInput, DocumentResult

LARGEST_BYTES = 8 * 1024 * 1024
"""The largest document, in bytes of UTF-8."""
LONGEST_TITLE = 500
LONGEST_URI = 2_000
MOST_METADATA = 32
LONGEST_METADATA = 1_000

_SAMPLE = 4_000
"""Characters that tell a document's language."""
_DATES = ("date", "updated", "effective", "reviewed", "created")
_ISO = re.compile(r"\d{4}(?:-\d\d){0,2}")

PLAIN = "text/plain"
JSONL = "application/x-ndjson"
_PARAGRAPH = re.compile(r"[^\n]++(?>(?:\n(?![^\S\n]*\n)[^\n]+)*)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Part:
    """A passage, and whom or what the pronoun that it opens with stands for; empty if nothing tells."""

    passage: Passage
    subject: str

    @property
    def context(self) -> tuple[str, ...]:
        """All but its text that its meaning depends on within its document."""
        above = (*self.passage.path, self.subject)
        return (*above[:-1], "", self.subject) if any(above) else ()  # as ids have been since schema 1


@dataclass(frozen=True, slots=True)
class Draft:
    """A document with its passages by agent, resource names in the document's order."""

    document: Document
    text: str
    about: Sequence[str]
    """What its title, and its first sentence besides, call it; nothing if it has no title but its file's name."""
    passages: Mapping[str, Part]
    line: int
    language: str = ""
    date: str = ""
    """When it was written, ISO 8601, if its metadata say so."""
    acronyms: Mapping[str, str] = field(default_factory=dict)
    """What it says that its acronyms stand for."""
    day_order: str = ""
    """Whether the day or the month comes first in its numeric dates, `dmy` or `mdy`, if they show it."""
    places: Sequence[Place] = ()
    """Its pages, slides, sheets, chapters, if it has such."""

    def result(self, state: DocumentResult.State.ValueType) -> DocumentResult:
        agents = len(self.passages)
        return DocumentResult(
            document=self.document.name, state=state, line=self.line, uri=self.document.uri, agent_count=agents
        )


def failure(error: Exception, line: int, uri: str, document: str = "") -> DocumentResult:
    """The result of a document that is not learned."""
    cause = foreseen(error)
    return DocumentResult(
        document=document,
        state=DocumentResult.STATE_FAILED,
        reason=cause.reason,
        message=cause.message,
        line=line,
        uri=uri,
    )


class Drafter:
    """
    Makes drafts for one job.

    It remembers which texts stand behind ids that were derived from a title: two texts of one title in one job are
    two documents, not an older and a newer version of one.
    """

    def __init__(self, mind: str) -> None:
        self._mind = mind
        self._titled: dict[str, int] = {}

    def drafts(self, source: DocumentInput) -> Iterator[Draft | DocumentResult]:
        """A draft, or the failure, of each document in the source."""
        breathe()
        uri = source.uri[:LONGEST_URI]
        try:
            if is_jsonl(source):
                yield from self._records(source, uri)
            else:
                yield self._document(source)
        except Exception as error:  # whatever it is, the other documents are learned
            yield failure(error, 0, uri, self._given_name(source))

    def _document(self, source: DocumentInput) -> Draft:
        media_type = _media_type(source)
        if media_type in FORMATS:
            return self._draft(source, _file(source, media_type), media_type, 0)
        read = READERS.get(media_type)
        if read is None:
            known = ", ".join((*READERS, *FORMATS, JSONL))
            raise MediaTypeUnknown(f"there is no reader for this media type; there are {known}", known=known)
        _bound(source)
        text = text_of(source.content, media_type) if source.content else checked(source.text)
        return self._draft(source, read(text), media_type, 0)

    def _records(self, source: DocumentInput, uri: str) -> Iterator[Draft | DocumentResult]:
        _bound(source)
        content = source.content or source.text.encode()
        if content.count(b"\n") >= jsonl.LARGEST_LINES:
            raise DocumentTooLarge(
                f"a JSONL source has {jsonl.LARGEST_LINES:,} lines at most; send it in pieces with first_line",
                largest_lines=str(jsonl.LARGEST_LINES),
            )
        for line, record in jsonl.read(content, source.first_line or 1):
            if isinstance(record, MyriadError):
                yield failure(record, line, uri)
                continue
            given = DocumentInput(
                id=record.id,
                title=record.title,
                text=record.text,
                uri=record.uri,
                metadata=record.metadata,
                pinned=source.pinned,
            )
            try:
                yield self._draft(given, _record(record), JSONL, line)
            except Exception as error:
                yield failure(error, line, record.uri[:LONGEST_URI] or uri, self._given_name(given))

    def _draft(self, given: DocumentInput, read: Structure, media_type: str, line: int) -> Draft:
        _check(given)
        language = read.metadata.get("language", "")[:2].lower() or detect(_sample(read))
        cut = passages.cut(read.blocks, language, largest=_largest(given, media_type, read.source))
        if not cut:
            raise DocumentEmpty("the document holds nothing that could be learned")
        title = _one_line(given.title) or _one_line(read.title)[:LONGEST_TITLE]
        text = read.source
        bare = given.id or self._derived_id(given.uri, title, text)
        about = concepts.subject(title, _opening(cut[0])) if title else []
        aliases = [name for name in about if name != title]
        agents: dict[str, Part] = {}
        for passage, subject in zip(cut, subjects.subjects(title, cut), strict=True):
            part = Part(passage, subject)
            agent = identity.agent_id(bare, passage.text.text, (*aliases, *part.context))
            agents.setdefault(names.agent(self._mind, agent), part)
        document = Document(
            name=names.document(self._mind, bare),
            title=title or identity.readable(_one_line(identity.file_name(given.uri)))[:LONGEST_TITLE],
            uri=given.uri,
            content_hash=identity.content_hash(media_type, title, text, given.uri, given.metadata, pinned=given.pinned),
            metadata=given.metadata,
            pinned=given.pinned,
        )
        told = metadata.gathered((*read.metadata.items(), *metadata.stated(read.blocks)))
        date = next((told[key] for key in _DATES if key in told), "") or metadata.dated(given.uri)
        explained = (pair for passage in cut for pair in acronyms.defined(passage.text.text))
        dated = date if _ISO.fullmatch(date) else ""
        said = dict(islice(explained, acronyms.MOST))
        return Draft(document, text, about, agents, line, language, dated, said, day_order(text), read.places)

    def _given_name(self, given: DocumentInput) -> str:
        """The name of a document that is not learned, by which it can be forgotten; empty if nothing tells one."""
        try:
            return names.document(
                self._mind, given.id or (identity.document_id(given.uri, "", "") if given.uri else "")
            )
        except InvalidField:
            return ""

    def _derived_id(self, uri: str, title: str, text: str) -> str:
        derived = identity.document_id(uri, title, text)
        if uri or not title:
            return derived
        if self._titled.setdefault(derived, hash(text)) == hash(text):
            return derived
        return identity.document_id("", f"{title}\n{text}", "")


def _sample(read: Structure) -> str:
    """Enough of what is shown to tell its language."""
    said: list[str] = []
    for block in read.blocks:
        said.append(block.text.text[:_SAMPLE])
        if sum(map(len, said)) >= _SAMPLE:
            break
    return " ".join(said)


def _opening(passage: Passage) -> str:
    """The first sentence that says something."""
    text = passage.text.text
    return next(text[slice(*span)] for span in passage.sentences if says_something(text[slice(*span)]))


def _file(source: DocumentInput, media_type: str) -> Structure:
    """What a file that is no text says."""
    if source.text:
        raise InvalidField("content", "holds the bytes of a file of this type; text cannot")
    if len(source.content) > LARGEST_FILE_BYTES:
        raise DocumentTooLarge(
            f"a file has {LARGEST_FILE_BYTES // 2**20} MiB at most; cut it into several",
            largest_bytes=str(LARGEST_FILE_BYTES),
        )
    return parts.read(converted(media_type, source.content))


def _record(record: jsonl.Record) -> Structure:
    """A record of a JSONL source; a short one has no headings, and stays in one piece."""
    text = record.text
    if record.is_json:
        return READERS["application/json"](text)
    found = READERS[PLAIN](text)
    if not _is_short(text) or not (found.title or any(block.path for block in found.blocks)):
        return found
    shown = (verbatim(text, one.start(), one.end()).folded() for one in _PARAGRAPH.finditer(text))
    return Structure(title="", source=text, blocks=[Block(kind=Kind.PARAGRAPH, text=one) for one in shown])


def _is_short(text: str) -> bool:
    """Whether a record may stay one passage."""
    return passages.words(text) <= LARGEST_RECORD_WORDS


def _largest(given: DocumentInput, media_type: str, text: str) -> int:
    """Words of a passage: a short text with a title of its own stays whole, lest it take several places."""
    if media_type == JSONL and _is_short(text):
        return LARGEST_RECORD_WORDS
    return LARGEST_WHOLE_WORDS if given.title and passages.words(text) <= LARGEST_WHOLE_WORDS else LARGEST_WORDS


def is_jsonl(source: DocumentInput) -> bool:
    """Whether the source holds a document a line."""
    return _media_type(source) == JSONL


def _media_type(source: DocumentInput) -> str:
    return source.media_type.partition(";")[0].strip().lower() or PLAIN


def _bound(source: DocumentInput) -> None:
    if source.text and source.content:
        raise InvalidField("content", "is given instead of text, not with it")
    # A character of text takes a byte at least, so most texts need not be encoded to be measured.
    size = len(source.content) or len(source.text)
    if size <= LARGEST_BYTES < 4 * size and source.text:
        size = len(source.text.encode())
    if size > LARGEST_BYTES:
        raise DocumentTooLarge("a document has 8 MiB at most; cut it into several", largest_bytes=str(LARGEST_BYTES))


def _check(given: DocumentInput) -> None:
    """InvalidField if something about the document, but for its text, breaks its rule."""
    if len(given.title) > LONGEST_TITLE:
        raise InvalidField("title", f"has {LONGEST_TITLE} characters at most")
    if _CONTROL.search(_one_line(given.title)):
        raise InvalidField("title", "has no control characters")
    if len(given.uri) > LONGEST_URI or _CONTROL.search(given.uri):
        raise InvalidField("uri", f"has {LONGEST_URI:,} characters at most, none of them a control character")
    if len(given.metadata) > MOST_METADATA:
        raise InvalidField("metadata", f"has {MOST_METADATA} entries at most")
    if any(len(key) > LONGEST_METADATA or len(value) > LONGEST_METADATA for key, value in given.metadata.items()):
        raise InvalidField("metadata", f"has keys and values of {LONGEST_METADATA:,} characters at most")
    if given.id:
        names.document("", given.id)


def _one_line(title: str) -> str:
    return " ".join(title.split())
