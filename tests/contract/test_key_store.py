"""The contract of a key store."""

from __future__ import annotations

import asyncio
import hashlib
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gatekeeper import first_key
from gatekeeper.adapters import s3 as s3_adapter
from gatekeeper.adapters.redis import RedisNews
from gatekeeper.adapters.s3 import KeysUnknown, S3KeyStore
from gatekeeper.adapters.sqlite import _SCHEMA_1, SCHEMA_VERSION, SqliteKeyStore
from gatekeeper.adapters.sqlite_audit import SqliteAuditLog
from gatekeeper.audit import Audit
from gatekeeper.ports import Key, KeyStore, Limits
from mesh.disk import StorageDamaged, StorageHeld
from mesh.listening import StartError
from mesh.settings import SettingError
from myriad.type.v1.access_pb2 import Role
from tests import redis_servers
from tests.servers import S3

Open = Callable[[], AbstractAsyncContextManager[KeyStore]]
"""Opens the same store, each time anew."""


@pytest.fixture(params=["sqlite", "s3"])
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    if request.param == "s3":
        opened: Open = request.getfixturevalue("open_shared")
        return opened

    @asynccontextmanager
    async def sqlite() -> AsyncIterator[KeyStore]:
        async with SqliteKeyStore.open(tmp_path / "gatekeeper" / "keys.db") as store:
            yield store

    return sqlite


