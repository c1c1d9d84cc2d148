"""Every example of these pages prints what the page shows, from top to bottom."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

pytest.importorskip("openai", reason="needs the group `interop`: make test installs it")

from tests.system.harness import ROOT, Up, environment, needs_all
from tests.system.test_api import FENCED, missing_lines, missing_pairs

pytestmark = needs_all
PAGES = ["quickstart.md", "documents.md", "openai.md", "retrieval.md", "clients.md", "keys.md", "operating.md"]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_s_examples_print_what_it_shows(running: Up, tmp_path: Path, page: str) -> None:
    blocks = [(block[1], block[2]) for block in FENCED.finditer((ROOT / "docs" / page).read_text())]
    examples = [(one, shown) for one, shown in pairwise(blocks) if one[0] in ("sh", "python")]
    script = "".join(
        f"{{\n{code if language == 'sh' else f'python <<PYTHON{chr(10)}{code}PYTHON{chr(10)}'}}} >{number}.out 2>&1\n"
        for number, ((language, code), _) in enumerate(examples)
    ).replace("<<PYTHON", "<<'PYTHON'")
    told = {
        "URL": running.url,
        "KEY": running.key,
        "MYRIAD_URL": running.url,
        "MYRIAD_API_KEY": running.key,
        "NO_PROXY": "127.0.0.1",
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
    }
    subprocess.run(["bash", "-c", script], check=True, cwd=tmp_path, timeout=100, env=environment(**told))
    for number, ((_, code), (form, shown)) in enumerate(examples):
        got = (tmp_path / f"{number}.out").read_text()
        missing = missing_pairs(shown, got) if form == "json" else missing_lines(shown, got)
        assert not missing, f"{code}\n{got}"
