"""Authentication: what counts as a key, and which keys are good."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gatekeeper.authentication import Authentication
from gatekeeper.errors import KeyExpired, KeyInvalid, KeyMissing
from gatekeeper.keys import Keys, digest, new_secret
from gatekeeper.ports import Key, Limits
from mesh.access import Caller
from myriad.type.v1.access_pb2 import Role


@pytest.fixture
def authentication(store: Any) -> Authentication:
    return Authentication(store)


@pytest.fixture
async def secret(keys: Keys) -> str:
    _, made = await keys.create(
        Caller.inside(),
        display_name="",
        role=Role.ROLE_READER,
        minds=(),
        all_minds=True,
        expires=datetime.now(UTC) + timedelta(days=1),
        limits=Limits(),
        request_id="",
    )
    assert made is not None
    return made.reveal()


async def outcome(authentication: Authentication, headers: Mapping[str, str]) -> str:
    try:
        await authentication.key(headers)
    except (KeyMissing, KeyInvalid, KeyExpired) as error:
        return error.reason_name
    return "OK"


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER ", "Bearer   ", "  Bearer "])
async def test_a_bearer_token_is_a_key_however_its_scheme_is_written(
    authentication: Authentication, secret: str, scheme: str
) -> None:
    assert await outcome(authentication, {"authorization": scheme + secret}) == "OK"
    assert await outcome(authentication, {"authorization": f"{scheme}{secret} "}) == "OK"


async def test_the_key_may_come_as_x_api_key_or_in_both_headers(authentication: Authentication, secret: str) -> None:
    assert await outcome(authentication, {"x-api-key": f" {secret} "}) == "OK"
    assert await outcome(authentication, {"x-api-key": secret, "authorization": f"Bearer {secret}"}) == "OK"


async def test_two_different_keys_are_refused_even_if_one_is_good(authentication: Authentication, secret: str) -> None:
    for one, other in ((secret, new_secret()), (new_secret(), secret)):
        assert await outcome(authentication, {"x-api-key": one, "authorization": f"Bearer {other}"}) == "KEY_INVALID"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": ""},
        {"authorization": "Bearer"},
        {"authorization": "Bearer "},
        {"authorization": "Basic dXNlcjpwYXNz"},
        {"x-api-key": ""},
        {"x-api-key": "   "},
    ],
)
async def test_a_request_without_a_key_is_told_so(authentication: Authentication, headers: Mapping[str, str]) -> None:
    assert await outcome(authentication, headers) == "KEY_MISSING"


async def test_another_scheme_beside_a_key_does_not_matter(authentication: Authentication, secret: str) -> None:
    assert await outcome(authentication, {"authorization": "Basic dXNlcjpwYXNz", "x-api-key": secret}) == "OK"


async def test_nothing_but_the_exact_secret_opens(authentication: Authentication, secret: str) -> None:
    for wrong in (
        new_secret(),
        secret[:-1],
        secret + "A",
        secret.upper(),
        secret.removeprefix("myr_"),
        f"{secret},{secret}",
        f"{secret}\0",
        f"{secret[:20]} {secret[20:]}",
        "\x00\xff\ufffd",
        "x" * 1_000_000,
        "*",
        "' OR 1=1 --",
    ):
        assert await outcome(authentication, {"x-api-key": wrong}) == "KEY_INVALID"
        assert await outcome(authentication, {"authorization": f"Bearer {wrong}"}) == "KEY_INVALID"


async def test_an_expired_key_is_told_apart_from_an_unknown_one(authentication: Authentication, store: Any) -> None:
    secret, past = new_secret(), datetime.now(UTC) - timedelta(milliseconds=1)
    hashed = digest(secret)
    assert hashed is not None
    key = Key(
        id="0" * 16,
        display_name="",
        role=Role.ROLE_ADMIN,
        minds=frozenset(),
        all_minds=True,
        created=past,
        expires=past,
    )
    await store.add(key, hashed, "")
    assert await outcome(authentication, {"x-api-key": secret}) == "KEY_EXPIRED"


async def test_no_error_repeats_what_was_sent(authentication: Authentication) -> None:
    secret = new_secret()
    with pytest.raises(KeyInvalid) as caught:
        await authentication.key({"x-api-key": secret})
    assert secret not in repr(caught.value) + str(caught.value.status())
