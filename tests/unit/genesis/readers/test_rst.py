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


def test_a_substitution_is_shown_as_what_it_stands_for() -> None:
    read = rst.read(
        "|product| runs, |twice| it does; |unknown| and a|b|c stay. |logo| |gap| |copy|\n\n"
        ".. |product| replace:: The |gap| *Acme*\n   server\n.. |twice| replace:: exactly\n"
        ".. |gap| raw:: html\n\n   <br>\n\n"
        ".. |logo| image:: a.png\n   :alt: The logo of Acme\n\n.. |copy| unicode:: 0xA9 .. the sign\n"
    )
    check(read)
    assert said(read) == ["The Acme server runs, exactly it does; |unknown| and a|b|c stay. The logo of Acme ©"]


def test_substitutions_of_substitutions_do_not_grow() -> None:
    names = "".join(f".. |a{at + 1}| replace:: |a{at}| |a{at}|\n" for at in range(40))
    read = rst.read(f".. |a0| replace:: {'long ' * 50}\n{names}\n" + "|a40| |a0| " * 5_000)
    check(read)
    assert sum(len(one.text) for one in read.blocks) < 500_000


def test_a_reference_is_shown_without_its_mark_only_if_it_has_a_target() -> None:
    read = rst.read(
        "See Flit_, `Other <https://b.example>`_, Other_ again, Usage_, class_ and this__.\n\n.. _flit: https://a.example\n"
        "__ https://c.example\n\nUsage\n=====\n\nAs [Knuth97]_ says.\n"
    )
    check(read)
    assert said(read)[0] == "See Flit, Other, Other again, Usage, class_ and this."
    assert said(read)[1:] == ["As [Knuth97] says."]


def test_a_reference_to_a_section_says_its_title() -> None:
    read = rst.read(
        "See :ref:`there` and :ref:`Else`.\n\n.. _here:\n.. _There:\n\nThe *other* part\n----------------\n\nIt.\n"
    )
    check(read)
    assert said(read)[0] == "See The other part and Else."


def test_roles_of_numbered_documents_say_what_is_numbered() -> None:
    read = rst.read("As in :pep:`8`, :rfc:`2822#section-1` and :pep:`the style <8>`.\n")
    check(read)
    assert said(read) == ["As in PEP 8, RFC 2822 and the style."]


def test_escapes_and_literals_say_their_characters() -> None:
    read = rst.read(r"Not \*soft\*, \`so\`, a \\path, H\ :sub:`2`\ O, ``a`b`` and ``\d``." + "\n\n:ref:`here`\n")
    check(read)
    assert said(read)[0] == r"Not *soft*, `so`, a \path, H2O, a`b and \d."


def test_a_table_with_commas_says_its_headers() -> None:
    read = rst.read(
        '.. csv-table:: Ports\n   :header: "Service", Port\n\n   web, ``80``\n   "mail,\n   out", 25\n\n'
        ".. csv-table::\n   :header-rows: 1\n   :delim: ;\n\n   Name;Size\n   a;2\n\n"
        ".. csv-table::\n   :delim: space\n\n   a b\n"
    )
    check(read)
    assert [(one.kind, one.text.text, one.lead.text) for one in read.blocks] == [
        (Kind.ROW, "Service: web; Port: 80", "Ports"),
        (Kind.ROW, "Service: mail, out; Port: 25", "Ports"),
        (Kind.ROW, "Name: a; Size: 2", ""),
        (Kind.CODE, "a b", ""),
    ]


def test_a_cell_of_a_drawn_table_stands_in_all_rows_and_columns_that_it_spans() -> None:
    read = rst.read(
        "+------+-----------+\n| Name | Limits    |\n|      +-----+-----+\n|      | Low | Top |\n+======+=====+=====+\n"
        "| a    | 1   | 2   |\n|      +-----+-----+\n| long | 3   | 4   |\n+------+-----+-----+\n"
    )
    check(read)
    assert said(read) == [
        "Name: a long; Limits Low: 1; Limits Top: 2",
        "Name: a long; Limits Low: 3; Limits Top: 4",
    ]


def test_dashes_below_a_row_of_a_ruled_table_say_what_it_spans() -> None:
    read = rst.read(
        ".. table:: Truth\n\n   =====  =====  ======\n      Inputs     Output\n   ------------  ------\n"
        "     A      B    A or B\n"
        "   =====  =====  ======\n   False  False  False\n   ..     True   \\\n   =====  =====  ======\n"
    )
    check(read)
    assert said(read) == [
        "Inputs A: False; Inputs B: False; Output A or B: False",
        "Inputs B: True",
    ]
    assert {one.lead.text for one in read.blocks} == {"Truth"}


def test_lists_and_directives_in_a_cell_are_of_the_cell() -> None:
    read = rst.read(
        ".. list-table::\n   :header-rows: 1\n   :stub-columns: 1\n\n   * - What\n     - How many\n     - Call\n"
        "   * - Users\n     - Of these:\n\n       - free\n       - paid\n     - .. code-block:: sh\n\n          ls\n"
    )
    check(read)
    assert said(read) == ["What: Users; How many: Of these: - free - paid; Call: ls"]


def test_a_table_of_too_many_columns_stays_text() -> None:
    for source in (f"{'= ' * 90}\na\n{'= ' * 90}\n", f"{'+-' * 90}+\n{'|a' * 90}|\n{'+-' * 90}+\n"):
        assert all(one.kind is not Kind.ROW for one in rst.read(source).blocks)
        assert "a" in " ".join(said(rst.read(source)))


