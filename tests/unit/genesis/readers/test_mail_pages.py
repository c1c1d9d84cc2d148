"""Mails that are pages: whose words are whose, and what of the page is only there to look at."""

from __future__ import annotations

import pytest

from genesis.readers.mail import reader
from genesis.structure import Kind, Structure
from tests.unit.genesis.readers.shown import check

HEAD = "From: Tom Weiss <tom@w.example>\nSubject: Pump\nDate: Mon, 10 Mar 2025 10:15:00 +0100\n"
OWN, WHEN = "Tom Weiss", "2025-03-10T10:15"


def page(body: str) -> Structure:
    read = reader.read(f"{HEAD}Content-Type: text/html; charset=utf-8\n\n{body}\n")
    check(read)
    return read


def turns(body: str) -> list[tuple[str, str, str]]:
    return [(one.speaker, one.date, one.text.text) for one in page(body).blocks]


_GMAIL = """<div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Fri, Mar 7, 2025 at 4:40 PM Lena Graf
 &lt;<a href="mailto:l@g.example">l@g.example</a>&gt; wrote:<br></div><blockquote class="gmail_quote"><div>It
 leaks.</div></blockquote></div>"""
_APPLE = """<div><blockquote type="cite"><div>On 7. Mar 2025, at 16:40, Lena Graf &lt;l@g.example&gt; wrote:</div><br>
<div>It leaks.</div></blockquote></div>"""
_THUNDERBIRD = """<div class="moz-cite-prefix">Am 07.03.25 um 16:40 schrieb Lena Graf:<br></div><blockquote type="cite"
cite="mid:1@x"><pre class="moz-quote-pre" wrap="">It\nleaks.</pre></blockquote>"""
_YAHOO = """<div id="ydp1" class="yahoo_quoted"><div>On Friday, 7 March 2025 at 16:40, Lena Graf &lt;l@g.example&gt;
wrote:</div><div>It leaks.</div></div>"""
_OUTLOOK = """<div><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal"><b>From:</b> Lena Graf
&lt;l@g.example&gt; <br><b>Sent:</b> Friday, March 7, 2025 4:40 PM<br><b>To:</b> Tom<br><b>Subject:</b> RE:
Pump<o:p></o:p></p></div></div><p class="MsoNormal">It leaks.</p>"""
_OUTLOOK_WEB = """<hr><div id="divRplyFwdMsg" dir="ltr"><font><b>Von:</b> Lena Graf &lt;l@g.example&gt;<br>
<b>Gesendet:</b> Freitag, 7. März 2025 16:40<br><b>An:</b> Tom<br><b>Betreff:</b> Pump</font></div><div>It
leaks.</div>"""
_FORWARD = """<div class="gmail_attr">---------- Forwarded message ---------<br>From: <strong>Lena Graf</strong>
&lt;l@g.example&gt;<br>Date: Fri, Mar 7, 2025 at 4:40 PM<br>Subject: Pump<br>To: Tom<br></div>It leaks."""

_TABLE = """-------- Weitergeleitete Nachricht --------<table class="moz-email-headers-table"><tr><th>Betreff: </th>
<td>Pump</td></tr><tr><th>Datum: </th><td>Fri, 7 Mar 2025 16:40:00 +0100</td></tr><tr><th>Von: </th><td>Lena Graf
&lt;l@g.example&gt;</td></tr><tr><th>An: </th><td>Tom</td></tr></table><p>It leaks.</p>"""
_APPLE_FORWARD = """<blockquote type="cite"><div>Begin forwarded message:</div><br><div><b>From: </b>Lena Graf
&lt;l@g.example&gt;<br></div><div><span><b>Subject: </b></span><span><b>Pump</b><br></span></div><div><b>Date: </b>7
March 2025 at 16:40:00 CET<br></div><div><b>To: </b>Tom<br></div><br><div>It leaks.</div></blockquote>"""
_IMPORTANT = _OUTLOOK.replace("Pump<o:p>", "Pump<br><b>Importance:</b> High<o:p>")


