"""What tests start is over when the tests that need it are."""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
CONFTESTS = sorted(TESTS.glob("*/conftest.py"))


@pytest.mark.parametrize("file", CONFTESTS, ids=[file.parent.name for file in CONFTESTS])
def test_what_a_folder_starts_ends_with_its_last_test(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert 'scope="session"' not in text
    if 'scope="package"' in text:
        assert (file.parent / "__init__.py").exists(), "without it pytest takes the whole session for the package"
