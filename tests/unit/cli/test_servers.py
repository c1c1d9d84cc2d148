"""Servers of stores: where they are looked for, and what each is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.errors import Failure
from cli.supervisor.programs import Program
from cli.supervisor.servers import fetched, neo4j, seaweedfs, valkey

PASSWORD = "s3cret-for-tests"


@pytest.fixture
def servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which all servers seem to be."""
    folder = tmp_path / "servers"
    for program in (f"{seaweedfs.VERSION}/weed", f"{valkey.VERSION}/{valkey.NAMES[0]}", "java/bin/java"):
        (folder / program).parent.mkdir(parents=True, exist_ok=True)
        (folder / program).touch(0o755)
    (folder / neo4j.VERSION / "lib").mkdir(parents=True)
    monkeypatch.setenv("MYRIAD_SERVERS", str(folder))
    monkeypatch.setenv("JAVA_HOME", str(folder / "java"))
    return folder


def programs(home: Path) -> list[Program]:
    return [
        neo4j.program(home / "neo4j", 21_001, PASSWORD),
        seaweedfs.program(home / "seaweedfs", range(21_002, 21_002 + len(seaweedfs.PORTS)), PASSWORD, "packets"),
        valkey.program("valkey", home / "valkey", 21_020, PASSWORD, valkey.STATE),
    ]


def test_servers_are_looked_for_in_the_cache_of_the_user_unless_another_folder_is_named() -> None:
    assert fetched.folder({"HOME": "/home/ada"}) == Path("/home/ada/.cache/myriad/servers")
    assert fetched.folder({"HOME": "/home/ada", "XDG_CACHE_HOME": "/cache"}) == Path("/cache/myriad/servers")
    assert fetched.folder({"MYRIAD_SERVERS": "/servers", "XDG_CACHE_HOME": "/cache"}) == Path("/servers")


def test_what_was_fetched_comes_before_what_is_on_the_path(servers: Path, tmp_path: Path) -> None:
    other = tmp_path / "bin" / "redis-server"
    other.parent.mkdir()
    other.touch(0o755)
    environment = {"MYRIAD_SERVERS": str(servers), "PATH": str(other.parent)}
    assert fetched.program(valkey.VERSION, valkey.NAMES, environment).startswith(str(servers))
    environment["MYRIAD_SERVERS"] = str(tmp_path)
    assert fetched.program(valkey.VERSION, valkey.NAMES, environment) == str(other)


def test_a_missing_server_is_named_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MYRIAD_SERVERS", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Failure, match=r"seaweedfs-\S+ is missing.*make servers"):
        fetched.program(seaweedfs.VERSION, ["weed"])
    with pytest.raises(Failure, match=r"neo4j-\S+ is missing.*make servers"):
        neo4j.command()


def test_passwords_are_in_files_of_the_owner_alone_and_on_no_command_line(servers: Path, tmp_path: Path) -> None:
    for program in programs(tmp_path):
        assert PASSWORD not in " ".join(program.command)
        assert program.folder
        for file in filter(Path.is_file, program.folder.rglob("*")):
            assert file.stat().st_mode & 0o077 == 0, file


def test_servers_listen_on_loopback_only(servers: Path, tmp_path: Path) -> None:
    graph, packets, state = programs(tmp_path)
    assert "server.bolt.listen_address=127.0.0.1:21001" in (tmp_path / "neo4j/conf/neo4j.conf").read_text()
    assert {"-ip=127.0.0.1", "-ip.bind=127.0.0.1"} <= set(packets.command)
    assert "bind 127.0.0.1\n" in Path(state.command[-1]).read_text()
    assert {one.address.partition(":")[0] for one in (graph, packets, state)} == {"127.0.0.1"}


def test_a_password_counts_at_the_first_start_only(servers: Path, tmp_path: Path) -> None:
    """Later the server has it in its own database."""
    neo4j.program(tmp_path, 21_001, PASSWORD)
    credentials = tmp_path / "data/dbms/auth.ini"
    assert PASSWORD not in credentials.read_text()
    credentials.unlink()
    (tmp_path / "data/databases").mkdir()
    neo4j.program(tmp_path, 21_001, "another")
    assert not credentials.exists()


def test_only_who_has_the_key_may_use_the_packets(servers: Path, tmp_path: Path) -> None:
    programs(tmp_path)
    (identity,) = json.loads((tmp_path / "seaweedfs/s3.json").read_text())["identities"]
    assert identity["credentials"] == [{"accessKey": seaweedfs.ACCESS_KEY, "secretKey": PASSWORD}]


def test_what_may_be_lost_is_put_out_by_use_and_what_may_not_is_on_disk(servers: Path, tmp_path: Path) -> None:
    def told(options: dict[str, str]) -> str:
        return Path(valkey.program("x", tmp_path, 21_001, PASSWORD, options).command[-1]).read_text()

    assert {"maxmemory-policy noeviction", "appendonly yes"} <= set(told(dict(valkey.STATE)).splitlines())
    assert {"maxmemory 1024", "maxmemory-policy allkeys-lfu"} <= set(told(valkey.cache(1024)).splitlines())
