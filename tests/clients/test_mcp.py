"""`myriad mcp` against a Myriad that speaks TLS."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from mcp import Client, StdioServerParameters

from tests.system.harness import Up, environment, myriad, needs_all

pytestmark = needs_all


async def test_an_assistant_asks_over_tls(told: Mapping[str, str]) -> None:
    started = StdioServerParameters(command=sys.executable, args=["-m", "cli", "mcp"], env=environment(**told))
    async with Client(started) as assistant:
        learned = await assistant.call_tool("learn", {"text": "The Ob is a river.", "title": "Ob", "mind": "tls"})
        assert not learned.is_error
        answer = await assistant.call_tool("ask", {"question": "What is the Ob?", "mind": "tls"})
    assert "river" in "".join(getattr(part, "text", "") for part in answer.content)


def test_without_the_authority_it_says_so_in_a_line(secured: Up, told: Mapping[str, str]) -> None:
    failed = myriad("mcp", text="", **{**told, "MYRIAD_CA": ""})
    assert failed.returncode == 1
    assert "MYRIAD_CA" in failed.stderr
    assert len(failed.stderr.strip().splitlines()) == 1
