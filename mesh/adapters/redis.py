"""Redis or Valkey, a server, a Cluster or behind Sentinels: one way to open it, and one to call it."""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

import redis.asyncio as aio
import structlog
from redis import exceptions
from redis.asyncio.cluster import ClusterNode, RedisCluster
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import MasterNotFoundError, Sentinel
from redis.backoff import ExponentialWithJitterBackoff, NoBackoff

from mesh.dependencies import Dependency, missed
from mesh.errors import ComponentUnavailable
from mesh.redis_url import Kind, RedisUrl, UnusableUrl
from mesh.settings import Secret, SettingError
from mesh.tasks import background

log = structlog.get_logger()
CALLS_AT_ONCE = 32
SOCKET_SECONDS = 1.0
"""Longest silence of a server before its connection counts as broken: what blocks there blocks for less."""
CALL_SECONDS = 2.5
"""Longest that a call takes, if it does not say less: two attempts."""
START_SECONDS = 5.0
LOOK_SECONDS = 5.0
"""How often is looked whether it answers, while it does."""
AGAIN_SECONDS = 0.5
"""The same, while it does not."""
IDLE_SECONDS = 30.0
"""A connection that was not used for so long is tried before it is."""
_HOW = re.compile(r"> - (?:\w+:)?(\w+)")
Client: TypeAlias = "aio.Redis | RedisCluster"
_STATES = (
    exceptions.ConnectionError,
    exceptions.TimeoutError,
    exceptions.ClusterError,
    exceptions.RedisClusterException,
    exceptions.AskError,
    exceptions.TryAgainError,
    exceptions.OutOfMemoryError,
    exceptions.ReadOnlyError,
    exceptions.NoPermissionError,
    OSError,
)
"""What fails for the state that a server is in. Anything else is a mistake of ours."""
_ALSO_STATES = ("MISCONF", "NOREPLICAS", "BUSY", "UNBLOCKED")


class NoAnswer(ComponentUnavailable):
    """Redis did not do it, or did not say so in time."""

    def __init__(self, store: str) -> None:
        super().__init__("a store that this call needs does not answer; try again", store=store)


@dataclass(frozen=True)
class Script:
    """What is done at once, in Lua; all its keys are in one slot."""

    text: str

    @property
    def digest(self) -> str:
        return hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()


def key(owner: str, *parts: str) -> str:
    """A key; all of one owner, such as `minds/{mind}`, lie in one slot and may be used in one call."""
    return ":".join(("myriad", f"{{{owner}}}", *parts))


