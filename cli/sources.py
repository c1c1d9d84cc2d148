"""What there is to learn: files found in folders and cut into pieces that fit into messages."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from cli.errors import Failure
from mesh.documents import JSONL, LARGEST_DOCUMENT_BYTES, NO_TEXT, largest, media_type
from myriad.genesis.v1.document_pb2 import DocumentInput, DocumentResult
from myriad.type.v1.error_reason_pb2 import ErrorReason

PIECE_BYTES = 1024 * 1024
PIECE_LINES = 500
SNIFFED_BYTES = 8192
MADE_BY_TOOLS = {"node_modules", "__pycache__", "site-packages"}
"""Folders whose files nobody wrote."""
LOCKS = {
    *("package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "uv.lock", "poetry.lock"),
    *("Pipfile.lock", "Cargo.lock", "composer.lock", "Gemfile.lock", "go.sum", "flake.lock"),
}
_MINIFIED = (".min.js", ".map")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""Byte order marks."""
SKIPPED_NAMES = 20
WHOLE = frozenset((0,))


@dataclass(frozen=True, slots=True)
class Source:
    """A file to learn; its uri is the same however it was named, and another file's never is."""

    path: Path
    uri: str
    media_type: str
    bytes: int
    modified_ns: int = 0
    """When it was changed last, as the file system says."""


@dataclass(slots=True)
class Found:
    """What a walk found, and why it left out the rest."""

    sources: list[Source] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)
    """The folders that were walked, resolved."""
    skipped: Counter[str] = field(default_factory=Counter)
    skipped_names: dict[str, list[str]] = field(default_factory=dict)
    """The first few of each kind."""
    failures: list[DocumentResult] = field(default_factory=list)

    def skip(self, why: str, path: Path) -> None:
        self.skipped[why] += 1
        names = self.skipped_names.setdefault(why, [])
        if len(names) < SKIPPED_NAMES:
            names.append(str(path))


@dataclass(frozen=True, slots=True)
class Piece:
    """What goes to the server at once and comes back as so many results."""

    document: DocumentInput
    lines: frozenset[int]
    """The lines of a JSONL source that will have a result; else only 0."""
    bytes: int

    def only(self, lines: Set[int]) -> Piece:
        """The same piece with all but these of its lines left blank, so that the numbers stay."""
        if lines == self.lines:
            return self
        numbered = enumerate(self.document.content.split(b"\n"), self.document.first_line)
        kept = (line if number in lines else b"" for number, line in numbered)
        document = DocumentInput()
        document.CopyFrom(self.document)
        document.content = b"\n".join(kept)
        return replace(self, document=document, lines=frozenset(lines))


def find(paths: Iterable[Path]) -> Found:
    """The files to learn below `paths`, each once. Failure if a path does not exist."""
    found = Found()
    seen: set[Path] = set()
    for path in paths:
        if path.is_dir():
            found.folders.append(path.resolve())
            _walk(path.resolve(), found, seen)
        elif path.exists():
            _add(path, media_type(path.name) or "text/plain", found, seen, named=True)
        else:
            raise Failure(f"there is no {path}")
    return found


def _walk(root: Path, found: Found, seen: set[Path]) -> None:
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            if name.startswith("."):
                found.skip("hidden", Path(folder, name))
        for name in MADE_BY_TOOLS.intersection(folders):
            found.skip("made by tools", Path(folder, name))
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in MADE_BY_TOOLS)
        for name in sorted(name for name in files if not name.startswith(".")):
            path = Path(folder, name)
            kind = media_type(name)
            if name in LOCKS or name.endswith(_MINIFIED):
                found.skip("made by tools", path)
            elif kind is None:
                found.skip("of other kinds", path)
            else:
                _add(path, kind, found, seen, named=False)


