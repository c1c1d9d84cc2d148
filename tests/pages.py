"""The blocks of code of the documentation, and which test runs each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parents[1]
FENCED = re.compile(r"^ *```([^\n`]*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
PAGES = (
    *("README.md", "CONTRIBUTING.md"),
    *sorted(str(page.relative_to(ROOT)) for page in (ROOT / "docs").glob("*.md")),
    *sorted(str(page.relative_to(ROOT)) for page in (ROOT / "docs" / "clients").glob("*/README.md")),
)
RUN = ("sh", "python")
"""What is run, where whole pages are; `json` or `text` right below it is what it prints."""
SHOWN = ("json", "text")
API = "docs/api.md"
"""Run whole by tests/system/test_api.py."""
WHOLE = tuple(
    f"docs/{name}.md"
    for name in (
        *("quickstart", "documents", "formats", "sites", "openai", "retrieval", "clients", "keys", "jobs", "mcp"),
        *("operating", "observability", "metrics", "stores"),
    )
)
"""Run whole by tests/docs/test_pages.py."""
ELSEWHERE: Mapping[str, Mapping[str, str]] = {
    "README.md": {
        "from openai import OpenAI": "tests/docs/test_readme.py::test_what_is_promised_first_is_what_comes",
        "make demo ": "tests/docs/test_readme.py::test_what_is_made_is_in_the_makefile",
        "make setup": "tests/docs/conftest.py::home",
        "source .venv": "tests/docs/test_readme.py::test_what_is_promised_first_is_what_comes",
        "curl http": "tests/docs/test_readme.py::test_what_is_promised_first_is_what_comes",
    },
    "docs/api.md": {
        "myriad up ": "tests/docs/test_blocks.py::test_the_variables_of_the_api_are_those_of_a_running_myriad",
        "HTTP/1.1 429": "tests/docs/test_blocks.py::test_a_key_that_calls_too_often_gets_what_the_api_shows",
    },
    "docs/clients.md": {
        "export MYRIAD_URL": "tests/clients/test_examples.py::test_an_example_learns_asks_follows_and_reads_errors",
        "call()": "tests/clients/test_grpcurl.py::test_grpcurl_asks_what_operators_ask",
    },
    "docs/compose.md": {
        "make images": "tests/unit/test_dockerfile.py::test_the_page_s_commands_reach_for_docker_and_lack_nothing_else",
    },
    "docs/kubernetes.md": {
        "kubectl create": "tests/kube/test_page.py::test_what_installs_and_upgrades_is_taken",
        "MYRIAD_API_KEY=": "tests/kube/test_page.py::test_the_first_key_asks_and_helm_tests",
        "kubectl apply": "tests/kube/test_page.py::test_what_installs_and_upgrades_is_taken",
        "kubectl patch": "tests/kube/test_page.py::test_a_mind_that_nobody_releases_is_let_go",
        "apiVersion: ": "tests/kube/test_chart.py::test_the_examples_of_the_documentation_are_taken",
    },
    "docs/mcp.md": {
        '{"mcpServers"': "tests/docs/test_blocks.py::test_an_assistant_that_is_told_what_the_page_says_has_the_tools",
    },
    "docs/metrics.md": {
        "prometheus ": "tests/system/test_metrics.py::"
        "test_promtool_takes_what_each_component_shows_and_how_prometheus_is_told_of_it",
    },
    "docs/observability.md": {
        "pip install": "tests/system/test_tracing.py::traced",
    },
    "docs/stores.md": {
        "make servers ": "tests/system/production.py::production",
        "MYRIAD_GRAPH=": "tests/docs/test_blocks.py::test_a_store_that_cannot_be_used_ends_the_start_in_a_line",
        "go install": "tests/edge/test_shared_rates.py::test_what_the_page_says_starts_a_service_that_counts",
        "ACL SETUSER": "tests/contract/test_redis.py::test_a_user_may_do_what_the_page_says_and_no_more",
    },
}
"""Every other block, by its page and how it begins: what runs it, or holds it against what it is about."""

LEFT_OUT = "…"
PAIR = re.compile(r'"([^"\\]+)"\s*:\s*("(?:[^"\\]|\\.)*"|[\w.+-]+)')
VARIES = re.compile(
    r"ans_[a-z0-9]+|myr_[\w-]+|\b[0-9a-f]{16,64}\b|\b127\.0\.0\.1:\d+|\d{4}-\d\d-\d\dT[\d:.]+Z|host-\d|\d+\.\d{4,}s?"
)
"""Ids, secrets, hashes, ports, times and hosts are others with each run."""
MEASURED = {
    *(
        "acceptedCount",
        "agentCount",
        "askedCount",
        "cacheHitCount",
        "cacheHits",
        "confidence",
        "edgeCount",
        "elapsedMs",
    ),
    *("fetchedCount", "mindVersion", "mindVersionNow", "mindVersionThen", "pushCount", "requestedCount"),
    *("residentCount", "rowCount", "score", "storeReadCount", "textEnd", "textStart", "usedBytes", "version", "weight"),
    "weightCount",
}
"""Names of numbers that depend on what ran before, or on how well Myriad answers by now."""


@dataclass(frozen=True)
class Block:
    """Some code on a page, and the output below it, if the page shows any."""

    page: str
    line: int
    language: str
    code: str
    shown: str = ""
    shown_as: str = ""
    """`json`, which is compared by its names and values, or `text`, which is compared line by line."""

    @property
    def command(self) -> str:
        """As a shell takes it."""
        return self.code if self.language == "sh" else f"python <<'PYTHON'\n{self.code}PYTHON\n"

    def missing(self, printed: str) -> list[str]:
        """What is shown and was not printed; white space, and what is other with each run, apart."""
        if self.shown_as == "json":
            return [f"{name}: {value}" for name, value in missing_pairs(self.shown, printed)]
        return missing_lines(self.shown, printed)


def blocks(page: str) -> Iterator[Block]:
    """Those of a page, from top to bottom; what a block prints comes with it, and not again."""
    text = (ROOT / page).read_text()
    fenced = [*FENCED.finditer(text), None]
    shown = None
    for block, below in pairwise(fenced):
        if block is None or block is shown:
            continue
        shown = below if below and block[1] in RUN and below[1] in SHOWN and below.start() == block.end() + 1 else None
        printed = (shown[2], shown[1]) if shown else ("", "")
        yield Block(page, text.count("\n", 0, block.start()) + 1, block[1], block[2], *printed)


def block(page: str, begins: str) -> Block:
    """The only one of a page that begins so."""
    (found,) = (one for one in blocks(page) if one.code.lstrip().startswith(begins))
    return found


def missing_pairs(shown: str, got: str) -> list[tuple[str, str]]:
    """The names with their values that are shown and not printed, whatever the white space."""
    printed = [(name, VARIES.sub("*", value)) for name, value in PAIR.findall(got)]
    return [
        (name, value)
        for name, value in PAIR.findall(shown)
        if not any(name == other and (name in MEASURED or like(value, found)) for other, found in printed)
    ]


def missing_lines(shown: str, got: str) -> list[str]:
    """The lines that are shown and not printed, in this order."""
    printed = (VARIES.sub("*", line.strip()) for line in got.splitlines())
    return [
        line
        for line in shown.splitlines()
        if line != LEFT_OUT and not any(like(line.strip(), found) for found in printed)
    ]


def like(shown: str, found: str) -> bool:
    pattern = re.escape(VARIES.sub("*", shown)).replace(re.escape(LEFT_OUT), ".*")
    return bool(re.fullmatch(pattern, found, re.DOTALL))