@pytest.mark.parametrize(
    "quote",
    [_GMAIL, _APPLE, _THUNDERBIRD, _YAHOO, _OUTLOOK, _OUTLOOK_WEB, _FORWARD, _TABLE, _APPLE_FORWARD, _IMPORTANT],
)
def test_what_a_page_quotes_is_by_whom_it_names(quote: str) -> None:
    assert turns(f"<html><head><title>x</title></head><body><p>So it does.</p>{quote}</body></html>") == [
        (OWN, WHEN, "So it does."),
        ("Lena Graf", "2025-03-07T16:40", "It leaks."),
    ]


def test_answers_between_quotes_are_by_who_answers() -> None:
    cite = '<div class="moz-cite-prefix">On 2025-03-07 16:40, Lena Graf wrote:</div>'
    body = f"{cite}<blockquote type=cite>One?</blockquote><p>Yes.</p><blockquote type=cite>Two?</blockquote><p>No.</p>"
    assert [(one[0], one[2]) for one in turns(body)] == [
        ("Lena Graf", "One?"),
        (OWN, "Yes."),
        ("Lena Graf", "Two?"),
        (OWN, "No."),
    ]


def test_quotes_within_quotes_are_by_whom_each_names() -> None:
    inner = '<div class="gmail_attr">Am Do., 6. März 2025 um 09:05 Uhr schrieb Ben Ode &lt;b@o.example&gt;:</div>'
    outer = '<div class="gmail_attr">On Fri, Mar 7, 2025 at 4:40 PM Lena Graf &lt;l@g.example&gt; wrote:</div>'
    quote = '<blockquote class="gmail_quote">'
    body = (
        f"<p>Good.</p>{outer}{quote}<p>Why?</p>{inner}{quote}<p>It leaks.</p></blockquote></blockquote><p>Bye then.</p>"
    )
    assert [one[0] for one in turns(body)] == [OWN, "Lena Graf", "Ben Ode", OWN]


def test_what_is_quoted_of_nobody_is_quoted() -> None:
    read = page("<p>No.</p><blockquote><p>It leaks.</p><ul><li>a lot</li><li>always</li></ul></blockquote>")
    assert [(one.speaker, one.is_quoted) for one in read.blocks] == [(OWN, False), *[("", True)] * 3]


def test_what_is_only_further_in_is_said() -> None:
    body = '<p>See:</p><blockquote style="margin:0 0 0 40px;border:none;padding:0px">It leaks.</blockquote>'
    assert [one[0] for one in turns(body)] == [OWN, OWN]


def test_lists_and_tables_of_a_page_are_such_and_by_their_author() -> None:
    read = page(
        "<p>We do this:</p><ol><li>Drain it.</li><li>Clean it.</li></ol>"
        "<table border=1><tr><th>Part</th><th>Price</th></tr><tr><td>Pump</td><td>4,380</td></tr></table>"
    )
    assert [(one.kind, one.mark, one.speaker, one.text.text) for one in read.blocks] == [
        (Kind.TURN, "", OWN, "We do this:"),
        (Kind.ITEM, "1", OWN, "Drain it."),
        (Kind.ITEM, "2", OWN, "Clean it."),
        (Kind.ROW, "", OWN, "Part: Pump; Price: 4,380"),
    ]


@pytest.mark.parametrize(
    "signature",
    [
        '<span class="gmail_signature_prefix">-- </span><br><div class="gmail_signature"><div>Tom<br>Ltd.</div></div>',
        '<div id="Signature"><div>Tom Weiss</div><div>Weiss Ltd.</div></div>',
        '<pre class="moz-signature" cols="72">-- \nTom Weiss\nWeiss Ltd.</pre>',
        "<p>-- <br>Tom Weiss<br>Weiss Ltd.</p>",
        "<p>--</p><p>Tom Weiss</p><p>Weiss Ltd.</p>",
        '<div id="ms-outlook-mobile-signature">Get Outlook for iOS</div>',
        "<div>Sent from my iPhone</div>",
        "<p>This e-mail is confidential. If you are not the intended recipient, delete it.</p>",
        '<p style="font-size:9px">You receive this because you are a customer. <a href="u">Unsubscribe</a></p>',
    ],
)
def test_signatures_and_footers_of_a_page_are_not_read(signature: str) -> None:
    quote = "<div>On 2025-03-07 16:40, Lena Graf wrote:</div><blockquote type=cite>It leaks.</blockquote>"
    assert [(one[0], one[2]) for one in turns(f"<p>It does.</p>{signature}{quote}")] == [
        (OWN, "It does."),
        ("Lena Graf", "It leaks."),
    ]