@pytest.fixture
def bucket(s3: S3, monkeypatch: pytest.MonkeyPatch) -> S3:
    """That of the test, and who may use it."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3.secret_key)
    monkeypatch.setenv("AWS_DEFAULT_REGION", s3.region)
    return s3


@pytest.fixture
def open_shared(bucket: S3, redis_server: str) -> Open:
    return lambda: shared(bucket, redis_server)


@asynccontextmanager
async def shared(bucket: S3, redis_url: str) -> AsyncIterator[S3KeyStore]:
    """What one of several gatekeepers has; without a Redis it hears no news."""
    async with AsyncExitStack() as stack:
        news = None
        if redis_url:
            news = RedisNews(await stack.enter_async_context(redis_servers.opened(redis_url)))
        yield await stack.enter_async_context(S3KeyStore.open(f"s3://{bucket.bucket}/keys", bucket.endpoint, news))


@pytest.fixture
async def audit(tmp_path: Path) -> AsyncIterator[Audit]:
    async with SqliteAuditLog.open(tmp_path / "audit.db") as log:
        yield Audit(log)


def key(number: int, **given: object) -> Key:
    fields: dict[str, object] = {
        "id": f"{number:016x}",
        "display_name": f"key {number} – “ü”",
        "role": Role.ROLE_TEACHER,
        "minds": frozenset({"minds/a", "minds/b"}),
        "all_minds": False,
        "created": datetime.now(UTC),
        "expires": datetime.now(UTC) + timedelta(days=1),
    }
    return Key(**(fields | given))  # type: ignore[arg-type]


def digest(number: int) -> bytes:
    return hashlib.sha256(str(number).encode()).digest()


async def test_a_key_comes_back_as_it_went_in(open_store: Open) -> None:
    plain = key(2, minds=frozenset(), all_minds=True, expires=None, display_name="")
    async with open_store() as store:
        for one in (key_1 := key(1), plain):
            await store.add(one, digest(int(one.id, 16)), "")
            assert await store.find(digest(int(one.id, 16))) == one
            assert await store.get(one.id) == one
    async with open_store() as store:
        assert await store.find(digest(1)) == key_1
        assert await store.find(digest(2)) == plain
        assert list(await store.list("")) == [key_1, plain]


async def test_what_was_never_added_is_not_found(open_store: Open) -> None:
    async with open_store() as store:
        assert await store.find(digest(1)) is None
        assert await store.find(b"") is None
        assert await store.get("") is None
        assert await store.delete("0" * 16) is False
        assert list(await store.list("")) == []


async def test_keys_are_listed_in_the_order_of_their_ids(open_store: Open) -> None:
    async with open_store() as store:
        for number in (3, 1, 2):
            await store.add(key(number), digest(number), "")
        assert [one.id for one in await store.list("")] == [f"{number:016x}" for number in (1, 2, 3)]
        assert [one.id for one in await store.list(f"{1:016x}")] == [f"{number:016x}" for number in (2, 3)]


async def test_a_deleted_key_is_gone_at_once_and_for_good(open_store: Open) -> None:
    async with open_store() as store:
        await store.add(key(1), digest(1), "")
        await store.add(key(2), digest(2), "")
        assert await store.delete(key(1).id) is True
        assert await store.find(digest(1)) is None
        assert await store.get(key(1).id) is None
        assert await store.find(digest(2)) is not None
    async with open_store() as store:
        assert await store.find(digest(1)) is None
        assert [one.id for one in await store.list("")] == [key(2).id]


async def test_two_keys_never_share_an_id_or_a_digest(open_store: Open) -> None:
    async with open_store() as store:
        await store.add(first := key(1), digest(1), "")
        with pytest.raises(Exception, match="UNIQUE"):
            await store.add(key(2), digest(1), "")
        with pytest.raises(Exception, match="UNIQUE"):
            await store.add(key(1, display_name="other"), digest(2), "")
        assert list(await store.list("")) == [first]


async def test_a_key_is_replaced_as_a_whole_and_for_good(open_store: Open) -> None:
    changed = key(1, display_name="other", limits=Limits(60, 3, 1_000))
    async with open_store() as store:
        await store.add(was := key(1), digest(1), "")
        changed = replace(changed, created=was.created, expires=was.expires)
        assert await store.replace(was, changed)
        assert await store.find(digest(1)) == changed
    async with open_store() as store:
        assert await store.find(digest(1)) == await store.get(was.id) == changed


async def test_a_key_that_changed_or_went_meanwhile_is_not_replaced_and_does_not_come_back(open_store: Open) -> None:
    async with open_store() as store:
        await store.add(was := key(1), digest(1), "")
        assert await store.replace(was, second := replace(was, display_name="second"))
        assert not await store.replace(was, replace(was, display_name="third"))
        assert await store.get(was.id) == second
        await store.delete(was.id)
        assert not await store.replace(second, was)
        assert not await store.replace(second, was, digest(3))
        assert await store.find(digest(1)) is None
        assert await store.list("") == []


async def test_the_secret_before_opens_until_its_time_is_over_and_the_one_before_that_not_at_all(
    open_store: Open,
) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    async with open_store() as store:
        await store.add(was := key(1), digest(1), "")
        assert await store.replace(was, second := replace(was, former_expires=soon), digest(2))
        assert await store.find(digest(1)) == await store.find(digest(2)) == second
        assert await store.replace(second, third := replace(second, former_expires=soon), digest(3))
        assert await store.find(digest(1)) is None
        assert await store.find(digest(2)) == await store.find(digest(3)) == third
    async with open_store() as store:
        assert await store.find(digest(2)) == await store.find(digest(3)) == third
        assert await store.replace(third, over := replace(third, former_expires=datetime.now(UTC)))
        assert await store.find(digest(2)) is None
        assert await store.find(digest(3)) == over
        assert await store.replace(over, fourth := replace(over, former_expires=None), digest(4))
        assert await store.find(digest(3)) is None
        assert await store.find(digest(4)) == fourth


async def test_no_key_gets_a_secret_that_another_had_a_moment_ago(open_store: Open) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    async with open_store() as store:
        await store.add(was := key(1), digest(1), "")
        await store.replace(was, replace(was, former_expires=soon), digest(2))
        with pytest.raises(Exception, match="UNIQUE"):
            await store.add(key(2), digest(1), "")


async def test_writes_at_the_same_time_are_all_kept(open_store: Open) -> None:
    async with open_store() as store:
        await asyncio.gather(*(store.add(key(number), digest(number), "") for number in range(50)))
        await asyncio.gather(*(store.delete(key(number).id) for number in range(0, 50, 2)))
        assert [int(one.id, 16) for one in await store.list("")] == list(range(1, 50, 2))
    async with open_store() as store:
        assert len(await store.list("")) == 25


async def test_a_caller_that_stops_waiting_leaves_no_revoked_key_alive(open_store: Open) -> None:
    async with open_store() as store:
        await store.add(key(1), digest(1), "")
        deleting = asyncio.create_task(store.delete(key(1).id))
        await asyncio.sleep(0)
        deleting.cancel()
        await asyncio.gather(deleting, return_exceptions=True)
        await store.add(key(2), digest(2), "")
        in_memory = await store.find(digest(1))
    async with open_store() as store:
        assert (await store.find(digest(1)) is None) == (in_memory is None)


async def test_a_request_makes_one_key_however_often_it_comes(open_store: Open) -> None:
    async with open_store() as store:
        first = key(1)
        assert await store.add(first, digest(1), "request") is first
        repeats = await asyncio.gather(*(store.add(key(n), digest(n), "request") for n in range(2, 6)))
        assert repeats == [first] * 4
        assert await store.add(other := key(6), digest(6), "another") is other
    async with open_store() as store:
        assert await store.add(key(7), digest(7), "request") == first
        await store.delete(first.id)
        assert await store.add(again := key(8), digest(8), "request") is again
        assert [one.id for one in await store.list("")] == [other.id, again.id]


async def test_a_key_of_an_old_file_without_minds_goes_on_to_open_all_of_them(tmp_path: Path) -> None:
    path, now = tmp_path / "keys.db", datetime.now(UTC).isoformat()
    connection = sqlite3.connect(path)
    connection.executescript(f"{_SCHEMA_1} PRAGMA user_version = 1;")
    for number, minds in enumerate(("[]", '["minds/a"]')):
        row = (f"{number:016x}", digest(number), "", Role.ROLE_ADMIN, minds, now)
        connection.execute("INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, NULL)", row)
    connection.commit()
    connection.close()
    async with SqliteKeyStore.open(path) as store:
        keys = await store.list("")
        assert [(one.minds, one.all_minds) for one in keys] == [(frozenset(), True), (frozenset({"minds/a"}), False)]


async def test_a_list_of_minds_that_was_lost_opens_none(tmp_path: Path) -> None:
    path = tmp_path / "keys.db"
    async with SqliteKeyStore.open(path) as store:
        await store.add(key(1), digest(1), "")
    connection = sqlite3.connect(path)
    connection.execute("UPDATE keys SET minds = '[]'")
    connection.commit()
    connection.close()
    async with SqliteKeyStore.open(path) as store:
        found = await store.find(digest(1))
        assert found is not None
        assert (found.minds, found.all_minds) == (frozenset(), False)


async def test_sqlite_refuses_a_newer_schema_and_leaves_it_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys.db"
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    with pytest.raises(StartError, match=r"newer version of Myriad \(schema 4, this one knows 3\)"):
        async with SqliteKeyStore.open(path):
            pass
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION + 1,)
    assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    connection.close()


async def test_sqlite_says_clearly_what_it_cannot_use(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    path = tmp_path / "file" / "keys.db"
    with pytest.raises(StartError, match=f"cannot use {path}"):
        async with SqliteKeyStore.open(path):
            pass


async def test_a_second_gatekeeper_cannot_use_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gatekeeper.adapters.database.LOCK_WAIT_SECONDS", 0.05)
    async with SqliteKeyStore.open(tmp_path / "keys.db"):
        with pytest.raises(StorageHeld, match="in use by another process"):
            async with SqliteKeyStore.open(tmp_path / "keys.db"):
                pass


async def test_sqlite_files_are_for_their_owner_only(tmp_path: Path) -> None:
    async with SqliteKeyStore.open(tmp_path / "gatekeeper" / "keys.db") as store:
        await store.add(key(1), digest(1), "")
        for path in (tmp_path / "gatekeeper").iterdir():
            assert path.stat().st_mode & 0o077 == 0


async def test_what_sqlite_acknowledged_survives_a_killed_process(tmp_path: Path) -> None:
    program = """
