"""Pages, read as a browser shows them."""

from __future__ import annotations

import time

import pytest

from genesis.readers import html
from genesis.structure import Kind, Structure
from tests.unit.genesis.readers.shown import check


def said(read: Structure, kind: Kind | None = None) -> list[str]:
    return [one.text.text for one in read.blocks if kind in (None, one.kind)]


def test_what_people_read_is_kept() -> None:
    read = html.read(
        "<html lang=en><head><title>T</title><style>x{}</style></head><body><nav>Home</nav><h1>The <b>Page</b></h1>"
        "<p>One   <i>two</i>,\nthree.<br>four</p><script>alert(1)</script><!-- note --><h2>List</h2>"
        "<ul><li>a<li><p>b</ul><table><tr><th>x<th>y<tr><td>1<td>2</table><pre>a\n  b</pre><footer>f</footer>"
    )
    assert read.title == "The Page"
    assert read.metadata == {"language": "en"}
    assert [(one.kind, one.path, one.text.text) for one in read.blocks] == [
        (Kind.PARAGRAPH, (), "One two, three. four"),
        (Kind.ITEM, ("List",), "a"),
        (Kind.ITEM, ("List",), "b"),
        (Kind.ROW, ("List",), "x: 1; y: 2"),
        (Kind.CODE, ("List",), "a\n  b"),
    ]


def test_what_is_hidden_or_leads_elsewhere_is_not_shown() -> None:
    read = html.read(
        "<div class=topmenu><a href=/>Home</a><a href=/b>Books</a></div><div role=navigation>1. Up</div>"
        "<ul id='toc'><li>Fees</ul><div class='menu'><p>Soup: 4 EUR</div><div class=sidebar>It is late.</div>"
        "<p hidden>x</p><p style='display: none'>y</p><i aria-hidden=true>icon</i><div id=cookie-banner>We use.</div>"
        "<div class=breadcrumb>Home &gt; Fees</div><a href=/edit>Edit this page</a>"
    )
    assert said(read) == ["Soup: 4 EUR", "It is late."]


@pytest.mark.parametrize("summary", ["How to pay?", "<h3>How to pay?</h3>"])
def test_what_follows_a_part_that_opens_stands_not_below_its_summary(summary: str) -> None:
    read = html.read(
        f"<h1>Shop</h1><h2>Help</h2><p>Hi.</p><details><summary>{summary}</summary><p>By card.</p></details>"
        "<p>Prices include VAT.</p>"
    )
    assert [one.path for one in read.blocks] == [("Help",), ("Help", "How to pay?"), ("Help",)]


def test_a_summary_that_text_follows_is_no_title() -> None:
    read = html.read("<details><summary>How to pay?</summary><p>By card.</p></details><p>Prices include VAT.</p>")
    assert not read.title
    assert [one.path for one in read.blocks] == [("How to pay?",), ()]


@pytest.mark.parametrize(
    "title",
    [
        "<h2><button>Who can cancel?</button></h2>",
        "<h3 class=accordion-header><button aria-expanded=false><span>Who can cancel?</span></button></h3>",
        "<button aria-expanded=true>Who can cancel?</button>",
        "<div><button aria-controls=p1>Who can cancel? <svg><path d=''></svg></button></div>",
        "<div class=accordion-header><button class='accordion-button'>Who can cancel?</button></div>",
        "<ul><li><button class='accordion'>Who can cancel?</button>",
    ],
)
def test_a_button_that_opens_text_is_its_heading(title: str) -> None:
    read = html.read(f"<h1>Help</h1><p>Hi.</p>{title}<p>You.</p>")
    check(read)
    assert [(one.path, one.text.text) for one in read.blocks] == [((), "Hi."), (("Who can cancel?",), "You.")]


