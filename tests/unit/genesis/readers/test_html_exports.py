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
        ("5x<sup>n</sup> x10<sup>6</sup>", "5xⁿ x10⁶"),
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


_CONTENTS = "<ul><li><a href='#a'>A</a><ul><li><a href='#b'>B</a></ul><li><a href='#c'>C</a></ul>"


@pytest.mark.parametrize(
    ("page", "blocks"),
    [
        (f"<h1>Fees</h1>{_CONTENTS}5", 1),
        (f"<h1>Fees</h1><p>These are:</p>{_CONTENTS}5", 5),
        (f"<h1>Fees</h1>{_CONTENTS}5".replace("#c", "/c"), 4),
        (f"{_CONTENTS}<h1>Fees</h1>5".replace("#c", "/c"), 1),
        (_CONTENTS.replace("#", "/"), 3),
    ],
)
def test_a_list_of_links_is_no_text_if_it_leads_to_the_page_itself_or_stands_above_it(page: str, blocks: int) -> None:
    assert len(read(page).blocks) == blocks


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


_CODE = "<pre><code>npm i acme</code></pre>"


@pytest.mark.parametrize(
    "page",
    [
        (
            "<ul class='nav nav-tabs'><li><a data-toggle=tab href='#a'>Old</a>"
            "<li><a data-toggle=tab href='#b'>New</a></ul>"
            f"<div id=a class='tab-pane active'>{_CODE}</div><div id=b class=tab-pane>5</div>"
        ),
        (
            "<nav><div class='nav nav-tabs' role=tablist><a id=x href='#a' role=tab>Old</a>"
            "<a id=y href='#b' role=tab>New</a></div></nav>"
            f"<div role=tabpanel aria-labelledby=x>{_CODE}</div><div role=tabpanel aria-labelledby=y>5</div>"
        ),
        (
            "<ul role=tablist><li role=tab>Old</li><li role=tab>New</li></ul>"
            f"<div role=tabpanel>{_CODE}</div><div role=tabpanel hidden>5</div>"
        ),
        (
            "<div class=tabbed-labels><label for=__tabbed_1>Old</label><label for=__tabbed_2>New</label></div>"
            f"<div class=tabbed-content><div class=tabbed-block>{_CODE}</div><div class=tabbed-block>5</div></div>"
        ),
        (
            f"<label class=sd-tab-label for=tab-1>Old</label><div class=sd-tab-content>{_CODE}</div>"
            "<label class=sd-tab-label for=tab-2>New</label><div class=sd-tab-content>5</div>"
        ),
    ],
)
def test_a_tab_heads_its_part_whatever_it_is_and_however_it_names_it(page: str) -> None:
    assert below(f"<h1>A</h1><p>B</p>{page}<p>C</p>") == ["B", "Old > npm i acme", "New > 5", "C"]


def test_a_tab_within_a_part_heads_what_is_in_it() -> None:
    inner = "<ul role=tablist><li role=tab>x</li></ul><div role=tabpanel>1</div>"
    page = (
        f"<ul role=tablist><li role=tab>A<li role=tab>B</ul><div role=tabpanel>{inner}</div><div role=tabpanel>2</div>"
    )
    assert below(page.replace("A<", "A</li><").replace("B<", "B</li><")) == ["A > x > 1", "B > 2"]


def test_headings_within_what_a_term_is_leave_it_its_term() -> None:
    aside = "<div class=admonition><p class=admonition-title>Note</p><p>Slow.</p></div>"
    method = (
        f"<dl><dt>get()<dd><p>Get.</p><p class=rubric>Uses</p><p>Many.</p>{aside}<p><b>More</b></p><p>Few.</p></dl>"
    )
    assert below(f"<h1>A</h1><p>a</p><dl><dt>Box<dd>{method}</dd></dl><p>b</p>") == [
        "a",
        "Box > get(): Get.",
        "Box > Uses > get(): Many.",
        "Box > Uses > Note > get(): Slow.",
        "Box > Uses > get(): More",
        "Box > Uses > get(): Few.",
        "b",
    ]


