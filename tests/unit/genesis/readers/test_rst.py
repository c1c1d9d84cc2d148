"""reStructuredText is read as its author sees it."""

from __future__ import annotations

import time

from genesis.readers import rst, text
from genesis.structure import Kind
from tests.unit.genesis.readers.shown import check, said


def test_directives_are_not_shown_and_their_code_is_code() -> None:
    read = text.read(
        "Start\n=====\n\n.. _there:\n\nCall :func:`~a.b` or ``c``:\n\n.. code-block:: python\n   :linenos:\n\n"
        "   x = 1\n\n   y = 2\n\n- See :ref:`this part <there>`.\n- `Site <https://a.example>`_\n"
    )
    check(read)
    assert [(one.kind, one.text.text) for one in read.blocks] == [
        (Kind.PARAGRAPH, "Call a.b or c:"),
        (Kind.CODE, "x = 1\n\ny = 2"),
        (Kind.ITEM, "See this part."),
        (Kind.ITEM, "Site"),
    ]


def test_what_a_directive_describes_heads_what_stands_in_it() -> None:
    read = rst.read(
        "Settings\n========\n\nAll of them:\n\n"
        ".. py:data:: DEBUG\n\n    Shows a debugger.\n\n    Default: ``False``\n\n"
        ".. class:: App(name)\n\n   The app.\n\n   .. method:: run(port=5000)\n\n      Serves it.\n\nThe end.\n"
    )
    check(read)
    assert [(one.path, one.text.text) for one in read.blocks] == [
        ((), "All of them:"),
        (("DEBUG",), "Shows a debugger."),
        (("DEBUG",), "Default: False"),
        (("App(name)",), "The app."),
        (("App(name)", "run(port=5000)"), "Serves it."),
        ((), "The end."),
    ]


def test_notes_and_changes_are_text() -> None:
    read = rst.read(
        ".. note:: Mind the gap.\n   It is wide.\n\n.. warning::\n\n   Hot.\n\n.. versionadded:: 2.0\n"
        "   It speeds up.\n\n.. deprecated:: 3.1\n"
    )
    check(read)
    assert said(read) == [
        "Mind the gap. It is wide.",
        "Hot.",
        "New in version 2.0: It speeds up.",
        "Deprecated since version 3.1",
    ]


def test_terms_fields_and_options_are_said_with_what_they_are() -> None:
    read = rst.read(
        ".. _a:\n\nterm\n  What it is.\n\n:eta: When it is due.\n\n--force  Do it anyway,\n         and at once.\n"
    )
    check(read)
    assert [(one.kind, one.text.text) for one in read.blocks] == [
        (Kind.DEFINITION, "term: What it is."),
        (Kind.DEFINITION, "eta: When it is due."),
        (Kind.DEFINITION, "--force: Do it anyway, and at once."),
    ]


def test_tables_say_their_headers() -> None:
    ruled = "=====  =====\nName   Port\n=====  =====\nweb    80\nmail   25,\n       587\n=====  =====\n"
    drawn = "+------+------+\n| Name | Port |\n+======+======+\n| web  | 80   |\n+------+------+\n"
    listed = ".. list-table::\n   :header-rows: 1\n\n   * - Name\n     - Port\n   * - web\n     - 80\n       or so\n"
    read = rst.read(f"{ruled}\n{drawn}\n{listed}")
    check(read)
    assert said(read) == [
        "Name: web; Port: 80",
        "Name: mail; Port: 25, 587",
        "Name: web; Port: 80",
        "Name: web; Port: 80 or so",
    ]


def test_code_follows_what_announces_it() -> None:
    read = rst.read("Install it::\n\n    pip install x\n\n    x --version\n\n- Or so::\n\n    make\n\n  Then go.\n")
    check(read)
    assert [(one.kind, one.text.text, one.depth, one.lead.text) for one in read.blocks] == [
        (Kind.PARAGRAPH, "Install it:", 0, ""),
        (Kind.CODE, "pip install x\n\nx --version", 0, "Install it:"),
        (Kind.ITEM, "Or so:", 0, ""),
        (Kind.CODE, "make", 1, "Or so:"),
        (Kind.PARAGRAPH, "Then go.", 1, ""),
    ]


def test_what_nobody_sees_is_not_shown() -> None:
    read = text.read(
        ".. A remark\n   of the author\n\n.. |v| replace:: 3\n.. image:: a.png\n   :alt: b\n\n"
        ".. toctree::\n\n   one\n   two\n\n"
        "Some *soft* and **hard** words, ``**kwargs``, a note [1]_ and :attr:`~.Flask.config`.\n"
    )
    check(read)
    assert said(read) == ["Some soft and hard words, **kwargs, a note and Flask.config."]


def test_indents_that_grow_forever_cost_no_more_than_lines() -> None:
    source = ".. note::\n" + "".join(f"{' ' * number}- a\n\n" for number in range(1, 1_500))
    began = time.process_time()
    check(rst.read(source))
    assert time.process_time() - began < 10


def test_a_table_of_rules_alone_says_nothing() -> None:
    assert rst.read("=== ===\n=== ===\n\nSo it is.\n").blocks[-1].text.text == "So it is."