@pytest.mark.parametrize(
    "given",
    [
        "role=tabpanel hidden",
        "class='tab-pane fade' aria-hidden=true",
        "class=tabpanel style='display:none'",
        "class=accordion-body style='display: none'",
        "class='accordion__panel' hidden",
        "class='collapse' aria-hidden=true",
        "hidden=until-found",
        "id=p1 hidden",
    ],
)
def test_a_part_that_its_reader_may_open_is_read_and_ends(given: str) -> None:
    button = "<button aria-expanded=false aria-controls='p1'>Who pays?</button>"
    read = html.read(f"<h1>Help</h1><p>Hi.</p>{button}<div {given}><p>You pay.</p></div><p>See you.</p>")
    check(read)
    assert [(one.path, one.text.text) for one in read.blocks] == [
        ((), "Hi."),
        (("Who pays?",), "You pay."),
        ((), "See you."),
    ]


def test_what_is_no_part_of_its_own_stays_hidden() -> None:
    read = html.read(
        "<div class='collapse navbar-collapse' style='display:none'><a href=/>Home</a></div><p class=tabs hidden>x</p>"
        "<i class=accordion-item aria-hidden=true>down</i><div class=accordion-icon aria-hidden=true>more</div><p>Hi."
    )
    assert said(read) == ["Hi."]


def test_a_tab_heads_the_part_that_it_opens() -> None:
    read = html.read(
        "<h1>Prices</h1><p>Hi.</p><button role=tab aria-controls=a>By <b>month</b></button>"
        "<button role=tab aria-controls=b>By year</button><div id=a role=tabpanel><p>5 EUR</p></div>"
        "<div id=b role=tabpanel hidden><p>50 EUR</p></div><p>See you.</p>"
    )
    check(read)
    assert [one.path for one in read.blocks] == [(), ("By month",), ("By year",), ()]


def test_a_term_can_be_a_button() -> None:
    read = html.read("<dl><dt><button aria-expanded=false>Who?</button></dt><dd>You.</dd></dl>")
    assert said(read) == ["Who?: You."]


def test_other_buttons_are_not_shown() -> None:
    read = html.read(
        "<button aria-expanded=false aria-controls=main-menu>All</button><button aria-expanded=false>Menu</button>"
        "<h2>Costs <button>Add to list</button></h2><h2><button>Copy link</button>Fees</h2><p>5 EUR</p>"
        "<button>Buy</button><button aria-expanded=false hidden>Plans</button>"
        "<button aria-haspopup=true aria-expanded=false>Options</button>"
    )
    assert [(one.path, one.text.text) for one in read.blocks] == [((), "Costs"), (("Fees",), "5 EUR")]


def test_a_definition_says_its_term() -> None:
    read = html.read("<dl><dt>Card<dd>free<dd>for all<dt>Lost book<dd><p>its price</dl>")
    assert said(read, Kind.DEFINITION) == ["Card: free", "Card: for all", "Lost book: its price"]
    assert [one.mark for one in read.blocks] == ["Card", "Card", "Lost book"]


def test_terms_that_share_a_definition_are_said_with_it_and_those_without_are_text() -> None:
    read = html.read("<dl><dt>A</dt><dt>B</dt><dd>same</dd><dt>C<dd>own<dt>D</dl><dl><dt>E")
    check(read)
    assert said(read) == ["A, B: same", "C: own", "D", "E"]


@pytest.mark.parametrize("inner", ["<ul><li>Owner<li>Guest</ul>", "<pre>Owner</pre>", "<table><tr><td>a<td>b</table>"])
def test_a_term_leads_the_list_that_defines_it(inner: str) -> None:
    read = html.read(f"<p>All of it.</p><dl><dt>Roles</dt><dd>{inner}</dd></dl>")
    check(read)
    assert {one.lead.text for one in read.blocks[1:]} == {"Roles"}


def test_a_cell_that_spans_rows_is_said_in_each() -> None:
    read = html.read(
        "<table><caption>Opening hours</caption><tr><th>Site<th>Day<th>Open<tr><td rowspan=2>Lund<td>Mon<td>9"
        "<tr><td>Tue<td>10</table>"
    )
    assert said(read) == ["Site: Lund; Day: Mon; Open: 9", "Site: Lund; Day: Tue; Open: 10"]
    assert read.blocks[0].lead.text == "Opening hours"


