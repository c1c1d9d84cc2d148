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


def printed(*outputs: object) -> list[tuple[Kind, str]]:
    cells = [{"cell_type": "code", "source": "x", "outputs": outputs}]
    read = notebook.read(json.dumps({"cells": cells}))
    check(read)
    return [(block.kind, block.text.text) for block in read.blocks if block.text.text not in ("x", "Output:")]


def test_a_table_that_was_printed_has_rows_and_values_as_they_stand() -> None:
    rows = "<tr><th>0</th><td>Ansel | *old*</td><td>12.5</td></tr><tr><th>1</th><td>Corran</td><td>NaN</td></tr>"
    head = "<thead><tr><th></th><th>city_name</th><th>price</th></tr></thead>"
    table = f"<div><style scoped>\n.dataframe {{ }}\n</style><table>{head}<tbody>{rows}</tbody></table></div>"
    assert printed({"output_type": "execute_result", "data": {"text/html": [table], "text/plain": ["city"]}}) == [
        (Kind.ROW, "0; city_name: Ansel | *old*; price: 12.5"),
        (Kind.ROW, "1; city_name: Corran; price: NaN"),
    ]


def test_html_that_is_no_table_is_said_by_its_text() -> None:
    data = {"text/html": "<table></table>", "text/plain": "Plot of 3 lines"}
    assert printed({"output_type": "display_data", "data": data}) == [(Kind.CODE, "Plot of 3 lines")]


def test_an_error_is_said_with_its_name() -> None:
    error = {"output_type": "error", "ename": "KeyError", "evalue": "'home'", "traceback": []}
    assert printed(error) == [(Kind.CODE, "KeyError: 'home'")]
