"""Folders that other users see nothing of."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mesh.folders import NotPrivate, private


def open_tree(folder: Path) -> Path:
    (folder / "bundles").mkdir(parents=True)
    (folder / "bundles" / "a.pak").write_text("secret")
    (folder / "graph.db-wal").write_text("secret")
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)
    return folder


def modes(folder: Path) -> set[int]:
    return {path.stat().st_mode & 0o777 for path in (folder, *folder.rglob("*"))}


def test_a_folder_that_was_open_is_closed_with_all_that_is_in_it(tmp_path: Path) -> None:
    folder = open_tree(tmp_path / "data")
    assert private(folder) == folder
    assert modes(folder) == {0o700, 0o600}


def test_a_folder_that_is_made_is_closed_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        assert modes(private(tmp_path / "data")) == {0o700}
    finally:
        os.umask(before)


@pytest.mark.parametrize("where", ["link", "data/link"])
def test_a_link_is_refused_by_its_name(tmp_path: Path, where: str) -> None:
    open_tree(tmp_path / "data")
    (tmp_path / where).symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    with pytest.raises((NotPrivate), match=r"link"):
        private(tmp_path / where.partition("/")[0])


def test_what_belongs_to_another_user_is_refused_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = open_tree(tmp_path / "data")
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(NotPrivate, match=f"{folder} belongs to another user"):
        private(folder)


def test_a_folder_whose_mode_cannot_be_changed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = open_tree(tmp_path / "data")

    def refuse(path: Path, _mode: int) -> None:
        raise PermissionError(1, "Operation not permitted", str(path))

    monkeypatch.setattr(Path, "chmod", refuse)
    with pytest.raises(NotPrivate, match=f"{folder} cannot be kept from other users: Operation not permitted"):
        private(folder)