def test_headers_of_several_rows_are_one() -> None:
    read = html.read(
        "<table><thead><tr><th rowspan=2>Name<th colspan=2>Goals</tr><tr><th>Home<th>Away</tr></thead>"
        "<tr><td>Ann<td>1<td>2</table>"
    )
    assert said(read) == ["Name: Ann; Goals Home: 1; Goals Away: 2"]


def test_where_every_cell_is_marked_as_a_header_the_first_row_alone_is_one() -> None:
    read = html.read("<table><tr><th>Name<th>Cost<tr><th>Ixl<th>Free<tr><th>Abc<th>5 EUR</table>")
    assert said(read) == ["Name: Ixl; Cost: Free", "Name: Abc; Cost: 5 EUR"]


def test_a_header_in_bold_may_say_its_unit_beside_it() -> None:
    read = html.read(
        "<table><tr><td><b>Year</b><td><b>Winner</b><td><b>Time</b><td><b>Distance</b> (miles)"
        "<tr><td>2013<td>Ann<td>1:02<td>9</table>"
    )
    assert said(read) == ["Year: 2013; Winner: Ann; Time: 1:02; Distance (miles): 9"]


@pytest.mark.parametrize("corner", ["", "&nbsp;"])
def test_an_empty_corner_is_no_hindrance_to_a_header(corner: str) -> None:
    read = html.read(f"<table><tr><td>{corner}<th>Basic<th>Pro<tr><th>Users<td>5<td>50</table>")
    check(read)
    assert said(read) == ["Users; Basic: 5; Pro: 50"]


def test_a_row_without_a_value_is_no_header() -> None:
    assert said(html.read("<table><tr><th>Fax<td><tr><th>Head<td>Ann</table>")) == ["Fax", "Head: Ann"]


_POWER, _HEIGHT = "<tr><th>Power<td>300 W", "<tr><th colspan=2>Size<tr><th>Height<td>31 cm"


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        (f"<tr><th colspan=2>General{_POWER}{_HEIGHT}", ["/General/Power: 300 W", "/Size/Height: 31 cm"]),
        (f"<tr><th colspan=2>X1<tr><th colspan=2>General{_POWER}", ["X1/General/Power: 300 W"]),
        (f"<tr><th colspan=2>X1<tr><td colspan=2>{_POWER}{_HEIGHT}", ["X1/Power: 300 W", "X1/Size/Height: 31 cm"]),
        ("<tr><th colspan=2>X1<tr><th>A<th>B<tr><th colspan=2>S<tr><td>1<td>2", ["X1/S/A: 1; B: 2"]),
        ("<tr><th colspan=2>Two<tr><th colspan=2>Few<tr><th>A<th>B<tr><td>1<td>2", ["Two/Few A: 1; Few B: 2"]),
    ],
)
def test_a_header_over_all_columns_heads_the_rows_below_unless_it_is_the_title(rows: str, shown: list[str]) -> None:
    read = html.read(f"<table>{rows}</table>")
    check(read)
    assert ["/".join((one.lead.text, *one.path, one.text.text)) for one in read.blocks] == shown


def test_the_first_cell_of_a_row_can_be_its_header() -> None:
    assert said(html.read("<table><tr><th>Head<td>Ann<tr><th>Fax<td>none</table>")) == ["Head: Ann", "Fax: none"]


def test_a_table_that_holds_a_page_is_none() -> None:
    read = html.read("<table><tr><td><h2>Part</h2><p>One.</p><p>Two.</p><td>Side.</table>")
    assert said(read) == ["One.", "Two.", "Side."]