def _add(path: Path, media_type: str, found: Found, seen: set[Path], named: bool) -> None:
    resolved = path.resolve()
    if resolved in seen:
        return
    seen.add(resolved)
    uri = resolved.as_uri()
    try:
        status = path.stat()  # before it is read, so that what changes meanwhile is seen to have changed
        size = status.st_size
        with path.open("rb") as file:
            start = file.read(SNIFFED_BYTES)
    except OSError as error:
        found.failures.append(_unreadable(uri, error))
        return
    is_utf16 = start.startswith(UTF_16)
    if is_utf16 and media_type == JSONL:
        found.failures.append(not_utf8(uri, "utf-16"))
    elif not named and (why := _worthless(start, size, media_type)):
        found.skip(why, path)
    elif b"\0" in start and not is_utf16 and media_type not in NO_TEXT:
        found.failures.append(failed(uri, ErrorReason.ERROR_REASON_DOCUMENT_NOT_TEXT, "this is no text file"))
    elif not size:
        found.failures.append(failed(uri, ErrorReason.ERROR_REASON_DOCUMENT_EMPTY, "this file is empty"))
    elif media_type != JSONL and size > largest(media_type):
        found.failures.append(too_large(uri, most=largest(media_type)))
    else:
        found.sources.append(Source(path, uri, media_type, size, status.st_mtime_ns))


def _worthless(start: bytes, size: int, media_type: str) -> str:
    """Why a file that nobody named is not worth a word, if so."""
    if b"\0" in start and not start.startswith(UTF_16) and media_type not in NO_TEXT:
        return "binary"
    return "empty" if size <= SNIFFED_BYTES and not start.strip() else ""


def pieces(source: Source) -> Iterator[Piece | DocumentResult]:
    """A source in order, never more of it in memory than one piece. A result stands for what cannot be sent."""
    try:
        with source.path.open("rb") as file:
            if source.media_type == JSONL:
                yield from _lines(source.uri, file)
            else:
                yield _whole(source, file.read(largest(source.media_type) + 1))
    except OSError as error:
        yield _unreadable(source.uri, error)


def text_piece(content: bytes) -> Piece | DocumentResult:
    """A text without a name, such as standard input."""
    if len(content) > LARGEST_DOCUMENT_BYTES:
        return too_large("")
    return Piece(DocumentInput(content=content, media_type="text/plain"), WHOLE, len(content))


def _whole(source: Source, content: bytes) -> Piece | DocumentResult:
    if len(content) > largest(source.media_type):  # it has grown since it was found
        return too_large(source.uri, most=largest(source.media_type))
    document = DocumentInput(content=content, media_type=source.media_type, uri=source.uri)
    return Piece(document, WHOLE, len(content))


def _lines(uri: str, file: BinaryIO) -> Iterator[Piece | DocumentResult]:
    held: list[bytes] = []
    size, number = 0, 0
    while line := file.readline(LARGEST_DOCUMENT_BYTES + 1):
        number += 1
        if len(line) > LARGEST_DOCUMENT_BYTES:
            while line and not line.endswith(b"\n"):
                line = file.readline(PIECE_BYTES)
            if held:
                yield _jsonl(uri, held, number - len(held))
            held, size = [], 0
            yield too_large(uri, number)
            continue
        if held and (size + len(line) > PIECE_BYTES or len(held) == PIECE_LINES):
            yield _jsonl(uri, held, number - len(held))
            held, size = [], 0
        held.append(line)
        size += len(line)
    if held:
        yield _jsonl(uri, held, number - len(held) + 1)


def _jsonl(uri: str, lines: list[bytes], first: int) -> Piece:
    content = b"".join(lines)
    document = DocumentInput(content=content, media_type=JSONL, uri=uri, first_line=first)
    spoken = frozenset(number for number, line in enumerate(lines, first) if line.strip())
    return Piece(document, spoken, len(content))


def too_large(uri: str, line: int = 0, most: int = LARGEST_DOCUMENT_BYTES) -> DocumentResult:
    rule = f"larger than the {most // 2**20} MiB that one document may have"
    return failed(uri, ErrorReason.ERROR_REASON_DOCUMENT_TOO_LARGE, rule, line)


def not_utf8(uri: str, likely: str) -> DocumentResult:
    """`likely` is what the text may be instead, as iconv calls it."""
    advice = f"this is not UTF-8 text; convert it first, perhaps with `iconv -f {likely} -t utf-8`"
    return failed(uri, ErrorReason.ERROR_REASON_DOCUMENT_NOT_TEXT, advice)


def _unreadable(uri: str, error: OSError) -> DocumentResult:
    return failed(uri, ErrorReason.ERROR_REASON_DOCUMENT_UNREADABLE, error.strerror or "cannot be read")


def failed(uri: str, reason: ErrorReason.ValueType, message: str, line: int = 0) -> DocumentResult:
    """The result of a document that never left this machine."""
    return DocumentResult(state=DocumentResult.STATE_FAILED, reason=reason, message=message, line=line, uri=uri)