@pytest.mark.parametrize(
    "page",
    [
        "<div class='admonition note'><p class=admonition-title>Limits</p><p>5 calls.</p></div>",
        (
            "<div class='theme-admonition alert'><div class=admonitionHeading_x><span><svg></svg></span>Limits</div>"
            "<div class=admonitionContent_y><p>5 calls.</p></div></div>"
        ),
        "<div class='markdown-alert'><p class='markdown-alert-title'>Limits</p><p>5 calls.</p></div>",
        (
            "<div class=confluence-information-macro><p class=title>Limits</p>"
            "<i class=confluence-information-macro-icon></i>"
            "<div class=confluence-information-macro-body><p>5 calls.</p></div></div>"
        ),
        "<div><div class=faq-question>Limits</div><div class='faq-answer'>5 calls.</div></div>",
    ],
)
def test_a_title_by_its_class_heads_its_part_and_no_more(page: str) -> None:
    assert below(f"<h1>A</h1><h2>B</h2><p>b</p>{page}<p>c</p>") == ["B > b", "B > Limits > 5 calls.", "B > c"]


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("<div class=spec-label>Weight</div>\n<div class=spec-value>86 g</div>", ["Weight: 86 g", "End"]),
        ("<ul><li><span class=label>Weight</span><span class=value>86 g</span></ul>", ["Weight: 86 g", "End"]),
        ("<p><b class=key>Weight:</b> <span class=value>86 g</span>", ["Weight: 86 g", "End"]),
        ("<table><tr><td><div class=label>Weight</div><div class=value>86 g</div></table>", ["Weight: 86 g", "End"]),
        ("<div class=stat-value>86</div><div class=stat-label>Reviews</div>", ["86 Reviews", "End"]),
        ("<ul><li><span>Weight</span><span>86 g</span></ul>", ["Weight 86 g", "End"]),
        ("<span class=old>59 €</span><span class=vat>with tax</span>", ["59 €with tax", "End"]),
        (
            "<span class=old>€59</span><span class=now>€49</span><span class=vat>with tax</span>",
            ["€59 €49 with tax", "End"],
        ),
        (
            "<span class=c1>Hel</span><span class=c2>lo</span> <code><b class=nf>f</b><b class=num>1</b></code>",
            ["Hello f1", "End"],
        ),
    ],
)
def test_a_label_is_said_with_its_value_and_words_side_by_side_are_no_one_word(page: str, shown: list[str]) -> None:
    assert said(read(f"{page}<p>End</p>")) == shown


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        (
            ["Model|Lumen|Price", "T1|150|€9", "T2|300|€19"],
            ["Model: T1; Lumen: 150; Price: €9", "Model: T2; Lumen: 300; Price: €19"],
        ),
        (["Lamp|Price", "T1|€9", "T2|€19"], ["Lamp: T1; Price: €9", "Lamp: T2; Price: €19"]),
        (["|2023|2024", "Sales|5|6", "Costs|3|4"], ["Sales; 2023: 5; 2024: 6", "Costs; 2023: 3; 2024: 4"]),
        (["Name|Ann", "Age|34", "Height|180"], ["Name; Ann", "Age; 34", "Height; 180"]),
        (["Monday|closed", "Tuesday|10–18", "Sunday|11–17"], ["Monday; closed", "Tuesday; 10–18", "Sunday; 11–17"]),
        (["Adult|free", "Child|€5", "Senior|€4"], ["Adult; free", "Child; €5", "Senior; €4"]),
        (["Lund|5|6", "Malmö|7|8"], ["Lund; 5; 6", "Malmö; 7; 8"]),
        (["Ann|Lund", "Bo|Malmö", "Cy|Ystad"], ["Ann; Lund", "Bo; Malmö", "Cy; Ystad"]),
    ],
)
def test_words_above_numbers_are_a_header_though_nothing_marks_them(rows: list[str], shown: list[str]) -> None:
    cells = "".join(f"<tr><td>{row.replace('|', '<td>')}" for row in rows)
    assert said(read(f"<table>{cells}</table>")) == shown


def test_a_cell_is_a_header_by_its_class() -> None:
    table = (
        "<table><tr><td class=table-header>Value<td class=table-header>Use<tr><td>a<td>Fast<tr><td>b<td>Slow</table>"
    )
    assert said(read(table)) == ["Value: a; Use: Fast", "Value: b; Use: Slow"]


def test_a_sign_alone_in_its_cell_says_what_it_means() -> None:
    signs = "<td><img alt=No src=n.png><td><i class=tick aria-label=Yes></i><td><img alt=Lund src=l.png> Lund"
    assert said(read(f"<table><tr><th>A<th>B<th>C<tr>{signs}</table>")) == ["A: No; B: Yes; C: Lund"]
    assert said(read("<table><tr><td>x<td><img alt='Lund 2.jpg' src=l.jpg></table>")) == ["x"]


@pytest.mark.parametrize(
    "numbers",
    [
        "<table><tr><td class=linenos><div class=linenodiv><pre>1\n2</pre></div></td><td><pre>{}</pre></td></table>",
        "<pre><span class=linenos>1</span>{}</pre>",
        "<pre class=line-numbers>{}<span class=line-numbers-rows><span></span></span></pre>",
    ],
)
def test_the_numbers_of_lines_are_no_code(numbers: str) -> None:
    read_ = read(f"<p>Run:</p>{numbers.format('a = 1')}")
    assert [(one.kind, one.text.text) for one in read_.blocks] == [(Kind.PARAGRAPH, "Run:"), (Kind.CODE, "a = 1")]


