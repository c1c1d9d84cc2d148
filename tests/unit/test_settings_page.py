"""The page of settings says what the components read."""

from __future__ import annotations

from scripts.document_settings import COMPONENTS, PAGE, page


def test_the_page_is_current() -> None:
    assert PAGE.read_text() == page(), "run: python scripts/document_settings.py"


def test_every_component_is_on_the_page() -> None:
    root = PAGE.parents[1]
    assert {path.parent.name for path in root.glob("*/settings.py")} - {"mesh", "cli", "substrate"} == COMPONENTS.keys()