import asyncio, os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from gatekeeper.adapters.sqlite import SqliteKeyStore
from gatekeeper.ports import Key

async def main():
    async with SqliteKeyStore.open(Path(sys.argv[1])) as store:
        for number in range(3):
            now = datetime.now(UTC)
            fields = {"display_name": "", "role": 1, "minds": frozenset(), "all_minds": True}
            key = Key(id=f"{number:016x}", created=now, expires=None, **fields)
            await store.add(key, number.to_bytes(32, "big"), "")
        await store.delete(f"{0:016x}")
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""
    path = tmp_path / "keys.db"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, str(path))
    assert await process.wait() == -signal.SIGKILL
    async with SqliteKeyStore.open(path) as store:
        assert [int(one.id, 16) for one in await store.list("")] == [1, 2]


async def test_a_damaged_file_says_which_it_is_and_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "keys.db"
    path.write_bytes(b"no keys are here" * 100)
    with pytest.raises(StorageDamaged) as raised:
        async with SqliteKeyStore.open(path):
            pass
    assert raised.value.text.startswith(f"{path} is damaged (")
    assert raised.value.text.endswith("move it away and make the keys anew")


async def test_a_key_is_in_force_and_out_of_force_on_all_gatekeepers_when_the_call_returns(open_shared: Open) -> None:
    async with open_shared() as one, open_shared() as another, open_shared() as third:
        await asyncio.sleep(0.3)  # until all listen
        for number in range(20):
            await one.add(key(number), digest(number), "")
            assert (
                await another.find(digest(number)) == await third.get(key(number).id) == await one.find(digest(number))
            )
            assert await another.delete(key(number).id)
            assert await one.find(digest(number)) is None
            assert await third.find(digest(number)) is None


