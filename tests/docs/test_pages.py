"""Every example of these pages prints what the page shows, from top to bottom, in one shell."""

from __future__ import annotations

import pytest

pytest.importorskip("openai", reason="needs the group `interop`: make test installs it")

from tests.docs.conftest import Home
from tests.pages import RUN, WHOLE, blocks
from tests.system.harness import needs_all

pytestmark = [pytest.mark.timeout(400), *needs_all]


@pytest.mark.parametrize("page", WHOLE)
def test_a_page_s_examples_print_what_it_shows(home: Home, page: str) -> None:
    examples = [one for one in blocks(page) if one.language in RUN]
    folder = home.checkout()
    script = "".join(f"{{\n{one.command}}} >{one.line}.out 2>&1\necho $? >{one.line}.code\n" for one in examples)
    done = home.bash(script, folder)
    assert done.returncode == 0, done.stderr
    for one in examples:
        printed = (folder / f"{one.line}.out").read_text()
        assert (folder / f"{one.line}.code").read_text() == "0\n", f"{one.code}\n{printed}"
        assert one.missing(printed) == [], f"{one.code}\n{printed}"
