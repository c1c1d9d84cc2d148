"""URLs of a Redis: what they mean, and that none shows its password."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mesh.redis_url import Kind, RedisUrl, UnusableUrl


def test_a_server_has_a_port_and_a_database_of_its_own() -> None:
    url = RedisUrl.parse("redis://cache.example")
    assert (url.kind, url.tls, url.hosts, url.database) == (Kind.SERVER, False, (("cache.example", 6379),), 0)
    url = RedisUrl.parse("rediss://[::1]:7000/3?ca=/etc/ca.crt")
    assert (url.tls, url.hosts, url.database, url.ca) == (True, (("::1", 7000),), 3, "/etc/ca.crt")


def test_a_cluster_is_found_by_any_of_its_servers() -> None:
    url = RedisUrl.parse("rediss+cluster://u:p@a:7000,b,[::1]:7002/0?ca=/ca&cert=/crt&key=/key")
    assert (url.kind, url.tls) == (Kind.CLUSTER, True)
    assert url.hosts == (("a", 7000), ("b", 6379), ("::1", 7002))
    assert (url.cert, url.key, url.login.user) == ("/crt", "/key", "u")


def test_sentinels_are_asked_for_a_service_and_may_have_a_login_of_their_own() -> None:
    url = RedisUrl.parse("redis+sentinel://:pw@s1,s2:5000/main/2?sentinel_user=w&sentinel_password=%2541")
    assert (url.kind, url.service, url.database) == (Kind.SENTINEL, "main", 2)
    assert url.hosts == (("s1", 26379), ("s2", 5000))
    assert (url.login.user, url.login.password.reveal()) == ("", "pw")
    assert (url.sentinel_login.user, url.sentinel_login.password.reveal()) == ("w", "%41")


@given(st.text(min_size=1), st.text(min_size=1), st.sampled_from(["redis", "redis+cluster", "rediss"]))
@example(":@/?#%,", "@/:?#[]% ,", "redis")
def test_any_user_and_password_can_be_written_and_neither_is_shown(user: str, password: str, scheme: str) -> None:
    try:
        text = f"{scheme}://{quote(user, safe='')}:{quote(password, safe='')}@h:1"
    except UnicodeEncodeError:
        return  # half a surrogate pair: nobody can write that
    url = RedisUrl.parse(text)
    assert (url.login.user, url.login.password.reveal()) == (user, password)
    assert url.address == f"{scheme}://h:1"
    assert "password=***" in repr(url)


@given(st.text() | st.from_regex(r"redis(s)?(\+cluster|\+sentinel)?://.{0,40}", fullmatch=True))
def test_no_text_breaks_the_reading_of_a_url(text: str) -> None:
    with suppress(UnusableUrl):
        RedisUrl.parse(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("http://h", "the form is"),
        ("redis:/h", "the form is"),
        ("redis://", "hosts are"),
        ("redis://h:0", "hosts are"),
        ("redis://h:65536", "hosts are"),
        ("redis://a,b", "one server has one host"),
        ("redis+cluster://a,,b", "hosts are"),
        ("redis://h/x", "the database is a number"),
        ("redis://h/1/2", "the database is a number"),
        ("redis+cluster://h/1", "a Cluster has database 0 alone"),
        ("redis+sentinel://h", "name the service"),
        ("redis://h?timeout=3", "nothing"),
        ("redis://h?ca=/ca", "nothing"),
        ("rediss://h?ca=/a&ca=/b", "ca, cert, key, each once"),
        ("rediss://h?cert=/a", "go together"),
        ("redis://u:pa#ss@h", "%23"),
        ("redis://u:pa ss@h", "no spaces"),
        ("redis://h\n", "no spaces"),
    ],
)
def test_what_is_wrong_is_said(text: str, reason: str) -> None:
    with pytest.raises(UnusableUrl, match=reason) as raised:
        RedisUrl.parse(text)
    assert "pa" not in str(raised.value).split()
