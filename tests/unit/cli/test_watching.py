"""Folders that are watched: what has changed is learned, what is gone is forgotten, and nothing else is touched."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli import watching
from cli.errors import Failure
from cli.sources import Found
from cli.watching import Mirror
from mesh.documents import LARGEST_DOCUMENT_BYTES


class Rounds:
    """What each round learns, as names of files."""

    def __init__(self) -> None:
        self.learned: list[list[str]] = []
        self.failed: list[int] = []
        self.fails: list[Failure] = []

    def __call__(self, found: Found) -> None:
        if self.fails:
            raise self.fails.pop(0)
        self.learned.append([source.path.name for source in found.sources])
        self.failed.append(len(found.failures))


@pytest.fixture
def rounds() -> Rounds:
    return Rounds()


@pytest.fixture
def mirror(tmp_path: Path, rounds: Rounds) -> Mirror:
    write(tmp_path, "a.md", "A.")
    write(tmp_path, "b.md", "B.")
    made = Mirror([tmp_path], rounds)
    made.catch_up()
    return made


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(text)


def test_only_what_has_changed_is_learned_again(tmp_path: Path, mirror: Mirror, rounds: Rounds) -> None:
    mirror.catch_up()
    assert rounds.learned == [["a.md", "b.md"]]
    write(tmp_path, "b.md", "B says more.")
    write(tmp_path, "deep/c.md", "C.")
    mirror.catch_up()
    assert rounds.learned[1:] == [["b.md", "c.md"]]


def test_a_change_that_leaves_the_size_is_seen_by_its_time(tmp_path: Path, mirror: Mirror, rounds: Rounds) -> None:
    write(tmp_path, "a.md", "X.")
    later = (tmp_path / "a.md").stat().st_mtime_ns + 1
    os.utime(tmp_path / "a.md", ns=(later, later))
    mirror.catch_up()
    assert rounds.learned[1:] == [["a.md"]]


def test_what_is_gone_makes_a_round_that_learns_nothing_and_a_rename_one_that_learns_the_new(
    tmp_path: Path, mirror: Mirror, rounds: Rounds
) -> None:
    (tmp_path / "a.md").unlink()
    mirror.catch_up()
    (tmp_path / "b.md").rename(tmp_path / "c.md")
    mirror.catch_up()
    mirror.catch_up()
    assert rounds.learned[1:] == [[], ["c.md"]]


def test_what_could_not_be_learned_is_tried_again(tmp_path: Path, mirror: Mirror, rounds: Rounds) -> None:
    rounds.fails = [Failure("the connection broke")]
    write(tmp_path, "a.md", "A says more.")
    with pytest.raises(Failure):
        mirror.catch_up()
    mirror.catch_up()
    assert rounds.learned[1:] == [["a.md"]]


def test_why_a_file_cannot_be_read_is_said_once(tmp_path: Path, mirror: Mirror, rounds: Rounds) -> None:
    (tmp_path / "large.md").write_bytes(b"x" * (LARGEST_DOCUMENT_BYTES + 1))
    mirror.catch_up()
    write(tmp_path, "a.md", "A says still more.")
    mirror.catch_up()
    assert rounds.failed == [0, 1, 0]


@pytest.mark.parametrize("instead", [True, False])
def test_a_folder_that_is_another_or_not_there_makes_nobody_forget(
    tmp_path: Path, rounds: Rounds, instead: bool
) -> None:
    folder = tmp_path / "notes"
    write(folder, "a.md", "A.")
    mirror = Mirror([folder], rounds)
    mirror.catch_up()
    folder.rename(tmp_path / "elsewhere")  # as when a disk is unmounted
    if instead:
        folder.mkdir()
    with pytest.raises(Failure):
        mirror.catch_up()
    assert len(rounds.learned) == 1


def test_watching_goes_on_when_the_server_is_away_and_ends_when_no_try_would_help(
    tmp_path: Path, rounds: Rounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    def events(*_folders: Path, **_options: object) -> Iterator[None]:
        for number in range(10):
            write(tmp_path, "a.md", "A" * number)
            yield

    monkeypatch.setattr(watching, "watch", events)
    monkeypatch.setattr(watching, "RETRY_SECONDS", 0.0)
    rounds.fails = [Failure("away"), Failure("away"), Failure("no key", reason="KEY_INVALID")]
    with pytest.raises(Failure, match="no key"):
        watching.keep([tmp_path], rounds)
    watching.keep([tmp_path], rounds)
    assert len(rounds.learned) > 5
