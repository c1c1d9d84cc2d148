"""Notebooks: Markdown, code and what it printed, each pointing to where it stands in the JSON."""

from __future__ import annotations

import json

from genesis.readers import notebook
from genesis.structure import Kind
from tests.unit.genesis.readers.shown import check

CELLS = [
    {"cell_type": "markdown", "source": ["# Forecast\n", "\n", 'We use **Holt** "x".\n']},
    {
        "cell_type": "code",
        "source": ["alpha = 0.5\n", "fit(alpha)"],
        "outputs": [{"output_type": "stream", "text": ["MAPE: 4.2\n"]}],
    },
]


def test_cells_are_read_as_one_text() -> None:
    read = notebook.read(json.dumps({"cells": CELLS, "metadata": {}}, indent=1))
    check(read)
    assert read.title == "Forecast"
    assert [(block.kind, block.text.text) for block in read.blocks if block.text.text != "Output:"] == [
        (Kind.PARAGRAPH, 'We use Holt "x".'),
        (Kind.CODE, "alpha = 0.5\nfit(alpha)"),
        (Kind.CODE, "MAPE: 4.2"),
    ]


def test_runs_point_into_the_raw_notebook() -> None:
    source = json.dumps({"cells": CELLS})
    code = next(block for block in notebook.read(source).blocks if block.kind == Kind.CODE)
    assert source[code.text.runs[0].source_start :].startswith("alpha = 0.5")


def test_what_is_no_notebook_is_kept_as_it_stands() -> None:
    assert [block.text.text for block in notebook.read("no notebook").blocks] == ["no notebook"]