def test_two_ends_of_lines_or_one_between_labels_end_a_paragraph_and_a_bullet_begins_an_item() -> None:
    page = "<p>One.<br>\n<br/>Two:<br>• a<br>&bull; b<p>Ann Lee<br>Phone: 4471<p><b>Open:</b> 9 to 5<br>E-mail: a@b.c"
    assert [(one.kind, one.text.text) for one in read(page).blocks] == [
        (Kind.PARAGRAPH, "One."),
        (Kind.PARAGRAPH, "Two:"),
        (Kind.ITEM, "a"),
        (Kind.ITEM, "b"),
        (Kind.PARAGRAPH, "Ann Lee Phone: 4471"),
        (Kind.PARAGRAPH, "Open: 9 to 5"),
        (Kind.PARAGRAPH, "E-mail: a@b.c"),
    ]


def test_what_word_saves_has_its_title_and_lists() -> None:
    mark = "<![if !supportLists]><span style='mso-list:Ignore'>{}<span>&nbsp; </span></span><![endif]>"
    page = (
        "<p class=MsoTitle>Travel</p><p class=MsoToc1><a href='#s'>Scope 2</a></p><h1>Scope</h1>"
        "<p class=MsoNormal>Pay:</p>"
        f"<p class=MsoListParagraphCxSpFirst style='mso-list:l0 level1 lfo1'>{mark.format('·')}Flights</p>"
        f"<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'>{mark.format('a)')}cheap ones</p>"
        "<p class=MsoNormal>- End</p>"
    )
    shown = read(page)
    assert shown.title == "Travel"
    assert [(one.kind, one.depth, one.mark, one.text.text, one.lead.text) for one in shown.blocks] == [
        (Kind.PARAGRAPH, 0, "", "Pay:", ""),
        (Kind.ITEM, 0, "", "Flights", "Pay:"),
        (Kind.ITEM, 1, "a", "cheap ones", "Pay:"),
        (Kind.PARAGRAPH, 0, "", "- End", ""),
    ]


def test_lists_that_stand_side_by_side_though_one_is_in_the_other_are_one() -> None:
    page = (
        "<p class='c1 title' id=h.1>Book</p><h1>Leave</h1><p>Days:</p><ul class='c7 lst-kix_ab-0 start'><li>Paid</ul>"
        "<ul class='lst-kix_ab-1'><li>20</ul><ul class='lst-kix_ab-0'><li>Kept</ul>"
    )
    shown = read(page)
    assert shown.title == "Book"
    items = shown.blocks[1:]
    assert [(one.depth, one.text.text, one.lead.text) for one in items] == [
        (0, "Paid", "Days:"),
        (1, "20", "Days:"),
        (0, "Kept", "Days:"),
    ]
    assert len({one.group for one in items}) == 1


def test_a_part_called_as_its_heading_is_shown_and_a_banner_is_not() -> None:
    page = (
        "<h1>Policy</h1><h2 id=cookies>Cookies</h2><p>None.</p><section id=consent><h2>Consent</h2>"
        "<p>Yes.</p></section>"
        "<h2 id='share'>C#<a class=x href='#share'>#</a></h2><p>No.</p><div id=cookies>We use cookies.</div>"
        "<section id=cookie-banner>Accept?</section>"
        "<div role=dialog>Subscribe!</div><p>Was this page helpful?</p><p>Kept <a href='#fn1'>↩</a></p>"
    )
    assert below(page) == ["Cookies > None.", "Consent > Yes.", "C# > No.", "C# > Kept"]


def test_the_few_options_of_a_field_are_said_with_its_label() -> None:
    few = "<select id=c><option value=''>Choose one<option>Black<option selected>Dark red</select>"
    many = f"<select>{'<option>x' * 30}</select>"
    assert said(read(f"<div><label for=c>Colour</label> {few}</div>{few}<p>Year {many}</p>")) == [
        "Colour: Black, Dark red",
        "Year",
    ]


def test_a_line_in_bold_heads_the_lines_below_it() -> None:
    page = "<h1>A</h1><p><strong>Is it far?</strong><br>No.</p><ul><li><b>B</b><br>b</ul><p>Tel.: 1<br>Fax: 2</p>"
    assert below(page) == ["Is it far? > No.", "Is it far? > B b", "Is it far? > Tel.: 1", "Is it far? > Fax: 2"]


def test_the_end_of_a_quotation_is_shown_and_that_of_a_page_is_not() -> None:
    page = "<blockquote><p>Go.</p><footer>— <cite>Ann</cite></footer></blockquote><footer>Imprint</footer>"
    assert said(read(page)) == ["Go.", "— Ann"]