async def test_a_replaced_secret_is_out_of_force_on_all_gatekeepers_when_the_call_returns(open_shared: Open) -> None:
    async with open_shared() as one, open_shared() as another:
        await asyncio.sleep(0.3)  # until all listen
        await one.add(was := key(1), digest(1), "")
        for number in range(2, 10):
            changed = replace(was, display_name=str(number))
            assert await one.replace(was, changed, digest(number))
            assert await another.find(digest(number - 1)) is None
            assert await another.find(digest(number)) == changed
            was = changed


async def test_of_two_gatekeepers_that_change_one_key_at_once_one_does(open_shared: Open) -> None:
    async with open_shared() as one, open_shared() as another:
        await asyncio.sleep(0.3)
        await one.add(was := key(1), digest(1), "")
        done = await asyncio.gather(
            one.replace(was, replace(was, display_name="a")), another.replace(was, replace(was, display_name="b"))
        )
        assert sorted(done) == [False, True]
        await one.delete(was.id)
        assert await another.get(was.id) is None


async def test_gatekeepers_that_get_one_request_make_one_key(open_shared: Open) -> None:
    async with open_shared() as one, open_shared() as another:
        stores = [one, another] * 5
        made = await asyncio.gather(*(store.add(key(n), digest(n), "request") for n, store in enumerate(stores)))
        assert len({each.id for each in made}) == 1
        assert [each.id for each in await one.list("")] == [made[0].id]


async def test_without_redis_the_others_have_heard_when_a_revocation_returns(
    bucket: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3_adapter, "LOOK_SECONDS", 0.5)
    async with shared(bucket, "") as one, shared(bucket, "") as another:
        await one.add(key(1), digest(1), "")
        await asyncio.sleep(0.6)
        assert await another.find(digest(1)) is not None
        await one.delete(key(1).id)
        assert await another.find(digest(1)) is None


async def test_a_revoked_key_stays_revoked_when_redis_fails_over_and_loses_the_revocation(
    bucket: S3, tmp_path: Path
) -> None:
    async with (
        redis_servers.with_replica(tmp_path / "servers") as (master, replica),
        redis_servers.sentinel(tmp_path / "sentinel", master) as watcher,
    ):
        await redis_servers.until(watcher, "sentinel", "slaves=1")
        url = f"redis+sentinel://127.0.0.1:{watcher.port}/main"
        async with shared(bucket, url) as one, shared(bucket, url) as another:
            await one.add(key(1), digest(1), "")
            replica.hang()  # what comes now is never copied
            assert await one.delete(key(1).id)
            await master.kill()
            replica.go_on()
            await redis_servers.until(replica, "replication", "role:master")
            assert await another.find(digest(1)) is None
        async with shared(bucket, replica.url) as later:
            assert await later.find(digest(1)) is None
            assert list(await later.list("")) == []