def test_a_page_of_a_shop_says_what_was_ordered() -> None:
    read = page(
        '<body><div style="display:none">Preview</div><table role="presentation"><tr><td><img alt="Shop" src="l"></td>'
        '<td><a href="x">View in browser</a></td></tr><tr><td colspan="2"><h1>Thank you</h1><p>Order 4711 ships on 12 '
        "March.</p></td></tr><tr><td colspan=2><table><tr><th>Item</th><th>Price</th></tr><tr><td>Pump</td><td>4,380"
        "</td></tr></table></td></tr></table></body>"
    )
    assert read.title == "Pump"
    assert [("/".join(one.path), one.text.text) for one in read.blocks] == [
        ("Thank you", "Order 4711 ships on 12 March."),
        ("Thank you", "Item: Pump; Price: 4,380"),
    ]


def test_no_heading_of_one_stands_above_what_another_wrote() -> None:
    quote = "<div>On 2025-03-07 16:40, Lena Graf wrote:</div><blockquote type=cite><p>It leaks.</p></blockquote>"
    read = page(f"<p>See below.</p><h2>Costs</h2><p>4,380 euro.</p>{quote}<p>Bye then.</p>")
    assert [(one.speaker, one.path) for one in read.blocks] == [
        (OWN, ()),
        (OWN, ("Costs",)),
        ("Lena Graf", ()),
        (OWN, ()),
    ]


def test_where_is_what_a_page_says_is_told_in_the_source() -> None:
    read = page("<p>It &amp; she.</p>")
    run = read.blocks[0].text.runs[-1]
    assert read.source[run.source_start : run.source_end] == read.blocks[0].text.text[run.start : run.end]


def test_a_page_that_is_all_as_it_was_typed_is_text() -> None:
    assert turns("<html><body><pre>It leaks\nat the seal.\n\nIt is loud.</pre></body></html>") == [
        (OWN, WHEN, "It leaks at the seal."),
        (OWN, WHEN, "It is loud."),
    ]


def test_what_somebody_puts_into_a_page_as_code_is_code() -> None:
    read = page("<p>Run this:</p><pre>pump --start\npump --status</pre>")
    assert [one.kind for one in read.blocks] == [Kind.TURN, Kind.CODE]


def test_cells_that_only_lay_out_a_page_are_paragraphs() -> None:
    assert turns("<table><tr><td><p>It is in hall 2.</p></td><td><p>The seal is here.</p></td></tr></table>") == [
        (OWN, WHEN, "It is in hall 2."),
        (OWN, WHEN, "The seal is here."),
    ]


def test_a_page_that_only_holds_a_plain_mail_is_read_as_one() -> None:
    mail = "It does.\n\nOn 2025-03-07 16:40, Lena Graf wrote:\n&gt; Does it\n&gt; leak?\n\n-- \nTom\n"
    assert turns(f"<html><body><pre>{mail}</pre></body></html>") == [
        (OWN, WHEN, "It does."),
        ("Lena Graf", "2025-03-07T16:40", "Does it leak?"),
    ]


def test_what_a_page_quotes_without_marks_is_by_whom_it_names() -> None:
    body = "<p>It does.</p><p>On 2025-03-07 16:40, Lena Graf wrote:</p><p>Does it leak?</p><p>Is it loud?</p>"
    assert [one[0] for one in turns(body)] == [OWN, "Lena Graf", "Lena Graf"]
