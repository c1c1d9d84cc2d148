"""What `myriad up` leaves, and how it is found."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cli import state
from cli.errors import Failure
from cli.state import Endpoint

LEFT = Endpoint("http://127.0.0.1:8080", "secret", os.getpid())


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {"XDG_STATE_HOME": str(tmp_path / "state")}


def find(environment: dict[str, str], here: Path) -> Endpoint:
    return state.find(environment, here)


def test_what_up_left_is_found_from_anywhere(tmp_path: Path, environment: dict[str, str]) -> None:
    state.leave(tmp_path / "data", LEFT, environment)
    assert find(environment, tmp_path / "elsewhere") == LEFT


def test_the_data_folder_here_or_above_goes_before_the_last_one_started(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    above = Endpoint("http://127.0.0.1:9000", "above", os.getpid())
    here = Endpoint("http://127.0.0.1:9001", "here", os.getpid())
    state.leave(tmp_path / ".myriad", above, environment)
    state.leave(tmp_path / "deep" / "here" / ".myriad", here, environment)
    state.leave(tmp_path / "last", LEFT, environment)
    assert find(environment, tmp_path / "deep" / "here") == here
    assert find(environment, tmp_path / "deep" / "there") == above
    assert find(environment, Path("/")) == LEFT


def test_what_another_user_left_for_us_is_not_trusted(
    tmp_path: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    state.leave(tmp_path / ".myriad", LEFT, environment)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(Failure, match="no running Myriad found"):
        find(environment, tmp_path)


def test_the_environment_goes_before_all(tmp_path: Path, environment: dict[str, str]) -> None:
    state.leave(tmp_path / "data", LEFT, environment)
    environment |= {"MYRIAD_URL": "http://example.test/", "MYRIAD_API_KEY": "mine"}
    assert find(environment, tmp_path) == Endpoint("http://example.test", "mine")


def test_a_key_is_not_sent_to_a_url_that_it_was_not_made_for(tmp_path: Path, environment: dict[str, str]) -> None:
    state.leave(tmp_path / "data", LEFT, environment)
    with pytest.raises(Failure, match="MYRIAD_API_KEY is not"):
        find(environment | {"MYRIAD_URL": "http://example.test"}, tmp_path)


def test_a_key_alone_is_used_with_what_up_left(tmp_path: Path, environment: dict[str, str]) -> None:
    state.leave(tmp_path / "data", LEFT, environment)
    assert find(environment | {"MYRIAD_API_KEY": "mine"}, tmp_path) == Endpoint(LEFT.url, "mine", LEFT.pid)


def test_the_files_are_their_owners_alone_and_the_list_of_them_holds_no_key(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    state.leave(tmp_path / "data", LEFT, environment)
    file, known = tmp_path / "data" / state.FILE, tmp_path / "state" / "myriad" / "endpoints.json"
    assert [path.stat().st_mode & 0o777 for path in (file, known)] == [0o600, 0o600]
    assert "secret" not in known.read_text()


def test_what_a_dead_supervisor_left_is_no_myriad(tmp_path: Path, environment: dict[str, str]) -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    state.leave(tmp_path / "data", Endpoint(LEFT.url, LEFT.api_key, child), environment)
    with pytest.raises(Failure, match="start one with `myriad up`"):
        find(environment, tmp_path)


def test_when_the_last_one_stops_the_one_before_is_found_again(tmp_path: Path, environment: dict[str, str]) -> None:
    second = Endpoint("http://127.0.0.1:8081", "second", os.getpid())
    state.leave(tmp_path / "first", LEFT, environment)
    state.leave(tmp_path / "second", second, environment)
    assert find(environment, tmp_path) == second
    state.withdraw(tmp_path / "second", environment)
    assert find(environment, tmp_path) == LEFT
    state.withdraw(tmp_path / "first", environment)
    with pytest.raises(Failure):
        find(environment, tmp_path)


def test_a_broken_file_is_as_good_as_none(tmp_path: Path, environment: dict[str, str]) -> None:
    (tmp_path / ".myriad").mkdir()
    (tmp_path / ".myriad" / state.FILE).write_text('{"url": 3')
    with pytest.raises(Failure, match="no running Myriad found"):
        find(environment, tmp_path)
