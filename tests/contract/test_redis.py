"""What calling a Redis does, whatever runs there."""

from __future__ import annotations

import asyncio
import gc
import re
import signal
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
import redis
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.sentinel import MasterNotFoundError

from cli import certificates
from cli.supervisor.ports import free
from mesh import dependencies
from mesh.adapters.redis import CALLS_AT_ONCE, START_SECONDS, NoAnswer, Redis, Script, key, open_redis
from mesh.settings import Secret, SettingError
from myriad.type.v1.dependency_pb2 import Dependency
from tests import redis_servers
from tests.pages import block
from tests.redis_servers import Server
from tests.servers import Cluster, cluster

BOTH = Script("redis.call('INCR', KEYS[1]); return redis.call('INCRBY', KEYS[2], ARGV[1])")


@pytest.fixture(params=["redis_server", "redis_cluster_url", "redis_sentinel"])
def redis_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(request.param)
    return url


async def test_what_was_written_is_read(redis: Redis) -> None:
    for mind in range(10):
        name = key(f"minds/{mind}", "x")
        await redis.call("SET", name, str(mind))
        assert await redis.call("GET", name) == str(mind).encode()


async def test_a_script_changes_several_keys_of_one_owner_at_once(redis: Redis) -> None:
    a, b = key("minds/m", "a"), key("minds/m", "b")
    await redis.call("UNLINK", a, b)
    assert await redis.run(BOTH, [a, b], 5) == 5
    assert await redis.run(BOTH, [a, b], 5) == 10
    assert await redis.call("MGET", a, b) == [b"2", b"10"]


async def test_a_mistake_of_ours_is_no_silence_of_the_server(redis: Redis) -> None:
    name = key("minds/m", "list")
    await redis.call("UNLINK", name)
    await redis.call("LPUSH", name, "x")
    with pytest.raises(Exception, match="WRONGTYPE"):
        await redis.call("GET", name)
    assert await redis.call("LLEN", name) == 1


async def test_a_caller_that_stops_waiting_leaves_no_answer_to_the_next(redis: Redis) -> None:
    names = [key(f"minds/{number}", "own") for number in range(50)]
    for name in names:
        await redis.call("SET", name, name)
    for wait in range(20):
        calls = [asyncio.create_task(redis.call("GET", name)) for name in names]
        await asyncio.sleep(wait / 10_000)
        for call in calls[::2]:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        assert [await redis.call("GET", name) for name in names[:5]] == [name.encode() for name in names[:5]]


async def test_a_call_that_nobody_waits_for_leaves_no_connection_open(redis_url: str) -> None:
    for wait in range(10):
        async with redis_servers.opened(redis_url) as redis:
            calls = [asyncio.create_task(redis.call("INCR", key("x"))) for _ in range(20)]
            await asyncio.sleep(wait / 10_000)  # some connect, some have not begun
            for call in calls:
                call.cancel()
    left = [one for one in gc.get_objects() if isinstance(one, AbstractConnection) and one.is_connected]
    assert not left


async def opened(url: str) -> str:
    """What is said when a Redis cannot be used."""
    with pytest.raises(SettingError) as raised:
        async with open_redis("MYRIAD_REDIS", Secret(url), evictable=False):
            pass
    text = str(raised.value)
    assert "\n" not in text
    assert "S3CRET" not in text
    return text


async def test_what_cannot_be_used_is_said_in_a_line_with_the_variable_and_without_the_password(tmp_path: Path) -> None:
    [nobody] = free(1)
    said = await opened(f"redis://:S3CRET@127.0.0.1:{nobody}/2")
    assert said.startswith(f"MYRIAD_REDIS: cannot use redis://127.0.0.1:{nobody}/2: ")
    assert "MYRIAD_REDIS: the database is a number" in await opened("redis://u:S3CRET@h/S3CRET")
    async with redis_servers.server(tmp_path / "1", "--requirepass", "right") as one:
        assert "invalid username-password" in await opened(one.url.replace("//", "//:S3CRET@"))
        assert "invalid" in await opened(one.url.replace("//", "//nobody:S3CRET@"))
        assert "Authentication required" in await opened(one.url)
        assert "cannot use rediss://" in await opened(one.url.replace("redis:", "rediss:"))
        assert "cluster" in (await opened(one.url.replace("redis://", "redis+cluster://:right@"))).lower()
        assert "sentinel" in (await opened(one.url.replace("redis://", "redis+sentinel://:S3CRET@") + "/main")).lower()
    async with redis_servers.server(tmp_path / "2", "--cluster-enabled", "yes") as one:
        assert "write redis+cluster://" in await opened(one.url)
    assert await opened("rediss://:S3CRET@h?ca=/no/such.pem") == "MYRIAD_REDIS: ca=/no/such.pem cannot be read"


