"""Pages as generators of documentation, wikis, office programs and shops export them."""

from __future__ import annotations

import pytest

from genesis.readers import html
from genesis.structure import Kind, Structure
from tests.unit.genesis.readers.shown import check, said


def read(source: str) -> Structure:
    structure = html.read(source)
    check(structure)
    return structure


def below(source: str) -> list[str]:
    """The blocks, each with what it stands below."""
    return [" > ".join((*one.path, one.text.text)) for one in read(source).blocks]


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("Area: 120 m<sup>2</sup>", "Area: 120 m²"),
        ("10<sup>-6</sup> of 10<sup> 6 </sup>", "10⁻⁶ of 10⁶"),
        ("5x<sup>n</sup>", "5xⁿ"),
        ("On the 1<sup>st</sup>", "On the 1st"),
        ("16.00<sup>a</sup> EUR", "16.00 ᵃ EUR"),
        ("Fee 1250<sup>2</sup>", "Fee 1250 ²"),
        ("Revenue<sup>1,2</sup> grew.<sup>3</sup> So", "Revenue ¹,² grew.³ So"),
        ("Acme<sup>TM</sup> 5<sup>*</sup>", "Acme™ 5*"),
        ("All<sup><a id=r1 href='#n1'>1</a></sup> of it", "All of it"),
        ("<sup>a</sup> Students", "ᵃ Students"),
    ],
)
def test_the_mark_of_a_note_is_no_part_of_a_number_or_word_and_a_power_stays_raised(page: str, shown: str) -> None:
    assert said(read(f"<p>{page}</p>")) == [shown]
    assert said(read(f"<table><tr><td>x<td>{page}</table>")) == [f"x; {shown}"]


def test_what_stands_below_a_heading_in_an_item_is_text_and_lists_in_it_are_its_own() -> None:
    page = (
        "<p>See:</p><ul><li><section><h2>Methods</h2><ul><li><h3>fetch</h3><div>String fetch()</div><dl><dt>Throws:"
        "<dd><ul><li>Late<li>Lost</ul></dl></li></ul></section></li><li><h2>Fields</h2><table><tr><td>x<td>1</table></ul>"
    )
    assert below(page) == [
        "See:",
        "Methods > fetch > String fetch()",
        "Methods > fetch > Late",
        "Methods > fetch > Lost",
        "Fields > x; 1",
    ]
    assert {one.lead.text for one in read(page).blocks if one.kind is Kind.ITEM} == {"Throws"}


def test_a_list_that_only_leads_to_places_of_the_page_is_no_text() -> None:
    page = "<ul><li><a href='#a'>Fees</a><ul><li><a href='#b'>Late</a></ul><li><a href='#c'>Help</a></ul><h2>Fees</h2>5"
    assert below(page) == ["5"]
    assert len(read(page.replace("'#c'", "'/c'")).blocks) == 4


def test_what_defines_a_term_stands_below_it_and_a_term_has_no_colon_of_its_own() -> None:
    page = (
        "<dl><dt>fetch(url)<dd><p>Get it.</p><dl><dt>Returns:<dd>text</dl><p>Slow.</p></dd><dt>close()<dd>End.</dl>Bye"
    )
    assert below(page) == [
        "fetch(url): Get it.",
        "fetch(url) > Returns: text",
        "fetch(url): Slow.",
        "close(): End.",
        "Bye",
    ]