async def test_a_gatekeeper_that_hears_of_no_keys_for_long_lets_nobody_in(
    bucket: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with shared(bucket, "") as store:
        await store.add(key(1), digest(1), "")
        monkeypatch.setattr(s3_adapter, "STALE_SECONDS", -1.0)
        with pytest.raises(KeysUnknown):
            await store.find(digest(1))


async def test_while_the_bucket_is_known_not_to_answer_nobody_waits_for_it_and_keys_go_on(bucket: S3) -> None:
    async with shared(bucket, "") as store:
        await store.add(key(1), digest(1), "")
        store._dependency.failed("it hangs")
        with pytest.raises(KeysUnknown):
            await store.add(key(2), digest(2), "")
        with pytest.raises(KeysUnknown):
            await store.delete(key(1).id)
        assert await store.find(digest(1))
        await store._look()
        assert await store.delete(key(1).id)


async def test_what_is_no_key_in_the_bucket_lets_nobody_in_and_hides_no_other(bucket: S3) -> None:
    async with shared(bucket, "") as store:
        await store.add(key(1), digest(1), "")
        for name, content in (("x", b"no json"), ("y", b"{}"), ("z", b'{"digest": 7}')):
            store._objects.add(name, content)
    async with shared(bucket, "") as store:
        assert [one.id for one in await store.list("")] == [key(1).id]


async def test_a_bucket_that_cannot_be_used_is_said_with_the_variable(bucket: S3) -> None:
    for url in ("s3://", "folder:/x", "s3://none-such/keys", "s3://b?x=1"):
        with pytest.raises(SettingError, match="MYRIAD_KEYS: "):
            async with S3KeyStore.open(url, bucket.endpoint, None):
                pass


SECRET = "myr_" + "a" * 43


async def test_a_request_that_comes_twice_with_the_same_secret_makes_one_key(open_store: Open) -> None:
    async with open_store() as store:
        first = await store.add(key(1), digest(1), "the same")
        assert await store.add(key(2), digest(1), "the same") == first
        assert await store.list("") == [first]


async def test_the_first_key_holds_where_there_is_none(open_store: Open, audit: Audit, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{SECRET}\n")
    async with open_store() as store:
        await first_key.provide(store, audit, tmp_path / "key")
        await first_key.provide(store, audit, tmp_path / "key")
        found = await store.find(hashlib.sha256(SECRET.encode()).digest())
        assert found
        assert (found.role, found.all_minds, found.expires) == (Role.ROLE_ADMIN, True, None)
        assert await store.list("") == [found]


async def test_the_first_key_does_not_come_back_while_there_are_others(
    open_store: Open, audit: Audit, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text(SECRET)
    async with open_store() as store:
        await first_key.provide(store, audit, tmp_path / "key")
        (first,) = await store.list("")
        await store.add(key(7), digest(7), "")
        await store.delete(first.id)
    async with open_store() as store:
        await first_key.provide(store, audit, tmp_path / "key")
        assert await store.find(hashlib.sha256(SECRET.encode()).digest()) is None


@pytest.mark.parametrize("content", ["", "secret", SECRET + "a", "myr_" + "é" * 43])
async def test_a_first_key_that_is_none_ends_the_start_and_is_not_shown(
    content: str, audit: Audit, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text(content, encoding="utf-8")
    async with SqliteKeyStore.open(tmp_path / "keys.db") as store:
        with pytest.raises(SettingError, match="MYRIAD_FIRST_KEY_FILE") as caught:
            await first_key.provide(store, audit, tmp_path / "key")
        assert not content or content not in str(caught.value)
