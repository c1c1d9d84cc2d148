"""Which documents are meant, and which are gone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from cli import forget, gone
from cli.client import Client
from cli.errors import Failure


class Listing:
    """Stands in for a Myriad that holds documents."""

    def __init__(self, *documents: dict[str, str], refusal: str = "") -> None:
        self.documents = [{**one, "name": f"minds/m/documents/{one['name']}"} for one in documents]
        self.deleted: list[str] = []
        self.refusal = refusal

    def pages(self, path: str, field: str) -> Iterator[dict[str, Any]]:
        assert (path, field) == ("/v1/minds/m/documents", "documents")
        if self.refusal:
            raise Failure("no", reason=self.refusal)
        yield from self.documents

    def delete(self, path: str) -> dict[str, Any]:
        self.deleted.append(path)
        if self.refusal:
            raise Failure("no", reason=self.refusal)
        return {}


def find(listing: Listing, *called: str) -> list[str]:
    names = forget.find(cast("Client", listing), called, "m")
    return [name.rpartition("/")[2] for name in names]


def test_a_document_is_found_by_id_name_path_uri_and_title(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    uri = (tmp_path / "a b.md").as_uri()
    listing = Listing({"name": "a-1", "uri": uri, "title": "The A"}, {"name": "b-2", "uri": "python:b", "title": "B"})
    called = ("a-1", "minds/m/documents/a-1", "a b.md", str(tmp_path / "a b.md"), uri, "The A")
    assert [find(listing, one) for one in called] == [["a-1"]] * len(called)
    assert find(listing, "python:b", "B", "The A") == ["b-2", "a-1"]


def test_a_title_of_several_documents_forgets_none_and_names_them() -> None:
    listing = Listing({"name": "a-1", "title": "A"}, {"name": "a-2", "title": "A"})
    with pytest.raises(Failure, match="a-1, a-2; say which"):
        find(listing, "A")


@pytest.mark.parametrize("called", ["", "none", "\0", "file:///%00", "/"])
def test_what_is_called_nothing_here_is_not_found(called: str) -> None:
    with pytest.raises(Failure, match="myriad documents --mind m"):
        find(Listing({"name": "a-1", "title": "", "uri": ""}), called)


def test_only_files_below_the_folders_that_are_no_more_are_gone(tmp_path: Path) -> None:
    notes, other = tmp_path / "notes", tmp_path / "notes-2"
    notes.mkdir()
    (notes / "here.md").touch()
    uris = [(notes / "here.md").as_uri(), (notes / "ä.md").as_uri(), (other / "a.md").as_uri(), "", "notes/x.md"]
    listing = Listing(*({"name": str(number), "uri": uri} for number, uri in enumerate(uris)))
    found = gone.find(cast("Client", listing), "m", [notes])
    assert [one.name for one in found] == ["minds/m/documents/1"]
    assert gone.find(cast("Client", listing), "m", []) == []


def test_a_mind_that_nothing_was_learned_into_has_lost_nothing(tmp_path: Path) -> None:
    assert gone.find(cast("Client", Listing(refusal="MIND_NOT_FOUND")), "m", [tmp_path]) == []
    with pytest.raises(Failure):
        gone.find(cast("Client", Listing(refusal="KEY_INVALID")), "m", [tmp_path])


def test_what_somebody_else_has_forgotten_meanwhile_is_pruned_too() -> None:
    listing = Listing(refusal="DOCUMENT_NOT_FOUND")
    gone.prune(cast("Client", listing), [gone.Gone("minds/m/documents/a", "file:///a")])
    assert listing.deleted == ["/v1/minds/m/documents/a"]
