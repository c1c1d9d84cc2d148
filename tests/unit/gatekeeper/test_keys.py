"""Keys: who may make which, and what is kept of them."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.errors import KeyChanged, KeyNotFound
from gatekeeper.keys import UPDATABLE, Keys, digest, new_secret
from gatekeeper.ports import Key, Limits
from mesh.access import Caller, MindNotFound, RoleTooLow
from mesh.errors import InvalidField
from mesh.settings import Secret
from myriad.type.v1.access_pb2 import Role

INSIDE = Caller.inside()
ADMIN = Caller("k0", Role.ROLE_ADMIN, frozenset({"*"}))
ADMIN_OF_A = Caller("k1", Role.ROLE_ADMIN, frozenset({"minds/a"}))
ADMIN_OF_A_AND_B = Caller("k2", Role.ROLE_ADMIN, frozenset({"minds/a", "minds/b"}))


async def create(keys: Keys, caller: Caller = INSIDE, **given: Any) -> tuple[Key, Secret]:
    fields: dict[str, Any] = {"display_name": "", "role": Role.ROLE_READER, "minds": (), "expires": None}
    fields |= {"all_minds": "minds" not in given, "limits": Limits(), "request_id": ""}
    key, secret = await keys.create(caller, **(fields | given))
    return key, secret or Secret("")


def test_a_secret_is_256_random_bits_after_a_prefix() -> None:
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    for secret in secrets:
        assert len(secret) == 47
        assert secret.startswith("myr_")
        assert len(base64.urlsafe_b64decode(secret[4:] + "=")) == 32


@given(st.text())
def test_what_is_no_secret_has_no_digest(text: str) -> None:
    assert digest(text) is None
    assert digest(f"{new_secret()}{text}x") is None


async def test_a_made_key_is_found_by_its_secret_alone(keys: Keys, store: Any) -> None:
    key, secret = await create(keys)
    hashed = digest(secret.reveal())
    assert hashed is not None
    assert await store.find(hashed) == key
    assert secret.reveal() not in repr((key, secret, store, keys))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"display_name": "x" * 101}, "key.display_name"),
        ({"display_name": "line\nbreak"}, "key.display_name"),
        ({"display_name": "nul\0"}, "key.display_name"),
        ({"role": Role.ROLE_UNSPECIFIED}, "key.role"),
        ({"role": 99}, "key.role"),
        ({"role": -1}, "key.role"),
        ({"minds": [f"m{n}" for n in range(101)]}, "key.minds"),
        ({"minds": [""]}, "key.minds"),
        ({"minds": ["*"]}, "key.minds"),
        ({"minds": ["a,minds/b"]}, "key.minds"),
        ({"minds": ["minds/minds/a"]}, "key.minds"),
        ({"expires": datetime.now(UTC) - timedelta(seconds=1)}, "key.expire_time"),
        ({"request_id": "x"}, "request_id"),
        ({"request_id": "6ba7b810-9dad-11d1-80b4-00c04fd430c8"}, "request_id"),
    ],
)
async def test_a_field_that_breaks_its_rule_is_named(keys: Keys, given: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidField) as caught:
        await create(keys, **given)
    assert caught.value.violation.field == field


async def test_minds_are_kept_as_names_once_each(keys: Keys) -> None:
    key, _ = await create(keys, minds=["b", "minds/a", "a"], display_name="x" * 100)
    assert key.minds == {"minds/a", "minds/b"}


async def test_an_admin_of_all_minds_may_make_any_key(keys: Keys) -> None:
    assert (await create(keys, ADMIN, role=Role.ROLE_ADMIN))[0].all_minds
    assert (await create(keys, ADMIN, minds=["z"]))[0].minds == {"minds/z"}


async def test_an_admin_of_some_minds_makes_keys_for_these_only(keys: Keys) -> None:
    assert (await create(keys, ADMIN_OF_A, minds=["a"], role=Role.ROLE_ADMIN))[0].minds == {"minds/a"}
    with pytest.raises(MindNotFound):
        await create(keys, ADMIN_OF_A, minds=["a", "b"])
    with pytest.raises(InvalidField, match="does not open all minds"):
        await create(keys, ADMIN_OF_A)


async def test_a_caller_without_any_mind_makes_no_key(keys: Keys) -> None:
    """An identity whose header of minds was lost opens nothing."""
    nothing = Caller("k", Role.ROLE_ADMIN, frozenset())
    with pytest.raises(InvalidField):
        await create(keys, nothing)
    with pytest.raises(MindNotFound):
        await create(keys, nothing, minds=["a"])


async def test_nobody_makes_a_key_with_a_role_above_his_own(keys: Keys) -> None:
    teacher = Caller("k", Role.ROLE_TEACHER, frozenset({"*"}))
    await create(keys, teacher, role=Role.ROLE_TEACHER)
    with pytest.raises(RoleTooLow):
        await create(keys, teacher, role=Role.ROLE_ADMIN)


async def test_keys_that_open_more_than_the_callers_minds_do_not_exist_for_it(keys: Keys) -> None:
    of_all, _ = await create(keys)
    of_both, _ = await create(keys, minds=["a", "b"])
    of_a, _ = await create(keys, minds=["a"])
    assert {key.id for key in (await keys.page(ADMIN_OF_A, 0, ""))[0]} == {of_a.id}
    assert {key.id for key in (await keys.page(ADMIN_OF_A_AND_B, 0, ""))[0]} == {of_a.id, of_both.id}
    for hidden in (of_all, of_both):
        with pytest.raises(KeyNotFound):
            await keys.get(ADMIN_OF_A, f"keys/{hidden.id}")
        with pytest.raises(KeyNotFound):
            await keys.delete(ADMIN_OF_A, f"keys/{hidden.id}")
    await keys.delete(ADMIN_OF_A, f"keys/{of_a.id}")
    assert {key.id for key in (await keys.page(INSIDE, 0, ""))[0]} == {of_all.id, of_both.id}


async def test_pages_hold_every_visible_key_once_in_order(keys: Keys) -> None:
    made = sorted([(await create(keys, minds=["a"]))[0].id for _ in range(7)])
    for _ in range(5):
        await create(keys, minds=["b"])
    listed, token = [], ""
    while True:
        page, token = await keys.page(ADMIN_OF_A, 3, token)
        listed += [key.id for key in page]
        if not token:
            break
    assert listed == made


@pytest.mark.parametrize("name", ["", "keys/", "keys/x", "keys/0123456789ABCDEF", "keys/0123456789abcdef\n", "minds/a"])
async def test_a_name_of_the_wrong_form_is_an_invalid_field(keys: Keys, name: str) -> None:
    with pytest.raises(InvalidField):
        await keys.get(INSIDE, name)


async def test_a_revoked_key_is_gone(keys: Keys) -> None:
    key, _ = await create(keys)
    await keys.delete(INSIDE, f"keys/{key.id}")
    with pytest.raises(KeyNotFound):
        await keys.delete(INSIDE, f"keys/{key.id}")


@pytest.mark.parametrize("given", [{"minds": (), "all_minds": False}, {"minds": ["a"], "all_minds": True}])
async def test_a_key_opens_some_minds_or_says_that_it_opens_all(keys: Keys, given: dict[str, Any]) -> None:
    """A list that was forgotten opens nothing."""
    with pytest.raises(InvalidField) as caught:
        await create(keys, **given)
    assert caught.value.violation.field == "key.minds"


ID = "7d3f5c1e-0b5a-4c53-9d0e-2f6a8b1c4d7e"


async def test_a_repeated_request_makes_no_second_key_and_shows_no_secret_again(keys: Keys) -> None:
    first, _ = await create(keys, minds=["a"], request_id=ID)
    again, secret = await create(keys, minds=["a"], request_id=ID.upper())
    assert (again, secret.reveal()) == (first, "")
    assert len((await keys.page(INSIDE, 0, ""))[0]) == 1


@pytest.mark.parametrize("given", [{"minds": ["a", "b"]}, {"role": Role.ROLE_TEACHER}, {"display_name": "another"}])
async def test_a_request_id_is_of_one_request_only(keys: Keys, given: dict[str, Any]) -> None:
    await create(keys, minds=["a"], request_id=ID)
    with pytest.raises(InvalidField, match="another request"):
        await create(keys, **({"minds": ["a"]} | given), request_id=ID)


async def test_a_request_id_shows_nobody_a_key_that_does_not_exist_for_him(keys: Keys) -> None:
    await create(keys, minds=["b"], request_id=ID)
    with pytest.raises(InvalidField, match="another request"):
        await create(keys, ADMIN_OF_A, minds=["a"], request_id=ID)


async def test_a_key_may_open_all_minds_whose_names_begin_so(keys: Keys) -> None:
    key, _ = await create(keys, ADMIN, minds=["team-*", "minds/shop*", "a"])
    assert key.minds == {"minds/team-*", "minds/shop*", "minds/a"}
    caller = Caller("k", Role.ROLE_ADMIN, key.minds)
    assert (await create(keys, caller, minds=["team-x", "team-y-*", "a"]))[0].minds == {
        "minds/team-x",
        "minds/team-y-*",
        "minds/a",
    }
    for more in (["team*"], ["sho*"], ["a*"], ["b"]):
        with pytest.raises(MindNotFound):
            await create(keys, caller, minds=more)


@pytest.mark.parametrize("mind", ["*", "minds/*", "A*", "a b*", "a**", "*a", "a*b", "-*"])
async def test_all_minds_are_meant_only_by_saying_so_and_a_beginning_is_that_of_a_name(keys: Keys, mind: str) -> None:
    with pytest.raises(InvalidField, match="minds"):
        await create(keys, ADMIN, minds=[mind])


@pytest.mark.parametrize(
    "limits", [Limits(7), Limits(-1), Limits(60_001), Limits(0, -1), Limits(0, 1_001), Limits(0, 0, -1)]
)
async def test_a_limit_that_breaks_its_rule_is_named(keys: Keys, limits: Limits) -> None:
    with pytest.raises(InvalidField, match=r"key\.limits\.\w+"):
        await create(keys, limits=limits)


async def test_an_update_changes_what_it_names_and_nothing_else(keys: Keys) -> None:
    key, _ = await create(keys, display_name="old", limits=Limits(60, 2, 100))
    wanted = replace(key, display_name="new", limits=Limits(120, 3, 200))
    name = f"keys/{key.id}"
    changed = await keys.update(ADMIN, name, wanted, ["limits.daily_units"])
    assert changed == replace(key, limits=Limits(60, 2, 200)) == await keys.get(ADMIN, name)
    assert await keys.update(ADMIN, name, wanted, UPDATABLE) == wanted
    with pytest.raises(KeyNotFound):
        await keys.update(ADMIN_OF_A, name, key, UPDATABLE)
    admin, _ = await create(keys, role=Role.ROLE_ADMIN)
    teacher = Caller("k", Role.ROLE_TEACHER, frozenset({"*"}))
    with pytest.raises(RoleTooLow):
        await keys.update(teacher, f"keys/{admin.id}", key, UPDATABLE)


async def test_a_rate_that_is_none_is_refused_with_the_nearest_ones(keys: Keys) -> None:
    nearest = {7: "to 7: 6 and 10", -1: "to -1: 1", 70_000: "to 70,000: 60,000", 601: "to 601: 600 and 1,000"}
    for rate, said in nearest.items():
        with pytest.raises(InvalidField, match=f"nearest {said}$"):
            await create(keys, limits=Limits(rate))


async def test_a_key_s_minds_are_changed_by_who_may_make_such_a_key(keys: Keys) -> None:
    key, _ = await create(keys, minds=["a"])
    name = f"keys/{key.id}"

    async def changed(caller: Caller, minds: set[str], *paths: str, all_minds: bool = False) -> Key:
        wanted = replace(key, minds=frozenset(minds), all_minds=all_minds)
        return await keys.update(caller, name, wanted, paths or ("minds", "all_minds"))

    assert (await changed(ADMIN_OF_A_AND_B, {"a", "b"})).minds == {"minds/a", "minds/b"}
    assert (await changed(ADMIN_OF_A_AND_B, {"a"}, "minds")).minds == {"minds/a"}
    assert (await changed(ADMIN, {"ignored"}, "display_name")).minds == {"minds/a"}
    with pytest.raises(MindNotFound):
        await changed(ADMIN_OF_A, {"a", "b"})
    with pytest.raises(InvalidField, match="does not open all minds"):
        await changed(ADMIN_OF_A, set(), all_minds=True)
    for minds, all_minds in ((set(), False), ({"a"}, True)):
        with pytest.raises(InvalidField, match=r"key\.minds"):
            await changed(ADMIN, minds, all_minds=all_minds)
    with pytest.raises(InvalidField, match=r"key\.minds"):
        await changed(ADMIN, {"a"}, "all_minds", all_minds=True)  # its minds are there still
    assert (await changed(ADMIN, set(), all_minds=True)).all_minds
    with pytest.raises(KeyNotFound):
        await changed(ADMIN_OF_A, {"a"})


async def test_a_rotation_shows_another_secret_and_the_key_stays_the_same(keys: Keys, store: Any) -> None:
    key, secret = await create(keys)
    rotated, another = await keys.rotate(ADMIN, f"keys/{key.id}", timedelta(hours=1))
    assert another.reveal() != secret.reveal()
    assert replace(rotated, former_expires=None) == key
    assert rotated.former_expires
    assert rotated.former_expires - datetime.now(UTC) > timedelta(minutes=59)
    assert await store.find(digest(another.reveal())) == rotated
    assert (await keys.rotate(ADMIN, f"keys/{key.id}", timedelta()))[0] == key
    for overlap in (timedelta(days=31), timedelta(seconds=-1)):
        with pytest.raises(InvalidField, match="overlap"):
            await keys.rotate(ADMIN, f"keys/{key.id}", overlap)


async def test_what_changed_meanwhile_is_not_changed_again(keys: Keys, store: Any, monkeypatch: Any) -> None:
    key, _ = await create(keys)

    async def replaced(*_: object) -> bool:
        return False

    monkeypatch.setattr(store, "replace", replaced)
    with pytest.raises(KeyChanged):
        await keys.update(ADMIN, f"keys/{key.id}", replace(key, display_name="x"), ["display_name"])
    with pytest.raises(KeyChanged):
        await keys.rotate(ADMIN, f"keys/{key.id}", timedelta())


async def test_each_change_is_in_the_audit_log_with_who_did_it(keys: Keys, log: Any) -> None:
    request = "7d3f5c1e-0b5a-4c53-9d0e-2f6a8b1c4d7e"
    key, secret = await create(keys, ADMIN, minds=["secret-plan"], display_name="of Ada", request_id=request)
    await create(keys, ADMIN, minds=["secret-plan"], display_name="of Ada", request_id=request)
    name = f"keys/{key.id}"
    await keys.update(ADMIN, name, replace(key, limits=Limits(60)), ["limits.requests_per_minute"])
    await keys.update(ADMIN, name, replace(key, limits=Limits(60)), ["limits.requests_per_minute"])
    await keys.rotate(ADMIN, name, timedelta())
    await keys.delete(INSIDE, name)
    assert [entry.action for entry in log.entries] == ["key.create", "key.update", "key.rotate", "key.delete"]
    assert {entry.subject for entry in log.entries} == {name}
    assert [entry.actor for entry in log.entries] == ["keys/k0"] * 3 + ["gatekeeper"]
    told = "".join(entry.details for entry in log.entries)
    for hidden in (secret.reveal(), "secret-plan", "Ada"):
        assert hidden not in told


async def test_a_key_whose_making_cannot_be_written_down_is_not_made(keys: Keys, store: Any, monkeypatch: Any) -> None:
    async def fails(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(keys._audit, "record", fails)
    with pytest.raises(RuntimeError):
        await create(keys)
    assert await store.list("") == []
