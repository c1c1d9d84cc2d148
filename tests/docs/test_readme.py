"""The README's first screen and its table, as a newcomer types them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest

pytest.importorskip("openai", reason="needs the group `interop`: make test installs it")

from tests.docs.conftest import Home
from tests.pages import ROOT, block
from tests.system.harness import needs_all

pytestmark = [pytest.mark.timeout(400), *needs_all]

README = "README.md"
ANSWER = "The billing service is maintained by Priya Raman."
ROW = re.compile(r"^\| [^|]+ \| (`.+) \|$", re.MULTILINE)
CODE = re.compile(r"`([^`]+)`")
SITE = "http://127.0.0.1:8765"
BEFORE = f"""
mkdir -p site
echo '<h1>Opening hours</h1><p>The museum opens at nine.</p>' > site/hours.html
echo '<urlset><url><loc>{SITE}/hours.html</loc></url></urlset>' > site/sitemap.xml
python -m http.server --bind 127.0.0.1 --directory site 8765 2> site/log &
trap "kill $!" EXIT
export MYRIAD_SITE_NETWORKS=127.0.0.0/8
echo '# Old\n\nThe old office was in Bonn.' > ~/notes/old.md
echo '{{"question": "Who maintains the billing service?", "gold": ["Billing service"]}}' > FILE.jsonl
myriad learn --mind notes --json ~/notes > learned.json
JOB=$(grep -o 'minds/notes/jobs/[a-z0-9-]*' learned.json)
myriad ask --mind notes --json "Who maintains the billing service?" > answer.json
ANSWER=$(grep -o 'minds/notes/answers/[a-z0-9_]*' answer.json | head -1)
"""
INSTEAD: Mapping[str, str] = {
    "--prune": "myriad learn --mind notes ~/notes --prune",
    "myriad learn --mind notes --url URL": f"myriad learn --mind site --url {SITE}/hours.html",
    "--sitemap URL": f"myriad learn --mind site --sitemap {SITE}/sitemap.xml",
    "--cancel JOB": "myriad jobs --mind notes --cancel $JOB",
    "POST /v1/recall": """curl -sf "$URL/v1/recall" -H "authorization: Bearer $KEY" \\
      -d '{"mind": "notes", "question": "Who maintains the billing service?"}'""",
    'myriad recall --mind notes "…"': 'myriad recall --mind notes "Who maintains the billing service?"',
    "myriad trace ANSWER": "myriad trace $ANSWER",
    "--replay": "myriad trace $ANSWER --replay",
    "myriad feedback ANSWER --helpful": "myriad feedback $ANSWER --helpful",
    "myriad forget --mind notes ~/notes/old.md": "myriad forget --yes --mind notes ~/notes/old.md",
    "--whole-mind": "myriad export notes kept.myriad && myriad forget --yes --mind notes --whole-mind && "
    "myriad import kept.myriad",
    "myriad import notes.myriad": "myriad import notes.myriad --mind notes-again",
    "/docs": 'curl -sf "$URL/docs"',
    "/openapi.json": 'curl -sf "$URL/openapi.json"',
    "--csv": "myriad usage --csv",
    "--verify": "myriad audit --verify",
    "myriad mcp": "myriad mcp < /dev/null",
    "/mcp": """curl -sf "$URL/mcp" -H "authorization: Bearer $KEY" -H 'content-type: application/json' \
      -H 'accept: application/json, text/event-stream' -d '{"jsonrpc": "2.0", "id": 1, "method": "ping"}'""",
}
"""What is typed where it stands for something."""
ELSEWHERE = {
    "myriad learn --mind notes --watch ~/notes": "docs/jobs.md",
    "myriad up --replicas N": "tests/system/test_replicas.py",
    "myriad up --stores production": "tests/system/test_production.py",
    "helm install myriad manifests/myriad": "tests/kube/test_page.py",
}
"""What goes on until it is stopped, or wants a cluster, and who runs it."""


def typed() -> Iterator[str]:
    for row in ROW.findall((ROOT / README).read_text()):
        yield from (one for one in CODE.findall(row) if one not in ELSEWHERE)


def test_what_is_promised_first_is_what_comes(home: Home) -> None:
    learned = home.bash(block(README, "source .venv").code)
    assert learned.returncode == 0, learned.stderr
    assert ANSWER in learned.stdout
    five_lines = home.bash(block(README, "from openai import OpenAI").command)
    assert five_lines.returncode == 0, five_lines.stderr
    assert five_lines.stdout.startswith(ANSWER)
    assert "url_citation=" in five_lines.stdout
    assert "/notes/billing.md" in five_lines.stdout
    over_rest = home.bash(block(README, "curl http").code)
    assert f'"text":"{ANSWER}' in over_rest.stdout, over_rest.stderr


def test_what_is_made_is_in_the_makefile(home: Home) -> None:
    tried = home.bash(block(README, "make demo").code)
    assert tried.returncode == 0, tried.stderr
    assert "myriad demo" in tried.stdout
    assert "pytest" in tried.stdout


def test_each_row_of_the_table_does_something(home: Home) -> None:
    commands = [*typed()]
    assert set(INSTEAD) <= set(commands), "of a row that is no more"
    script = "".join(
        f"{{\n{INSTEAD.get(one, one)}\n}} >{number}.out 2>&1\necho $? >{number}.code\n"
        for number, one in enumerate(commands)
    )
    folder = home.checkout()
    done = home.bash(BEFORE + script, folder)
    assert done.returncode == 0, done.stderr
    failed = {
        one: (folder / f"{number}.out").read_text()
        for number, one in enumerate(commands)
        if (folder / f"{number}.code").read_text() != "0\n"
    }
    assert failed == {}
