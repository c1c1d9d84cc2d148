"""How keys, usage and the audit log look."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.console import Console, RenderableType

from cli import keyring

ID = "0123456789abcdef"
URL = "http://127.0.0.1:8080"
KEY: dict[str, Any] = {
    "name": f"keys/{ID}",
    "displayName": "shop window",
    "role": "ROLE_READER",
    "minds": ["minds/shop-*"],
    "createTime": "2026-11-29T03:00:00.123456Z",
    "limits": {"requestsPerMinute": 600, "dailyUnits": "12000"},
}


def text(what: RenderableType, width: int = 120) -> str:
    console = Console(width=width, force_terminal=False, highlight=False)
    with console.capture() as captured:
        console.print(what)
    return captured.get()


def test_an_id_is_whole_however_narrow_the_terminal_is() -> None:
    shown = text(keyring.keys([{**KEY, "displayName": "a name of some length"}]), width=40)
    assert ID in shown
    assert "…" not in shown


def test_a_key_s_limits_and_its_end_are_told_in_words() -> None:
    later = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert "600/min, 12,000 units/day" in text(keyring.keys([KEY]))
    assert "never" in text(keyring.keys([KEY]))
    assert "over since 2020-01-01 00:00" in text(keyring.keys([{**KEY, "expireTime": "2020-01-01T00:00:00Z"}]))
    assert "over" not in text(keyring.keys([{**KEY, "expireTime": later}]))
    shown = text(keyring.key({**KEY, "expireTime": later, "formerSecretExpireTime": later}))
    assert "600 requests a minute" in shown
    assert "12,000 cognitive units a day" in shown
    assert f"former secret  opens until {later[:10]}" in shown


def test_a_key_without_limits_is_told_to_have_none() -> None:
    free = {**KEY, "limits": {"requestsPerMinute": 0}}
    for shown in (text(keyring.keys([free])), text(keyring.key({**KEY, "limits": None}))):
        assert "none" in shown


def test_names_steer_no_terminal() -> None:
    named = {**KEY, "displayName": "a\x1b[31mb\x07\x9b2J"}
    entry = {"actor": "\x1b]0;x\x07", "details": '{"role": "\x1b[2J"}', "number": "1", "time": "\x1b[H"}
    shown = [keyring.keys([named]), keyring.key(named), keyring.new_key({"key": named}, URL), keyring.audit([entry], 0)]
    for one in shown:
        assert not {"\x1b", "\x07", "\x9b"} & set(text(one))


def test_a_secret_is_on_a_line_of_its_own() -> None:
    made = {"key": KEY, "secret": "myr_x"}
    for one in (keyring.new_key(made, URL), keyring.rotated(made, URL)):
        lines = text(one).splitlines()
        assert (lines[0], lines[-1]) == ("myr_x", f"The first line is the key to {URL}, shown this once.")


@pytest.mark.parametrize(
    ("until", "said"),
    [("2026-11-29T04:00:00Z", "opens until 2026-11-29 04:00 UTC too"), (None, "opens nothing any more")],
)
def test_a_rotation_tells_what_became_of_the_secret_before(until: str | None, said: str) -> None:
    assert said in text(keyring.rotated({"key": {**KEY, "formerSecretExpireTime": until}, "secret": "x"}, URL))


def test_usage_ends_with_what_was_used_together() -> None:
    used = [
        {"key": f"keys/{ID}", "date": "2026-11-28", "queryCount": "3", "cognitiveUnits": "1500"},
        {"key": f"keys/{ID}", "date": "2026-11-29", "recallCount": "2", "cognitiveUnits": "8"},
    ]
    assert text(keyring.usage(used)).splitlines()[-1] == "3 questions, 2 recalls, 1,508 cognitive units"
    assert "nothing" in text(keyring.usage([]))


def test_an_entry_tells_what_the_key_became() -> None:
    details = (
        '{"role":"ROLE_READER","expires":"2026-12-01T00:00:00+00:00",'
        '"limits":{"requests_per_minute":60,"at_once":2,"daily_units":0}}'
    )
    entry = {"number": "30", "time": "2026-11-29T03:00:00Z", "action": "key.update", "details": details}
    shown = text(keyring.audit([entry], 29), width=200)
    assert "reader; 60/min; 2 at once; until 2026-12-01 00:00" in shown
    assert "29 before these" in shown


@pytest.mark.parametrize("details", ["", "{", "[]", "null", "{}", '{"role": 1, "limits": {"x": 1}, "expires": 2}'])
def test_details_of_another_form_are_shown_as_they_are(details: str) -> None:
    assert details in text(keyring.audit([{"number": "1", "details": details}], 0), width=200)
