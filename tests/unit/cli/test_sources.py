"""What is found to learn, and how it is cut."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli import sources
from cli.errors import Failure
from cli.sources import Piece, Source
from mesh.documents import JSONL
from myriad.genesis.v1.document_pb2 import DocumentResult
from myriad.type.v1.error_reason_pb2 import ErrorReason


def cut(path: Path, media_type: str = JSONL) -> list[Piece | DocumentResult]:
    return list(sources.pieces(Source(path, path.name, media_type, path.stat().st_size)))


def test_a_folder_gives_its_readable_files_and_counts_the_rest(tmp_path: Path) -> None:
    root = tmp_path / "notes"
    (root / "deep").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / ".git" / "a.md").write_text("hidden")
    (root / "b.md").write_text("# B")
    (root / "deep" / "a.HTML").write_text("<p>A")
    (root / "picture.png").write_bytes(b"\x89PNG")
    (root / "broken.txt").write_bytes(b"a\0b")
    (root / "empty.md").touch()
    (root / "blank.md").write_text(" \n\n")
    (root / "node_modules").mkdir()
    (root / "node_modules" / "README.md").write_text("# Left pad")
    found = sources.find([root])
    assert [(source.uri, source.media_type) for source in found.sources] == [
        ((root / "b.md").as_uri(), "text/markdown"),
        ((root / "deep" / "a.HTML").as_uri(), "text/html"),
    ]
    assert dict(found.skipped) == {
        "hidden": 1,
        "made by tools": 1,
        "of other kinds": 1,
        "binary": 1,
        "empty": 2,
    }
    assert found.skipped_names["binary"] == [str(root / "broken.txt")]
    assert not found.failures


def test_a_uri_does_not_depend_on_how_the_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "notes" / "a b.md"
    file.parent.mkdir()
    file.write_text("a")
    (tmp_path / "link").symlink_to(file.parent)
    monkeypatch.chdir(file.parent)
    ways = (Path(), tmp_path, file.parent, file, Path("a b.md"), Path("../notes/a b.md"), tmp_path / "link")
    assert {source.uri for way in ways for source in sources.find([way]).sources} == {file.as_uri()}
    assert len(sources.find(ways).sources) == 1


def test_files_of_one_name_in_folders_of_one_name_are_two_documents(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder / "notes").mkdir(parents=True)
        (tmp_path / folder / "notes" / "readme.md").write_text(folder)
    found = sources.find([tmp_path / "a" / "notes", tmp_path / "b" / "notes"])
    assert len({source.uri for source in found.sources}) == 2


def test_a_named_file_that_is_empty_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").touch()
    (failure,) = sources.find([tmp_path / "a.jsonl"]).failures
    assert failure.reason == ErrorReason.ERROR_REASON_DOCUMENT_EMPTY


def test_text_of_any_encoding_goes_to_the_server_as_it_is(tmp_path: Path) -> None:
    for name, encoding in (("wide.txt", "utf-16"), ("old.txt", "latin-1")):
        (tmp_path / name).write_text("Größe", encoding=encoding)
    found = sources.find([tmp_path])
    pieces = [piece for source in found.sources for piece in sources.pieces(source)]
    assert [piece.document.content for piece in pieces if isinstance(piece, Piece)] == [
        "Größe".encode("latin-1"),
        "Größe".encode("utf-16"),
    ]
    assert not found.failures


def test_lines_have_to_be_utf8(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("{}", encoding="utf-16")
    (failure,) = sources.find([tmp_path]).failures
    assert "iconv -f utf-16 -t utf-8" in failure.message


def test_files_of_tools_and_of_other_kinds_are_left_out_and_named(tmp_path: Path) -> None:
    for name in ("uv.lock", "package-lock.json", "app.min.js", "photo.xyz", "app.js", "README", "prod.env"):
        (tmp_path / name).write_text("a = 1")
    found = sources.find([tmp_path])
    assert [source.path.name for source in found.sources] == ["README", "app.js", "prod.env"]
    assert {why: [Path(name).name for name in names] for why, names in found.skipped_names.items()} == {
        "made by tools": ["app.min.js", "package-lock.json", "uv.lock"],
        "of other kinds": ["photo.xyz"],
    }


def test_a_named_file_of_any_kind_is_taken_as_text_unless_it_is_none(tmp_path: Path) -> None:
    (tmp_path / "LICENSE").write_text("free")
    (tmp_path / "a.out").write_bytes(b"\x7fELF\0")
    found = sources.find([tmp_path / "LICENSE", tmp_path / "a.out"])
    assert [source.media_type for source in found.sources] == ["text/plain"]
    assert [failure.reason for failure in found.failures] == [ErrorReason.ERROR_REASON_DOCUMENT_NOT_TEXT]


def test_a_path_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(Failure, match=r"there is no .*nowhere"):
        sources.find([tmp_path / "nowhere"])


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    large = tmp_path / "large.txt"
    with large.open("wb") as file:
        file.truncate(50 * 2**20)
        file.seek(0)
        file.write(b"x" * sources.SNIFFED_BYTES)
    found = sources.find([tmp_path])
    assert not found.sources
    assert [(failure.uri, failure.reason) for failure in found.failures] == [
        (large.as_uri(), ErrorReason.ERROR_REASON_DOCUMENT_TOO_LARGE)
    ]


def test_pieces_of_lines_are_bounded_in_lines_and_bytes(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"{}\n" * 1200 + b'"' + b"x" * 700_000 + b'"\n' + b'"' + b"y" * 700_000 + b'"')
    pieces = [piece for piece in cut(file) if isinstance(piece, Piece)]
    assert [len(piece.lines) for piece in pieces] == [500, 500, 201, 1]
    assert [piece.document.first_line for piece in pieces] == [1, 501, 1001, 1202]
    assert max(piece.bytes for piece in pieces) <= sources.PIECE_BYTES


def test_a_line_that_is_too_large_fails_alone_with_its_number(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"1\n2\n" + b"x" * (9 * 2**20) + b"\n4\n")
    first, failure, last = cut(file)
    assert isinstance(first, Piece)
    assert first.document.content == b"1\n2\n"
    assert isinstance(failure, DocumentResult)
    assert (failure.line, failure.reason) == (3, ErrorReason.ERROR_REASON_DOCUMENT_TOO_LARGE)
    assert isinstance(last, Piece)
    assert (last.document.first_line, last.document.content) == (4, b"4\n")


def test_blank_lines_are_counted_but_expect_no_result(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"{}\n\n  \n{}\n")
    (piece,) = cut(file)
    assert isinstance(piece, Piece)
    assert piece.lines == {1, 4}


def test_a_file_that_vanished_fails_and_stops_nothing(tmp_path: Path) -> None:
    (failure,) = sources.pieces(Source(tmp_path / "gone.md", "gone.md", "text/markdown", 3))
    assert isinstance(failure, DocumentResult)
    assert failure.reason == ErrorReason.ERROR_REASON_DOCUMENT_UNREADABLE


@given(st.lists(st.binary(max_size=40).map(lambda line: line.replace(b"\n", b"")), max_size=60), st.integers(1, 100))
def test_pieces_put_together_are_the_file(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], most: int
) -> None:
    file = tmp_path_factory.getbasetemp() / "lines.jsonl"
    file.write_bytes(b"\n".join(lines))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "PIECE_BYTES", most)
        patch.setattr(sources, "PIECE_LINES", 7)
        pieces = [piece for piece in cut(file) if isinstance(piece, Piece)]
    assert b"".join(piece.document.content for piece in pieces) == file.read_bytes()
    numbers = [piece.document.first_line for piece in pieces]
    assert numbers == sorted(set(numbers))


def test_the_rest_of_a_piece_keeps_its_line_numbers(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"1\n2\n3\n4\n")
    (piece,) = cut(file)
    assert isinstance(piece, Piece)
    rest = piece.only({2, 4})
    assert (rest.document.content, rest.document.first_line, rest.lines) == (b"\n2\n\n4\n", 1, frozenset({2, 4}))
    assert piece.only({1, 2, 3, 4}) is piece


def test_files_that_are_no_text_are_found_and_sent_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\0\xff\n")
    (tmp_path / "b.bin").write_bytes(b"\0")
    found = sources.find([tmp_path])
    [source] = found.sources
    [piece] = sources.pieces(source)
    assert isinstance(piece, sources.Piece)
    assert (piece.document.content, piece.document.media_type) == (b"%PDF-1.7\0\xff\n", "application/pdf")


def test_a_file_that_is_no_text_may_be_larger(tmp_path: Path) -> None:
    for name in ("a.pdf", "a.txt"):
        (tmp_path / name).write_bytes(b"a" * (9 * 1024 * 1024))
    found = sources.find([tmp_path])
    assert [source.path.name for source in found.sources] == ["a.pdf"]
    assert [failure.uri.endswith("a.txt") for failure in found.failures] == [True]
