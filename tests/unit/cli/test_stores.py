"""Which stores a Myriad has, and what components are told of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.errors import Failure
from cli.options import Stores
from cli.supervisor import stores
from cli.supervisor.folder import DataFolder
from cli.supervisor.programs import Program
from cli.supervisor.servers import seaweedfs, valkey

VARIABLES = {"MYRIAD_GRAPH", "MYRIAD_PACKETS", "MYRIAD_REDIS", "MYRIAD_CACHE"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    """A data folder, on a machine where all servers seem to be."""
    servers = tmp_path / "servers"
    for program in (f"{seaweedfs.VERSION}/weed", f"{valkey.VERSION}/{valkey.NAMES[0]}", "java/bin/java"):
        (servers / program).parent.mkdir(parents=True, exist_ok=True)
        (servers / program).touch(0o755)
    (servers / "neo4j-5.26.30" / "lib").mkdir(parents=True)
    monkeypatch.setenv("MYRIAD_SERVERS", str(servers))
    monkeypatch.setenv("JAVA_HOME", str(servers / "java"))
    return DataFolder(tmp_path / "data")


def names(programs: object) -> list[str]:
    assert isinstance(programs, list | tuple)
    return [program.name for program in programs if isinstance(program, Program)]


def test_embedded_stores_need_no_server(folder: DataFolder) -> None:
    served = stores.provide(Stores.EMBEDDED, folder, {})
    assert served.environment == {"MYRIAD_PACKETS": f"folder:{folder.packets}"}
    assert not served.programs


def test_in_production_each_store_has_a_server_of_its_own(folder: DataFolder) -> None:
    served = stores.provide(Stores.PRODUCTION, folder, {})
    assert names(served.programs) == ["neo4j", "seaweedfs", "valkey-state", "valkey-cache"]
    assert served.environment.keys() >= VARIABLES
    assert len({program.address for program in served.programs}) == len(served.programs)
    assert {program.kind for program in served.programs} == {"store"}


@pytest.mark.parametrize("stores_there", [Stores.EMBEDDED, Stores.PRODUCTION])
@pytest.mark.parametrize("named", sorted(VARIABLES))
def test_a_store_that_a_variable_names_is_used_as_it_is(folder: DataFolder, named: str, stores_there: Stores) -> None:
    """The components inherit the variable: it is not set anew, and no server of ours stands beside it."""
    served = stores.provide(stores_there, folder, {named: "somewhere"})
    assert named not in served.environment
    assert len(served.programs) == (3 if stores_there is Stores.PRODUCTION else 0)


def test_passwords_are_random_stay_the_same_and_are_shown_to_their_owner_alone(folder: DataFolder) -> None:
    first = stores.provide(Stores.PRODUCTION, folder, {})
    passwords = {file: file.read_text() for file in folder.stores.glob("*/password")}
    assert len(set(passwords.values())) == 4
    assert min(map(len, passwords.values())) >= 32
    second = stores.provide(Stores.PRODUCTION, folder, {})
    assert {file: file.read_text() for file in passwords} == passwords
    assert all(file.stat().st_mode & 0o077 == 0 for file in passwords)
    commands = " ".join(" ".join(program.command) for one in (first, second) for program in one.programs)
    assert not any(password in commands for password in passwords.values())


def test_a_server_that_the_machine_lacks_is_named(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MYRIAD_SERVERS", "/nowhere")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Failure, match=r"is missing.*make servers"):
        stores.provide(Stores.PRODUCTION, folder, {})