class Redis:
    """
    Calls to one Redis.

    None takes longer than it says. After one has failed, those to the same server fail at once, until it answers
    again: nobody waits twice for a server that is away. What fails may have been done, and what is done may be done
    twice: commands are such that neither does harm.
    """

    def __init__(self, client: Client, dependency: Dependency) -> None:
        self._client = client
        self._dependency = dependency
        self._calls = asyncio.Semaphore(CALLS_AT_ONCE)
        self._silent: dict[str, str] = {}
        """By server that does not answer, a key that lies there."""
        self._failed = asyncio.Event()
        self._running: set[asyncio.Task[Any]] = set()

    async def call(self, *command: Any, at: str = "", seconds: float = CALL_SECONDS) -> Any:
        """What a command returns; `at`: a key of the slot, if the command's first argument is none. NoAnswer."""
        return await self._call(at or command[1], seconds, *command)

    async def keys(self, owner: str, *parts: str) -> AsyncIterator[Sequence[str]]:
        """All keys of one owner that begin so, some of them twice; looks at all there are in the server. NoAnswer."""
        at, cursor = key(owner, *parts, ""), 0
        while True:
            node = self._node(at)
            target = {"target_nodes": node} if node else {}
            cursor, names = await self._call(
                at, CALL_SECONDS, "SCAN", cursor, "MATCH", f"{at}*", "COUNT", 1000, **target
            )
            if node:
                cursor = cursor[node.name]
            if names:
                yield [name.decode() for name in names]
            if not cursor:
                return

    async def _call(self, at: str, seconds: float, *command: Any, **options: Any) -> Any:
        node = self._node(at)
        server = node.name if node else ""
        if server not in self._silent:
            try:
                with self._dependency.called():
                    return await self._execute(seconds, *command, **options)
            except (*_STATES, exceptions.ResponseError) as error:
                if not _is_state(error):
                    raise
                self._fell_silent(server, at, error)
        missed[self._dependency.name] += 1
        raise NoAnswer(self._dependency.name)

    async def run(self, script: Script, keys: Sequence[str], *given: Any, seconds: float = CALL_SECONDS) -> Any:
        """What a script returns. NoAnswer."""
        rest = (len(keys), *keys, *given)
        try:
            return await self.call("EVALSHA", script.digest, *rest, at=keys[0], seconds=seconds)
        except exceptions.NoScriptError:
            return await self.call("EVAL", script.text, *rest, at=keys[0], seconds=seconds)

    async def watch(self) -> None:
        """Look for ever whether it answers; without this it is not called again once it did not."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._failed.wait()
            self._failed.clear()
            await self._look("", key("watch"))
            while self._silent:
                await asyncio.sleep(AGAIN_SECONDS * random.uniform(0.5, 1))
                for server, at in list(self._silent.items()):
                    await self._look(server, at)

    async def _look(self, server: str, at: str) -> None:
        """Try whether something can be written where a key lies."""
        owner = at.partition("{")[2].partition("}")[0]
        try:
            await self._execute(2 * CALL_SECONDS, "SET", key(owner, "watch"), "", "PX", 1000)
        except (*_STATES, exceptions.ResponseError) as error:
            self._fell_silent(server, at, error)
            if isinstance(self._client, aio.Redis):  # its name may lead elsewhere by now
                await self._client.connection_pool.disconnect(inuse_connections=False)
        else:
            self._silent.pop(server, None)
            if not self._silent:
                self._dependency.works()

    def _fell_silent(self, server: str, at: str, error: Exception) -> None:
        self._dependency.failed(_text(error))
        self._silent[server] = at
        self._failed.set()

    def _node(self, at: str) -> ClusterNode | None:
        """Which one of a Cluster holds a key."""
        if isinstance(self._client, RedisCluster):
            with suppress(exceptions.RedisClusterException):
                return self._client.get_node_from_key(at)
        return None

    async def _execute(self, seconds: float, *command: Any, **options: Any) -> Any:
        # Cancelled while it connects, redis-py may go on trying for half a minute: nobody waits for that.
        call = asyncio.create_task(self._execute_in_turn(*command, **options))
        self._running.add(call)
        call.add_done_callback(self._running.discard)
        call.add_done_callback(_seen)
        try:
            await asyncio.wait((call,), timeout=seconds)
            if call.done():
                return call.result()
            raise TimeoutError
        finally:
            call.cancel()

    async def _execute_in_turn(self, *command: Any, **options: Any) -> Any:
        async with self._calls:
            return await self._client.execute_command(*command, **options)

    async def ended(self) -> None:
        """Wait until calls that were cancelled have given their connections back: nobody else would close those."""
        if self._running:
            await asyncio.wait(self._running, timeout=SOCKET_SECONDS)


@asynccontextmanager
async def open_redis(variable: str, url: Secret, *, evictable: bool) -> AsyncIterator[Redis]:
    """
    The Redis that a variable names; `evictable`: what is written there may be thrown away to make room. SettingError.

    A server that is set up for the opposite is a warning: it works, until it is full.
    """
    try:
        where = RedisUrl.parse(url.reveal())
    except UnusableUrl as error:
        raise SettingError(f"{variable}: {error}") from None
    for option, file in (("ca", where.ca), ("cert", where.cert), ("key", where.key)):
        if file and not os.access(file, os.R_OK):
            raise SettingError(f"{variable}: {option}={file} cannot be read")
    async with AsyncExitStack() as stack:
        try:
            client = _client(where, stack)
            async with asyncio.timeout(START_SECONDS):
                facts = await _facts(client)
        except (exceptions.RedisError, exceptions.RedisClusterException, OSError) as error:
            raise SettingError(f"{variable}: cannot use {where.address}: {_text(error)}") from None
        if facts["cluster_enabled"] and where.kind is not Kind.CLUSTER:
            raise SettingError(f"{variable}: {where.address} is one of a Cluster: write redis+cluster://")
        _warn(variable, facts, evictable)
        one = Redis(client, Dependency("cache" if evictable else "state", where.address))
        stack.push_async_callback(one.ended)
        async with background(f"redis.{variable}", one.watch):
            yield one


def _client(where: RedisUrl, stack: AsyncExitStack) -> Client:
    common: dict[str, Any] = {
        "username": where.login.user or None,
        "password": where.login.password.reveal() or None,
        "max_connections": CALLS_AT_ONCE,
        "protocol": 2,
        "health_check_interval": IDLE_SECONDS,
        "retry": Retry(ExponentialWithJitterBackoff(0.2, 0.02), 1, (exceptions.ConnectionError,)),
    }
    sockets = _sockets(where)
    match where.kind:
        case Kind.CLUSTER:
            nodes = [ClusterNode(host, port) for host, port in where.hosts]
            client: Client = RedisCluster(startup_nodes=nodes, require_full_coverage=False, **common, **sockets)
        case Kind.SENTINEL:
            of_sentinel = where.sentinel_login
            login = {"username": of_sentinel.user or None, "password": of_sentinel.password.reveal() or None}
            once = Retry(NoBackoff(), 0)  # the next one is asked instead
            told = {"protocol": 2, "retry": once, **login, **sockets}
            sentinel = Sentinel(where.hosts, sentinel_kwargs=told)  # type: ignore[no-untyped-call]
            stack.push_async_callback(sentinel.aclose)
            client = sentinel.master_for(where.service, db=where.database, **common, **sockets)
        case Kind.SERVER:
            [(host, port)] = where.hosts
            client = aio.Redis(host=host, port=port, db=where.database, **common, **sockets)
    stack.push_async_callback(client.aclose)
    return client


def _sockets(where: RedisUrl) -> dict[str, Any]:
    timeouts = {"socket_timeout": SOCKET_SECONDS, "socket_connect_timeout": SOCKET_SECONDS}
    if not where.tls:
        return timeouts
    files = {"ssl_ca_certs": where.ca, "ssl_certfile": where.cert, "ssl_keyfile": where.key}
    return {**timeouts, "ssl": True, **{name: file for name, file in files.items() if file}}


async def _facts(client: Client) -> dict[str, Any]:
    """What a server says of itself, however often it is asked: one that has just started is slow to answer."""
    while True:
        try:
            return await _asked(client)
        except exceptions.TimeoutError:
            await asyncio.sleep(AGAIN_SECONDS * random.uniform(0.5, 1))


async def _asked(client: Client) -> dict[str, Any]:
    if isinstance(client, RedisCluster):
        await client.initialize()
        facts: dict[str, Any] = await client.info(target_nodes=client.get_node_from_key(key("watch")))
        return facts
    return await client.info()


def _warn(variable: str, facts: dict[str, Any], evictable: bool) -> None:
    evicts = facts.get("maxmemory") and facts.get("maxmemory_policy") != "noeviction"
    if evictable and not evicts:
        log.warning("redis.fills_up", setting=variable, advice="give it maxmemory and maxmemory-policy allkeys-lfu")
    if not evictable and facts.get("maxmemory_policy") != "noeviction":
        log.warning("redis.forgets", setting=variable, advice="give it maxmemory-policy noeviction")
    if not evictable and not facts.get("aof_enabled"):
        log.warning("redis.not_durable", setting=variable, advice="give it appendonly yes")


def _seen(call: asyncio.Task[Any]) -> None:
    """Nobody asks any more what came of a call that took too long."""
    if not call.cancelled():
        call.exception()


def _is_state(error: Exception) -> bool:
    return isinstance(error, _STATES) or str(error).startswith(_ALSO_STATES)


def _text(error: Exception) -> str:
    """What a failure says, in words."""
    if isinstance(error, TimeoutError | exceptions.TimeoutError):
        return "it does not answer in time"
    text = str(error)
    if isinstance(error, MasterNotFoundError):  # of each Sentinel it tells all that we know, and how that failed
        text = ": ".join((text.partition(" : ")[0], *dict.fromkeys(_HOW.findall(text))))
    return text[:200].removesuffix(".") or type(error).__name__
