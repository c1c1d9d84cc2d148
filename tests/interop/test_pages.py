"""Every example of these pages prints what the page shows, from top to bottom."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

pytest.importorskip("openai", reason="needs the group `interop`: make test installs it")

from tests.pages import blocks, command, shell
from tests.system.harness import Up, needs_all
from tests.system.test_api import missing_lines, missing_pairs

pytestmark = needs_all
PAGES = ["quickstart.md", "documents.md", "openai.md", "retrieval.md", "clients.md", "keys.md", "operating.md"]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_s_examples_print_what_it_shows(running: Up, tmp_path: Path, page: str) -> None:
    examples = [(one, shown) for one, shown in pairwise(blocks(page)) if one[0] in ("sh", "python")]
    script = "".join(
        f"{{\n{command(language, code)}}} >{number}.out 2>&1\n" for number, ((language, code), _) in enumerate(examples)
    )
    assert shell(running, tmp_path, script).returncode == 0
    for number, ((_, code), (form, shown)) in enumerate(examples):
        got = (tmp_path / f"{number}.out").read_text()
        missing = missing_pairs(shown, got) if form == "json" else missing_lines(shown, got)
        assert not missing, f"{code}\n{got}"
