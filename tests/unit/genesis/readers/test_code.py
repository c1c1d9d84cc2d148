"""Source code: prose of comments under what they document, constants as entries, the rest as code."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from genesis.readers import code
from genesis.structure import Kind
from tests.unit.genesis.readers.shown import check

PYTHON = '''#!/usr/bin/env python3
"""Keeps the shop in step."""

# How often we try.
MAX_RETRIES = 5  # attempts


class Client:
    """Talks to the server."""

    RATE = 3

    def connect(self, host):
        """Open a connection."""
        return host
'''
GO = """// Package shop sells.
package shop

const MaxItems = 10

/*
 * Cart holds items.
 */
type Cart struct {
	Items []string
}

// Add puts an item in.
func (c *Cart) Add(item string) error {
	return nil
}
"""


def blocks(source: str, kind: Kind) -> list[tuple[str, str]]:
    read = code.read(source)
    check(read)
    return [(".".join(block.path), block.text.text) for block in read.blocks if block.kind == kind]


def test_docstrings_are_prose_under_what_they_document() -> None:
    assert blocks(PYTHON, Kind.PARAGRAPH) == [
        ("", "Keeps the shop in step."),
        ("Client", "Talks to the server."),
        ("Client.connect", "Open a connection."),
    ]


def test_constants_are_entries_with_the_comment_above_and_beside_them() -> None:
    assert blocks(PYTHON, Kind.ENTRY) == [("", "MAX_RETRIES = 5"), ("Client", "RATE = 3")]
    entry = next(block for block in code.read(PYTHON).blocks if block.kind == Kind.ENTRY)
    assert (entry.mark, entry.lead.text) == ("MAX_RETRIES", "How often we try. attempts")


def test_other_languages_are_read_alike() -> None:
    assert blocks(GO, Kind.PARAGRAPH) == [
        ("", "Package shop sells."),
        ("Cart", "Cart holds items."),
        ("Add", "Add puts an item in."),
    ]
    assert ("", "const MaxItems = 10") in blocks(GO, Kind.ENTRY)
    assert [path for path, _ in blocks(GO, Kind.CODE)] == ["", "Cart", "Add"]


GOOGLE = '''def measure(a, b):
    """Measure it
    with care.

    Args:
        a: Size in bytes,
            of the whole.
        b (dict[str, int], optional): Kind of file.

    Returns:
        A flag that says
        whether it is.
    Raises:
        ValueError: if it is none.

    The end: it is so.
    """
'''
NUMPY = '''def measure(a, b):
    """
    Measure it.

    Parameters
    ----------
    a : int
        Size in bytes.
    b : str
        Kind of file,
        if known.
    """
'''
FIELDS = '''def measure(a):
    """
    Measure it with :class:`Rule`.
    :param a: the size
        of it
    :returns: a flag
    """
'''
TAGS = """/**
 * Measures it.
 * @param a the size
 *     of it
 * @return a flag
 */
function measure(a) {
}
"""


def test_each_argument_in_a_docstring_is_a_definition_of_its_own() -> None:
    assert texts(GOOGLE, Kind.DEFINITION) == [
        "a: Size in bytes, of the whole.",
        "b (dict[str, int], optional): Kind of file.",
        "ValueError: if it is none.",
    ]
    assert texts(GOOGLE, Kind.PARAGRAPH) == [
        "Measure it with care.",
        "Args:",
        "Returns: A flag that says whether it is.",
        "Raises:",
        "The end: it is so.",
    ]
    assert texts(NUMPY, Kind.DEFINITION) == ["a: int. Size in bytes.", "b: str. Kind of file, if known."]
    assert texts(FIELDS, Kind.DEFINITION) == ["param a: the size of it", "returns: a flag"]
    assert texts(FIELDS, Kind.PARAGRAPH) == ["Measure it with :class:`Rule`."]
    assert texts(TAGS, Kind.PARAGRAPH) == ["Measures it.", "@param a the size of it", "@return a flag"]


def test_what_stands_above_the_docstring_of_a_file_is_apart_from_it() -> None:
    source = '# -*- coding: utf-8 -*-\n# Copyright Acme.\n# All rights reserved.\n"""Sells."""\n'
    assert texts(source, Kind.PARAGRAPH) == ["-*- coding: utf-8 -*-", "Copyright Acme. All rights reserved.", "Sells."]


def texts(source: str, kind: Kind) -> list[str]:
    return [text for _, text in blocks(source, kind)]


UNITS = [
    "def f():\n",
    "    ",
    "class A {\n",
    "}\n",
    "# c\n",
    "# C:\n",
    "#  a: b\n",
    ":d e: f\n",
    "g : h\n",
    "// d\n",
    "/* e */\n",
    '"""',
    "A = 1\n",
    "x\n",
    "\n",
    "é",
]


@settings(deadline=None, max_examples=200)
@given(st.lists(st.sampled_from(UNITS)).map("".join))
def test_whatever_it_is_it_is_mapped(source: str) -> None:
    check(code.read(source))