async def test_a_sentinel_that_is_away_costs_nothing_and_one_that_refuses_is_said(redis_sentinel: str) -> None:
    [nobody] = free(1)
    began = time.monotonic()
    assert (await opened(f"redis+sentinel://127.0.0.1:{nobody}/main")).endswith("'main': ConnectionError")
    wrong = re.sub("sentinel_password=.*", "sentinel_password=S3CRET", redis_sentinel)
    assert (await opened(wrong)).endswith("'main': AuthenticationError")
    others = redis_sentinel.replace("@", f"@127.0.0.1:{nobody},")
    async with redis_servers.opened(others) as redis:
        await redis.call("SET", key("minds/m", "x"), "1")
    assert time.monotonic() - began < START_SECONDS


async def test_a_user_may_do_what_the_page_says_and_no_more(redis_server: str) -> None:
    _, _, user, *rules = block("docs/stores.md", "ACL SETUSER").code.split()
    with redis.from_url(redis_server, decode_responses=True) as admin:
        admin.execute_command("ACL", "SETUSER", user, *(rule.replace(">PASSWORD", ">S3CRET") for rule in rules))
        try:
            async with redis_servers.opened(re.sub("//.*@", f"//{user}:S3CRET@", redis_server)) as opened:
                name = key("minds/m", "x")
                await opened.call("SET", name, "1", "EX", 10)
                assert await opened.run(BOTH, [name, name], 1) == 3
            for refused in ("FLUSHALL", "KEYS *", "CONFIG GET *", "ACL LIST", "SHUTDOWN", "SET theirs 1", "GET theirs"):
                assert "no permission" in admin.execute_command("ACL", "DRYRUN", user, *refused.split()), refused
        finally:
            admin.execute_command("ACL", "DELUSER", user)


def stated(address: str) -> list[Dependency]:
    return [one for one in dependencies.states() if one.address == address]


async def test_a_server_that_hangs_is_waited_for_once_and_called_again_when_it_goes_on(tmp_path: Path) -> None:
    async with (
        redis_servers.server(tmp_path) as one,
        open_redis("MYRIAD_REDIS", Secret(one.url), evictable=False) as redis,
    ):
        name = key("minds/m", "x")
        await redis.call("SET", name, "1")
        missed = dependencies.missed["state"]
        one.hang()
        assert await seconds_without_answer(redis, name, 0.3) < 2
        again = [await seconds_without_answer(redis, name, 2.5) for _ in range(20)]
        assert sum(again) < 1
        assert [(each.store, each.available) for each in stated(one.url)] == [("state", False)]
        assert dependencies.missed["state"] - missed == 21
        one.go_on()
        await redis_servers.works(redis, name)
        assert [each.available for each in stated(one.url)] == [True]


async def test_no_call_outlasts_its_time_though_many_wait_for_sentinels_that_hang(tmp_path: Path) -> None:
    async with (
        redis_servers.with_replica(tmp_path / "servers") as (master, _),
        redis_servers.sentinel(tmp_path / "sentinel", master) as watcher,
        redis_servers.opened(f"redis+sentinel://127.0.0.1:{watcher.port}/main") as redis,
    ):
        master.hang()
        watcher.hang()
        await no_call_outlasts_its_time(redis)
        for one in (master, watcher):
            one.go_on()
        await redis_servers.works(redis)


async def test_no_call_outlasts_its_time_though_many_wait_for_a_cluster_that_hangs(own_cluster: Cluster) -> None:
    async with redis_servers.opened(own_cluster.url) as redis:
        for process in own_cluster.processes.values():
            process.send_signal(signal.SIGSTOP)
        await no_call_outlasts_its_time(redis)
        for process in own_cluster.processes.values():
            process.send_signal(signal.SIGCONT)
        await redis_servers.works(redis)


async def no_call_outlasts_its_time(redis: Redis) -> None:
    async def took(seconds: float) -> float:
        began = time.monotonic()
        with pytest.raises((TimeoutError, MasterNotFoundError)):
            await redis._execute(seconds, "GET", key("minds/m", "x"))
        return time.monotonic() - began

    for seconds in (0.3, 0.3, 2.5, 0.3):
        assert max(await asyncio.gather(*(took(seconds) for _ in range(CALLS_AT_ONCE + 8)))) < seconds + 1


async def test_a_server_that_comes_back_is_called_again(tmp_path: Path) -> None:
    async with (
        redis_servers.server(tmp_path) as one,
        open_redis("MYRIAD_REDIS", Secret(one.url), evictable=False) as redis,
    ):
        name = key("minds/m", "x")
        await one.kill()
        await seconds_without_answer(redis, name, 2.5)
        await one.start()
        await redis_servers.works(redis, name)


