"""The REST API's document and its page, as anybody gets them."""

from __future__ import annotations

import base64
import hashlib
import re

import httpx
import pytest

from orchestrator.http import reference
from orchestrator.http.app import application
from tests.openapi import DOCUMENT, PAGE

PATHS = [reference.DOCUMENT, reference.PAGE]


def client() -> httpx.AsyncClient:
    app = application([], reference.routes())
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://orchestrator")


async def test_anybody_gets_the_document_and_the_page() -> None:
    async with client() as http:
        document, page = [await http.get(path) for path in PATHS]
    assert document.headers["content-type"] == "application/json"
    assert document.json() == DOCUMENT
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.text == PAGE


@pytest.mark.parametrize("path", PATHS)
async def test_who_has_it_already_is_told_that_it_is_the_same(path: str) -> None:
    async with client() as http:
        first = await http.get(path)
        for known in (first.headers["etag"], f'"other", {first.headers["etag"]}'):
            again = await http.get(path, headers={"if-none-match": known})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == first.headers["etag"]
        for other in ('"other"', "", '"' * 10_000):
            assert (await http.get(path, headers={"if-none-match": other})).status_code == 200
    assert first.headers["cache-control"] == "no-cache", "or an old one would be shown after an update"


@pytest.mark.parametrize("path", PATHS)
async def test_head_says_what_get_would(path: str) -> None:
    async with client() as http:
        head, got = await http.head(path), await http.get(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(got.content))
    assert head.headers["etag"] == got.headers["etag"]


async def test_the_page_may_show_its_own_style_and_load_nothing() -> None:
    async with client() as http:
        headers = (await http.get(reference.PAGE)).headers
    (style,) = re.findall(r"<style>(.*?)</style>", PAGE, re.DOTALL)
    known = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = dict(rule.strip().split(" ", 1) for rule in headers["content-security-policy"].split(";"))
    assert policy.pop("style-src") == f"'sha256-{known}'"
    assert set(policy.values()) == {"'none'"}
    assert {"default-src", "frame-ancestors", "base-uri", "form-action"} <= policy.keys()
    assert " style=" not in PAGE
    assert headers["x-content-type-options"] == "nosniff"