def test_lines_that_each_begin_with_a_bar_are_a_paragraph() -> None:
    read = rst.read("| 1 Main Street\n|    Springfield,\n  again\n|\n| The end\n\n- | One\n  | two\n")
    check(read)
    assert said(read) == ["1 Main Street Springfield, again", "The end", "One two"]


def test_fields_at_the_head_of_a_document_tell_of_it() -> None:
    read = rst.read("PEP: 8\nTitle: Style\nAuthor: A. Bee,\n        C. Dee\nStatus: Active\n\n\nIntro\n=====\n\nIt.\n")
    check(read)
    assert read.title == "PEP 8: Style"
    assert said(read) == ["PEP: 8", "Author: A. Bee, C. Dee", "Status: Active", "It."]
    assert said(rst.read("Note: this is so.\nIt goes on.\n\nThen.\n"))[0] == "Note: this is so. It goes on."


def test_fields_for_the_generator_are_not_shown() -> None:
    assert said(rst.read(":orphan:\n:tocdepth: 2\n:Version: 3\n\nIt.\n")) == ["Version: 3", "It."]


def test_terms_of_a_glossary_share_what_they_are() -> None:
    read = rst.read(
        ".. glossary::\n   :sorted:\n\n   apple\n     A fruit.\n\n   pear\n   quince\n     Others.\n\n     And more.\n"
    )
    check(read)
    assert [(one.path, one.mark, one.text.text) for one in read.blocks] == [
        ((), "apple", "apple: A fruit."),
        (("pear, quince",), "", "Others."),
        (("pear, quince",), "", "And more."),
    ]


def test_a_classifier_is_no_part_of_its_term() -> None:
    read = rst.read("size : int\n  How many.\n\nNote:\n  So it is.\n\n.. [Knuth97] A book.\n\n.. [1] A [sic] note.\n")
    check(read)
    assert [(one.mark, one.text.text) for one in read.blocks] == [
        ("size", "size: int: How many."),
        ("Note", "Note: So it is."),
        ("Knuth97", "Knuth97: A book."),
        ("", "A [sic] note."),
    ]


def test_a_change_is_said_with_its_version() -> None:
    read = rst.read(
        ".. versionchanged:: 3.2 Faster.\n\n.. versionadded:: 3.3\n\n   Call it so::\n\n      go()\n\n"
        ".. deprecated-removed:: 3.4 3.6\n   Use it not.\n\n.. versionchanged:: 3.5\n\n   - a\n"
    )
    check(read)
    assert said(read) == [
        "Changed in version 3.2: Faster.",
        "New in version 3.3: Call it so:",
        "go()",
        "Deprecated since version 3.4, removed in version 3.6: Use it not.",
        "Changed in version 3.5",
        "a",
    ]


def test_all_that_a_directive_names_heads_what_it_holds() -> None:
    read = rst.read(
        ".. option:: -a\n            --all\n\n   All of it.\n\n.. envvar:: HOME\n\n"
        ".. confval:: timeout\n   :type: int\n   :default: ``30``\n   :no-index:\n\n   How long.\n\n"
        ".. setting:: unsaid\n\n.. confval:: one\n             two\n   :default: 1\n\n"
        ".. cpp:class:: template<T> \\\n                A\n\n   It.\n\n"
        ".. method:: go(a,\n               b)\n\n   On.\n\n"
        ".. topic:: On\n   more\n\n   So.\n"
    )
    check(read)
    assert [(one.path, one.text.text) for one in read.blocks] == [
        (("-a, --all",), "All of it."),
        ((), "HOME"),
        (("timeout",), "type: int"),
        (("timeout",), "default: 30"),
        (("timeout",), "How long."),
        (("one, two",), "default: 1"),
        (("template<T> A",), "It."),
        (("go(a, b)",), "On."),
        (("On more",), "So."),
    ]


def test_code_is_opened_by_its_caption_and_pictures_by_words_are_said() -> None:
    read = rst.read(
        "Write this:\n\n.. code-block:: ini\n   :caption: app.ini\n\n   a = 1\n\n.. math:: a + \\b\n\n"
        ".. image:: a.png\n   :alt: The parts of it\n\n"
        ".. figure:: b.png\n   :alt: The other parts\n\n   What is there.\n"
    )
    check(read)
    assert [(one.text.text, one.lead.text) for one in read.blocks] == [
        ("Write this:", ""),
        ("a = 1", "Write this: app.ini"),
        ("a + \\b", ""),
        ("The parts of it", ""),
        ("What is there.", ""),
    ]


def test_what_repeats_forever_costs_no_more_than_its_lines() -> None:
    began = time.process_time()
    for one in (
        *(".. |a| image:: b\n", ".. glossary::\n\n   a\n     b\n", "=== ===\na b\n", "+-+\n|a|\n", "Key: a\n", "| a\n"),
        *(
            ".. a::\n   :b:\n",
            ".. _a:\n",
            "+--+--+\n|  +--+\n",
            ":ref:`a` |a|_ b_ \\",
            "a\n  b\n",
            ".. x:: a\n   b\n\n   c\n",
        ),
    ):
        check(rst.read(one * 3_000))
    check(rst.read(".. glossary::\n\n" + "   a\n     b\n" * 5_000))
    check(rst.read(".. a::\n" + "   :b: c\n" * 5_000))
    assert time.process_time() - began < 30


def test_a_role_at_the_start_of_a_line_begins_no_field() -> None:
    assert said(rst.read(":pep:`PEP 522: Allow it <522>`: It is so.\n")) == ["PEP 522: Allow it: It is so."]