async def test_a_server_that_takes_no_writes_counts_as_silent_until_it_does(tmp_path: Path) -> None:
    async with (
        redis_servers.server(tmp_path) as one,
        open_redis("MYRIAD_REDIS", Secret(one.url), evictable=False) as redis,
    ):
        await one.ask("CONFIG", "SET", "maxmemory", "1")
        with pytest.raises(NoAnswer):
            await redis.call("SET", key("minds/m", "x"), "1")
        await one.ask("CONFIG", "SET", "maxmemory", "0")
        await redis_servers.works(redis, key("minds/m", "x"))


@pytest.mark.parametrize("how", ["kill", pytest.param("hang", marks=pytest.mark.soak)])
async def test_sentinels_lead_to_the_new_master(tmp_path: Path, how: str) -> None:
    async with (
        redis_servers.with_replica(tmp_path / "servers") as (master, replica),
        redis_servers.sentinel(tmp_path / "sentinel", master) as watcher,
        open_redis("MYRIAD_REDIS", Secret(f"redis+sentinel://127.0.0.1:{watcher.port}/main"), evictable=False) as redis,
    ):
        await redis_servers.until(watcher, "sentinel", "slaves=1")
        name = key("minds/m", "x")
        await redis.call("SET", name, "1")
        await redis.call("WAIT", 1, 1000, at=name)
        await redis_servers.lose(master, how)
        await redis_servers.works(redis, name)
        assert await redis.call("GET", name) == b"1"
        await redis_servers.until(replica, "replication", "role:master")


@pytest.fixture
def own_cluster(tmp_path: Path) -> Iterator[Cluster]:
    with cluster(tmp_path) as one:
        yield one


@pytest.mark.parametrize("how", [pytest.param("kill", marks=pytest.mark.soak), "hang"])
async def test_a_cluster_goes_on_without_a_master(own_cluster: Cluster, how: str) -> None:
    lost = signal.SIGKILL if how == "kill" else signal.SIGSTOP
    names = [key(f"minds/{number}", "x") for number in range(30)]
    async with redis_servers.opened(own_cluster.url) as redis:
        for name in names:
            await redis.call("SET", name, name)
        master = list(own_cluster.processes.values())[1]
        master.send_signal(lost)
        answers = await asyncio.gather(*(redis.call("GET", name) for name in names), return_exceptions=True)
        assert 0 < sum(isinstance(one, NoAnswer) for one in answers) < len(names), "the others answer"
        for name in names:
            await redis_servers.works(redis, name)
            assert await redis.call("GET", name) == name.encode()
        master.send_signal(signal.SIGCONT)


async def seconds_without_answer(redis: Redis, name: str, seconds: float) -> float:
    began = time.monotonic()
    with pytest.raises(NoAnswer):
        await redis.call("GET", name, seconds=seconds)
    return time.monotonic() - began


@asynccontextmanager
async def over_tls(server: Server, folder: Path) -> AsyncIterator[int]:
    """The port of what speaks TLS before a server, for those whom the authority knows."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=folder / "ca.crt")
    context.load_cert_chain(folder / "tls.crt", folder / "tls.key")
    context.verify_mode = ssl.CERT_REQUIRED

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while some := await reader.read(65_536):
                writer.write(some)
        writer.close()

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", server.port)
        await asyncio.gather(copy(reader, back), copy(there, writer))

    async with await asyncio.start_server(pass_on, "127.0.0.1", 0, ssl=context) as proxy:
        yield proxy.sockets[0].getsockname()[1]


async def test_over_tls_the_server_is_known_by_its_authority_and_so_are_we(tmp_path: Path) -> None:
    certificates.provide(tmp_path / "tls", ("dlm",), ("127.0.0.1",))
    certificates.provide(tmp_path / "others", ("dlm",), ("127.0.0.1",))
    own, others = tmp_path / "tls" / "dlm", tmp_path / "others" / "dlm"
    async with redis_servers.server(tmp_path / "redis") as one, over_tls(one, own) as port:
        url = f"rediss://127.0.0.1:{port}?ca={own}/ca.crt&cert={own}/tls.crt&key={own}/tls.key"
        async with redis_servers.opened(url) as redis:
            await redis.call("SET", key("minds/m", "x"), "1")
            assert await redis.call("GET", key("minds/m", "x")) == b"1"
        assert "certificate" in await opened(f"rediss://127.0.0.1:{port}?ca={others}/ca.crt")
        assert "cannot use" in await opened(f"rediss://127.0.0.1:{port}?ca={own}/ca.crt")
        assert f"ca={tmp_path}/none cannot be read" in await opened(f"rediss://127.0.0.1:{port}?ca={tmp_path}/none")