_NOTES = "<tr><td colspan=3>1) Only on weekdays.<tr><td colspan=3>2) Not in July.<tr><td colspan=3>3) Cash only."


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        (
            f"<tr><td>x<td>1<td>2{_NOTES}",
            ["A: x; B: 1; C: 2", "1) Only on weekdays.", "2) Not in July.", "3) Cash only."],
        ),
        ("<tr><td colspan=3>One<tr><td colspan=3>Two<tr><td>x<td>1<td>2", ["One", "Two > A: x; B: 1; C: 2"]),
        ("<tr><td colspan=3>Ask us first.<tr><td>x<td>1<td>2", ["Ask us first.", "A: x; B: 1; C: 2"]),
        ("<tr><td><b>Cold</b><td><td><tr><td>x<td>1<td>2", ["Cold > A: x; B: 1; C: 2"]),
        ("<tr><td>y<td><td><tr><td>x<td>1<td>2", ["A: y", "A: x; B: 1; C: 2"]),
    ],
)
def test_what_spans_a_table_heads_the_rows_below_or_is_text(rows: str, shown: list[str]) -> None:
    read = html.read(f"<table><tr><th>A<th>B<th>C{rows}</table>")
    check(read)
    assert [" > ".join((*one.path, one.text.text)) for one in read.blocks] == shown


def test_items_know_how_deep_they_stand() -> None:
    read = html.read("<p>Do this:</p><ol><li>A<ul><li>a</ul>more<li>B</ol>")
    assert [(one.kind, one.depth, one.mark, one.text.text) for one in read.blocks[1:]] == [
        (Kind.ITEM, 0, "1", "A"),
        (Kind.ITEM, 1, "", "a"),
        (Kind.PARAGRAPH, 1, "", "more"),
        (Kind.ITEM, 0, "2", "B"),
    ]
    assert {one.lead.text for one in read.blocks if one.kind is Kind.ITEM} == {"Do this:"}


def test_a_citation_points_into_the_page() -> None:
    source = "<p>Fees: 5&nbsp;&euro; <b>each</b></p>"
    (block,) = html.read(source).blocks
    assert block.text.text == "Fees: 5 € each"
    first, *_, last = block.text.runs
    assert source[first.source_start : last.source_end] == "Fees: 5&nbsp;&euro; <b>each"


def test_a_page_without_a_heading_takes_its_title() -> None:
    assert html.read("<title> A\n page </title><p>x").title == "A page"


def test_marks_that_are_no_tags_are_text() -> None:
    assert said(html.read("<b a='>'>x</b> <i title=\"a>b\">y</i> 1 < 2")) == ["x y 1 < 2"]


@pytest.mark.parametrize(
    "page",
    [
        "".join(f"<b id={number}>" for number in range(2000)) + "<p>x" * 20_000,
        "".join(f"<b id='<{number}'>" for number in range(2000)) + "<p>x" * 20_000,
        '<a "' * 20_000,
        "<a " * 20_000 + ">",
        "<" * 50_000,
        "<h1><div>" * 400 + "x" * 50_000,
        "<table>" * 900 + "x",
        "&amp;" * 20_000,
        "<div class=nav>" * 900 + "x " * 500_000,
        "<pre>" * 900 + "<tr><th>" * 9_000,
        "<button aria-expanded>" * 9_000 + "x" * 9_000 + "</button>" * 9_000,
        "<dl>" + "<dt>x" * 50_000 + "<dd>y" * 50_000,
        "<dl><dt>x<dd>y" * 9_000 + "</dl>" * 9_000,
        "x" * 500_000 + "<br>Ab: x" * 20_000,
        "x<sup>1</sup>" * 20_000,
        "<ul><li><h2>x" * 9_000,
        "<div role=tab>x</div><div role=tabpanel>" * 5_000 + "</div>" * 5_000,
        "<div class=label>x</div><div class=value>" * 5_000 + "</div>" * 5_000,
        "<a role=tab href='#x'>x</a>" * 20_000 + "<p id=x>" * 20_000,
        "<p>x<select>" + "<option>x" * 50_000,
    ],
    ids=range(20),
)
def test_hostile_pages_take_no_longer_than_others(page: str) -> None:
    started = time.process_time()
    html.read(page)
    assert time.process_time() - started < 10
