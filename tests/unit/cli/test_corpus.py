"""The demo's corpus."""

from __future__ import annotations

from pathlib import Path

from cli import corpus

LONG = "A sentence that is long enough to be worth learning, because it says more than its name does."


def test_docstrings_of_what_is_public_are_read_without_importing(tmp_path: Path) -> None:
    module = tmp_path / "shop" / "till.py"
    module.parent.mkdir()
    module.write_text(
        f'"""{LONG}"""\nraise SystemExit\nclass Till:\n    """{LONG}"""\n    def open(self):\n        """{LONG}"""\n'
        f'    def _count(self):\n        """{LONG}"""\ndef shut():\n    """Short."""\n'
    )
    (tmp_path / "test").mkdir()
    (tmp_path / "test" / "test_till.py").write_text(f'"""{LONG}"""')
    (tmp_path / "_private.py").write_text(f'"""{LONG}"""')
    (tmp_path / "broken.py").write_text("def (")
    titles = [document["title"] for document in corpus.docstrings(tmp_path)]
    assert titles == ["shop.till", "shop.till.Till", "shop.till.Till.open"]


def test_the_language_reference_has_titles_and_text() -> None:
    documents = {document["uri"]: document for document in corpus.topics()}
    statement = documents["python:reference/with"]
    assert statement["title"] == "The with statement"
    assert statement["text"].lstrip().startswith('The "with" statement is used')
    assert len(documents) > 50
