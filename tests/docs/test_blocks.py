"""Each block of code in the documentation is run by a test, or held against what it is about."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.docs.conftest import Home
from tests.pages import API, ELSEWHERE, PAGES, ROOT, RUN, WHOLE, Block, block, blocks
from tests.system.harness import needs_all

DRAWN = re.compile("[─│└]")
DIRECTIVE = re.compile(r"^\{\w+\}$")
"""Of the site, which `make site` builds."""
FAILS = {"MYRIAD_GRAPH": "connectome", "MYRIAD_PACKETS": "genesis", "MYRIAD_REDIS": "gatekeeper"}
"""Which component `myriad up` ends with, if a store cannot be used."""
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}


def is_code(one: Block) -> bool:
    return not DIRECTIVE.match(one.language) and not (one.language == "" and DRAWN.search(one.code))


def others(page: str) -> list[Block]:
    """Those that no runner of whole pages runs."""
    runs = RUN if page in (*WHOLE, API) else ()
    return [one for one in blocks(page) if is_code(one) and one.language not in runs]


@pytest.mark.parametrize("page", PAGES)
def test_every_block_is_run(page: str) -> None:
    named = ELSEWHERE.get(page, {})
    unnamed = [one.code for one in others(page) if not one.code.lstrip().startswith(tuple(named))]
    assert unnamed == [], "make its page one of WHOLE, or name it in ELSEWHERE (tests/pages.py)"


@pytest.mark.parametrize("page", {*ELSEWHERE, *WHOLE, API})
def test_no_entry_is_stale(page: str) -> None:
    assert page in PAGES
    assert page not in WHOLE or any(one.language in RUN for one in blocks(page)), "there is nothing to run"
    for begins, test in ELSEWHERE.get(page, {}).items():
        assert any(one.code.lstrip().startswith(begins) for one in others(page)), begins
        file, _, name = test.partition("::")
        text = (ROOT / file).read_text()
        assert re.search(rf"^\s*(?:async )?def {name}\(", text, re.MULTILINE), test
        assert page in text, f"{file} says nothing of {page}"


@pytest.mark.parametrize("page", [page for page in PAGES if page.startswith("docs/")])
def test_a_page_begins_with_words_on_what_it_is_for(page: str) -> None:
    title, first = (ROOT / page).read_text().split("\n\n")[:2]
    assert title.startswith("# ")
    assert not first.startswith(("#", "`" * 3, "![", "|"))


class TestByAMyriad:
    pytestmark = needs_all

    def test_the_variables_of_the_api_are_those_of_a_running_myriad(self, home: Home) -> None:
        _, *variables = block("docs/api.md", "myriad up").code.splitlines()
        done = home.bash("\n".join((*variables, 'curl -sf "$URL/v1/models" -H "authorization: Bearer $KEY"')))
        assert done.returncode == 0, done.stderr
        assert "myriad-base" in done.stdout

    def test_a_key_that_calls_too_often_gets_what_the_api_shows(self, home: Home) -> None:
        limits = '{"displayName": "slow", "role": "ROLE_READER", "minds": ["x"], "limits": {"requestsPerMinute": 1}}'
        done = home.bash(
            f"""curl -s "$URL/v1/keys" -H "authorization: Bearer $KEY" -d '{limits}' > slow.json
            SLOW=$(grep -o 'myr_[A-Za-z0-9_-]*' slow.json)
            for _ in 1 2 3; do curl -si "$URL/v1/minds" -H "authorization: Bearer $SLOW"; echo; done""",
            home.checkout(),
        )
        shown = block("docs/api.md", "HTTP/1.1 429").code
        headers, _, body = shown.partition("\n\n")
        got = re.sub(r"\d+", "1", done.stdout.replace("\r", ""))
        assert [line for line in re.sub(r"\d+", "1", headers).splitlines() if line not in got.splitlines()] == []
        refusal = next(line for line in done.stdout.splitlines() if "RATE_LIMITED" in line)
        assert json.loads(refusal) == json.loads(body)

    def test_an_assistant_that_is_told_what_the_page_says_has_the_tools(self, home: Home) -> None:
        told = json.loads(block("docs/mcp.md", '{"mcpServers"').code)["mcpServers"]["myriad"]
        assert told["command"] == "/path/to/checkout/.venv/bin/myriad"
        command = shlex.join((Path(told["command"]).name, *told["args"]))  # the one of this environment
        done = home.bash(f"echo '{json.dumps(HELLO)}' | {command}", None, **{**told["env"], "MYRIAD_API_KEY": home.key})
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout.splitlines()[0])["result"]["serverInfo"]

    @pytest.mark.parametrize("line", block("docs/stores.md", "MYRIAD_GRAPH=").code.splitlines())
    def test_a_store_that_cannot_be_used_ends_the_start_in_a_line(self, home: Home, line: str, tmp_path: Path) -> None:
        store = line.partition("=")[0]
        targets = {f"MYRIAD_{name.upper()}_TARGET": "127.0.0.1:1" for name in (*FAILS.values(), "dlm", "orchestrator")}
        told = {**targets, "MYRIAD_DATA": str(tmp_path), "MYRIAD_PACKETS": "folder:packets"}
        done = home.bash(line.replace("myriad up", f"python -P -m {FAILS[store]}"), None, **told)
        (said,) = (one for one in done.stderr.splitlines() if not one.startswith("{"))
        assert (done.returncode, store in said) == (2, True), done.stderr
        assert "PASSWORD@" not in said
