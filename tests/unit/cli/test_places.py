"""How people see where documents are from."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli import places


def test_a_file_below_the_current_folder_is_shown_relative_and_any_other_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert places.shown((tmp_path / "deep" / "ä b.md").as_uri()) == "deep/ä b.md"
    assert places.shown(Path("/etc/motd").as_uri()) == "/etc/motd"


@pytest.mark.parametrize("uri", ["", "notes/a.md", "https://example.test/a", "file://host/a", "file:///%00"])
def test_whatever_a_uri_is_it_can_be_shown(uri: str) -> None:
    assert places.shown(uri) == uri.replace("file:///%00", "/\0")


def test_only_a_file_that_is_not_there_is_gone(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    assert [places.is_gone(tmp_path / name) for name in ("a", "b", "a/c")] == [False, True, True]
    assert not places.is_gone(Path("/\0"))
