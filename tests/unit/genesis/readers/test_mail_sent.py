"""Messages as they were sent: encodings, several parts, what is attached, mailboxes."""

from __future__ import annotations

import base64
from encodings import _cache as known

import pytest

from genesis.drafts import Draft, Drafter
from genesis.readers.mail import encodings, reader
from genesis.structure import Structure
from myriad.genesis.v1.document_pb2 import DocumentInput
from tests.unit.genesis.readers.shown import check, said
from tests.unit.patterns.growth import grows

HEAD = "From: Tom Weiss <tom@w.example>\nTo: Lena\nSubject: Pump\nDate: Mon, 10 Mar 2025 10:15:00 +0100\n"


def parts(*inner: str, kind: str = "mixed") -> Structure:
    told = f'{HEAD}MIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary="b"\n\nNo MIME?\n'
    read = reader.read(told + "".join(f"--b\n{one}\n" for one in inner) + "--b--\nbehind\n")
    check(read)
    return read


def of(read: Structure) -> list[tuple[str, str, str]]:
    """Who said what below which heading, but for whom it was sent to."""
    return [("/".join(one.path), one.speaker, one.text.text) for one in read.blocks if one.mark not in ("To", "Cc")]


OWN = "Content-Type: text/plain\n\nIt is attached.\n"


@pytest.mark.parametrize(
    ("head", "content", "found"),
    [
        ('text/csv; name="prices.csv"', "Model,Price\nP-10,4380\n", ("prices.csv", "Model: P-10; Price: 4380")),
        ("text/markdown; name=a.md", "# Delivery\n\n- By truck\n", ("a.md/Delivery", "By truck")),
        ("application/json; name=a.json", '{"pump": {"seal": "S-4"}}', ("a.json", "pump.seal: S-4")),
        ("text/html; name=a.html", "<h1>Terms</h1><p>It is warranted.</p>", ("a.html/Terms", "It is warranted.")),
        ("text/plain; name=a.txt", "Mount it on a flat base.\n", ("a.txt", "Mount it on a flat base.")),
        ("text/plain; name=a.csv", "Model,Price\nP-10,4380\n", ("a.csv", "Model: P-10; Price: 4380")),
        ("application/octet-stream; name=a.csv", "Part,Count\nSeal,14\n", ("a.csv", "Part: Seal; Count: 14")),
        ("application/json; name=a.json", "Broken: {", ("a.json", "Broken: {")),
    ],
)
def test_a_text_that_is_attached_is_read_as_what_it_is_below_its_name(
    head: str, content: str, found: tuple[str, str]
) -> None:
    coded = base64.encodebytes(content.encode()).decode()
    told = f"Content-Type: {head}\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64\n\n{coded}"
    assert of(parts(OWN, told)) == [("", "Tom Weiss", "It is attached."), (found[0], "", found[1])]


def test_the_name_of_a_file_may_be_encoded_in_pieces() -> None:
    head = "Content-Type: text/plain;\n name*0*=UTF-8''%D0%BE%D1%82;\n name*1*=%D1%87%D1%91%D1%82.txt\n"
    assert of(parts(OWN, f"{head}\nIt costs 40.\n"))[-1] == ("отчёт.txt", "", "It costs 40.")
    head = 'Content-Type: text/plain; name="=?utf-8?q?Gr=C3=BC=C3=9Fe.txt?="\n'
    assert of(parts(OWN, f"{head}\nIt costs 40.\n"))[-1] == ("Grüße.txt", "", "It costs 40.")


def test_a_file_that_is_no_text_is_named() -> None:
    pdf = "Content-Type: application/pdf\nContent-Disposition: attachment; filename=offer.pdf\n\nJVBERi0xLjQK\n"
    photo = "Content-Type: image/png; name=photo.png\nContent-Disposition: attachment\n\niVBORw0KGgo=\n"
    logo = "Content-Type: image/png; name=logo.png\nContent-ID: <1>\n\niVBORw0KGgo=\n"
    key = "Content-Type: application/pgp-signature; name=signature.asc\n\nabc\n"
    assert said(parts(OWN, pdf, photo, logo, key))[1:] == ["Attachments: offer.pdf, photo.png", "It is attached."]


def test_all_texts_of_a_message_are_read_and_none_twice() -> None:
    assert said(parts(OWN, OWN, "Content-Type: text/plain\n\nThat is all.\n"))[1:] == [
        "It is attached.",
        "That is all.",
    ]


PAGE = "Content-Type: text/html\n\n<p>It is <b>attached</b>.</p>\n"


@pytest.mark.parametrize("others", [(), ("Content-Type: text/x-amp-html\n\n<html amp4email>It moves.</html>\n",)])
def test_of_two_forms_of_a_text_one_is_read(others: tuple[str, ...]) -> None:
    assert said(parts(OWN, *others, PAGE, kind="alternative"))[1:] == ["It is attached."]


@pytest.mark.parametrize(
    ("plain", "page"),
    [
        ("Please view this in an HTML capable client.", "<p>It is attached.</p>"),
        ("It is", f"<p>It is attached.</p><p>{'It runs. ' * 20}</p>"),
        ("Model\n\nPrice\n\nP-10\n\n4380", "<table><tr><th>Model<th>Price<tr><td>P-10<td>4380</table>"),
    ],
)
def test_the_form_that_says_more_is_read(plain: str, page: str) -> None:
    text = f"Content-Type: text/plain\n\n{plain}\n"
    found = said(parts(text, f"Content-Type: text/html\n\n{page}\n", kind="alternative"))[1]
    assert found in ("It is attached.", "Model: P-10; Price: 4380")


INNER = "From: Ann Fox <a@f.example>\nDate: Sun, 9 Mar 2025 10:00:00 +0000\nSubject: {0}Pump\n\nIt leaks.\n"


@pytest.mark.parametrize(
    ("kind", "head"),
    [
        ("mixed", "Content-Type: message/rfc822\nContent-Disposition: attachment; filename=Pump.eml\n\n"),
        ("digest", "\n"),
        ("digest", "Content-Type: message/rfc822\n\n"),
    ],
)
def test_a_message_within_a_message_is_by_who_wrote_it(kind: str, head: str) -> None:
    own = OWN if kind == "mixed" else f"{OWN.splitlines()[0]}\n\nIt is attached.\n"
    read = parts(own, head + INNER.format("Fwd: "), kind=kind)
    assert read.title == "Pump"
    assert read.metadata == {"author": "Tom Weiss", "date": "2025-03-10T10:15"}
    assert [(one.speaker, one.date, one.text.text) for one in read.blocks if one.speaker] == [
        ("Tom Weiss", "2025-03-10T10:15", "It is attached."),
        ("Ann Fox", "2025-03-09T10:00", "It leaks."),
    ]


def test_a_message_is_called_what_its_subject_is_and_others_in_it_stand_below_theirs() -> None:
    read = parts(OWN, "Content-Type: message/rfc822\n\n" + INNER.format("The other "))
    assert read.title == "Pump"
    assert [one[0] for one in of(read)] == ["", "The other Pump"]


def test_an_invitation_says_when_and_where_besides_what_is_written() -> None:
    event = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Pump\nDTSTART:20250318T140000Z\nLOCATION:Room 4\nEND:VEVENT\n"
    one = f"Content-Type: text/calendar; method=REQUEST\n\n{event}"
    other = f"Content-Type: application/ics; name=invite.ics\nContent-Disposition: attachment\n\n{event}"
    inner = f'Content-Type: multipart/alternative; boundary="c"\n\n--c\n{OWN}\n--c\n{PAGE}\n--c\n{one}\n--c--\n'
    assert said(parts(inner, other))[1:] == [
        "It is attached.",
        "When: Tuesday, 18 March 2025, 14:00 (UTC)",
        "Where: Room 4",
    ]


@pytest.mark.parametrize(
    ("head", "body", "found"),
    [
        ("multipart/mixed", "It leaks.", "It leaks."),
        ('multipart/mixed; boundary="b"', "It leaks.", "It leaks."),
        ('multipart/mixed; boundary="b"', "--b\n\nIt leaks.", "It leaks."),
        ('multipart/mixed; boundary="b"', "--b\nContent-Type: text/plain\n\nIt leaks.\n--bb\n--b--", "It leaks. --bb"),
        ('multipart/mixed; boundary="b"', "--b \n\nIt leaks.\n--b-- \n--b\n\nNo.", "It leaks."),
        ("text/plain; charset=unknown-8bit", "It leaks.", "It leaks."),
        ("", "It leaks.", "It leaks."),
    ],
)
def test_a_message_with_a_broken_head_or_boundary_is_read(head: str, body: str, found: str) -> None:
    read = reader.read(f"{HEAD}Content-Type: {head}\n\n{body}\n")
    check(read)
    assert " ".join(said(read)[1:]) == found


def test_what_has_no_head_is_read() -> None:
    assert said(reader.read("It leaks.\n\nIt is loud.\n")) == ["It leaks.", "It is loud."]


def test_who_wrote_is_known_without_a_subject_and_whomever_it_was_sent_to() -> None:
    people = ",\n ".join(f"Person {number} <p{number}@x.example>" for number in range(40))
    read = reader.read(f"From: tom@w.example (Tom Weiss)\nTo: {people}\n\nIt leaks.\n")
    assert (read.metadata["author"], read.blocks[-1].speaker) == ("Tom Weiss", "Tom Weiss")
    assert "Person 39" in read.blocks[0].text.text
    assert said(reader.read("From: a@b.example\nTo: Graf, Lena <l@g.example>; Ben <b@o.example>\n\nIt leaks.\n"))[
        0
    ] == ("To: Graf, Lena <l@g.example>; Ben <b@o.example>")


def test_who_wrote_and_when_is_told_by_other_fields_too() -> None:
    received = "Received: from a by b;\n Mon, 10 Mar 2025 10:15:00 +0100\n"
    read = reader.read(f"{received}Sender: Tom Weiss <tom@w.example>\nSubject: Pump\n\nIt leaks.\n")
    assert read.metadata == {"author": "Tom Weiss", "date": "2025-03-10T10:15"}
    read = reader.read("From: \"'Tom Weiss' via Pumps\" <pumps@l.example>\nSubject: Pump\n\nIt leaks.\n")
    assert read.metadata == {"author": "Tom Weiss"}


@pytest.mark.parametrize(
    ("coded", "words"),
    [
        ("=?utf-8?q?Zo=C3=AB?= Fox", "Zoë Fox"),
        ("=?UTF-8?B?R3LDvMOf?= =?UTF-8?B?ZQ==?=", "Grüße"),
        ("=?utf-8?b?R3LD?=\n =?utf-8?b?vMOfZQ==?=", "Grüße"),
        ("=?iso-8859-1?Q?40_=80?=", "40 €"),
        ("=?iso-2022-jp?B?GyRCO3NFRBsoQg==?=", "雌田"),
        ("=?utf-8*en?q?Tea?=", "Tea"),
        ("=?none-such?q?Tea?=", "Tea"),
        ("=?utf-8?b?!!!?= Tea", " Tea"),
        ("Re: =?utf-8?q?Tea", "Re: =?utf-8?q?Tea"),
        ("=?utf-7?q?a+2AA-?= =?utf-8?q?=00b?=", "a? b"),
    ],
)
def test_encoded_words_of_a_head_are_decoded(coded: str, words: str) -> None:
    assert encodings.words(coded) == words


@pytest.mark.parametrize(
    ("charset", "coded"),
    [
        ("windows-1252", "40 =80"),
        ("iso-8859-1", "40 =80"),
        ("utf-8", "40 =E2=82=AC"),
        ("us-ascii", "40 =E2=82=AC"),
        ("none-such", "40 =E2=82=AC"),
        ("punycode", "40 =E2=82=AC"),
    ],
)
def test_the_charset_of_a_part_is_the_one_that_is_meant(charset: str, coded: str) -> None:
    head = f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: quoted-printable\n"
    assert said(reader.read(f"{HEAD}{head}\nIt costs {coded}, all=\n told.\n"))[1:] == ["It costs 40 €, all told."]


@pytest.mark.parametrize("coded", ["base64", "base64 (RFC 2045)", '"Base64"', "base64;"])
@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("SXQgbGVha3Mu\n", "It leaks."),
        ("\nSXQgbGVh\na3Mu\n\n--\nA list's own line.\n", "It leaks."),
        ("It was never encoded.\n", "It was never encoded."),
        ("Ölwechsel\n", "Ölwechsel"),
    ],
)
def test_a_part_is_decoded_if_it_is_in_the_encoding_that_its_head_names(coded: str, body: str, found: str) -> None:
    head = f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: {coded}\n"
    assert said(reader.read(f"{HEAD}{head}\n{body}"))[1:] == [found]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_lines_end_as_any_program_ends_them(end: str) -> None:
    assert said(reader.read(f"{HEAD}\nIt leaks.\n\nIt is loud.\n".replace("\n", end)))[1:] == [
        "It leaks.",
        "It is loud.",
    ]


@pytest.mark.parametrize("charset", ["utf-16", "utf-16le", "cp037", "zlib", "hex", "unicode_escape", "none-such", ".."])
def test_no_charset_is_believed_in_which_the_head_itself_cannot_be(charset: str) -> None:
    message = f"{HEAD}Content-Type: text/plain; charset={charset}\n\nSäge.\n".encode("cp1252")
    read = reader.read(encodings.of_bytes(message))
    assert (read.title, said(read)[1:]) == ("Pump", ["Säge."])


def test_charsets_that_nobody_knows_are_not_remembered() -> None:
    before = len(known)
    reader.read(HEAD.replace("Pump", "".join(f"=?x{at}?q?a?= b " for at in range(200))) + "\nIt leaks.\n")
    assert len(known) == before


def test_flowed_text_is_one_line_a_paragraph_and_keeps_who_is_quoted() -> None:
    head = "Content-Type: text/plain; charset=utf-8; format=flowed"
    body = "It has a shaft of \nsteel, and a seal.\nShort line.\n\nLena wrote:\n> What does \n> it cost?\n"
    assert [(one[1], one[2]) for one in of(reader.read(f"{HEAD}{head}\n\n{body}"))] == [
        ("Tom Weiss", "It has a shaft of steel, and a seal."),
        ("Tom Weiss", "Short line."),
        ("Lena", "What does it cost?"),
    ]
    body = "The shaft is of stainl \ness steel.\n"
    assert said(reader.read(f"{HEAD}{head}; delsp=yes\n\n{body}"))[1:] == ["The shaft is of stainless steel."]


def test_the_armour_of_a_signed_text_is_not_read() -> None:
    body = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nIt leaks.\n\n- -- \nTom\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQEzBAAB\n-----END PGP SIGNATURE-----\n"
    )
    assert said(reader.read(f"{HEAD}\n{body}"))[1:] == ["It leaks."]


MAILBOX = """From tom@w.example Mon Mar 10 10:15:00 2025
From: Tom Weiss <tom@w.example>
Subject: Pump

It leaks.

>From the list you know it.
>>From there, too.

From here on it is loud:
Each day.

From - Tue Mar 11 08:00:00 2025
X-Mozilla-Status: 0001
From: Lena Graf <l@g.example>
Date: Tue, 11 Mar 2025 07:59:00 +0100
Subject: Re: Pump

We come.
"""


def test_a_mailbox_is_parted_where_messages_begin_and_nowhere_else() -> None:
    read = reader.read(MAILBOX)
    check(read)
    assert [(one.speaker, one.date, one.text.text) for one in read.blocks] == [
        ("Tom Weiss", "2025-03-10T10:15", "It leaks."),
        ("Tom Weiss", "2025-03-10T10:15", "From the list you know it."),
        ("", "", "From there, too."),
        ("Tom Weiss", "2025-03-10T10:15", "From here on it is loud:"),
        ("Tom Weiss", "2025-03-10T10:15", "Each day."),
        ("Lena Graf", "2025-03-11T07:59", "We come."),
    ]
    assert read.metadata == {}


@pytest.mark.parametrize("size", [10, 4_000])
def test_parts_within_parts_are_read_as_deep_as_anybody_sends_them(size: int) -> None:
    nested = "".join(f"Content-Type: multipart/mixed; boundary=b{at}\n\n--b{at}\n" for at in range(size))
    read = reader.read(f"From: a@b.example\nSubject: Pump\n{nested}\nIt leaks.\n")
    check(read)
    assert "It leaks." in said(read)[-1]


@pytest.mark.parametrize(
    "hostile",
    [
        "Content-Type: message/rfc822\n\n" * 4_000,
        "Content-Type: multipart/mixed; boundary=b\n\n" + "--b\nContent-Type: multipart/mixed; boundary=b\n\n" * 2_000,
        "Content-Type: text/plain" + '; a="b' * 20_000 + "\n\n",
        "Content-Type: text/plain; charset=" + "x" * 100_000 + "\nContent-Transfer-Encoding: base64\n\n====\n",
        "Content-Type: text/plain\nContent-Transfer-Encoding: uuencode\n\nbegin 644 a\n#0V%T\n#####\n",
        "Content-Type: text/plain; charset=utf-7\nContent-Transfer-Encoding: base64\n\nKzJBQS0=\n",
        "Content-Type: text/plain; name*=x'y'%ff%\n\nx\n",
        "Content-Type: text/plain; name*0*=x; name*=y; name*1=z\n\nx\n",
        "Content-Type: text/plain; name*=utf-7''a+2AA-.txt\n\nx\n",
        "X: =?utf-8?b?" + "A" * 100_000 + "\n\nx\n",
    ],
)
def test_a_hostile_message_is_read_as_far_as_it_goes(hostile: str) -> None:
    read = reader.read(f"From: a@b.example\nSubject: Pump\n{hostile}")
    check(read)
    read.source.encode()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_each_message_of_a_mailbox_is_in_the_encoding_that_it_names(end: str) -> None:
    mailbox, words = b"", "Die Tür an der Säge klemmt."
    for charset, kept in (("iso-8859-1", "cp1252"), ("utf-8", "utf-8"), ("cp850", "cp850"), ("us-ascii", "cp1252")):
        head = "From a@b.example Mon Mar 10 10:15:00 2025\nFrom: A <a@b.example>\nSubject: S\n"
        mailbox += f"{head}Content-Type: text/plain; charset={charset}\n\n{words}\n\n".replace("\n", end).encode(kept)
    assert said(reader.read(encodings.of_bytes(mailbox))) == [words] * 4


@pytest.mark.parametrize(("charset", "kept"), [("windows-1251", "cp1251"), ("koi8-r", "koi8-r"), ("utf-8", "utf-8")])
def test_a_message_of_eight_bits_is_in_the_encoding_that_it_names(charset: str, kept: str) -> None:
    message = f"{HEAD}Content-Type: text/plain; charset={charset}\n\nЁж.\n".encode(kept)
    source = DocumentInput(content=message, media_type="message/rfc822")
    assert "Ёж." in next(draft for draft in Drafter("minds/m").drafts(source) if isinstance(draft, Draft)).text


@pytest.mark.parametrize("content", ["From: A\n\nÄh.\n".encode("utf-16"), b"\xef\xbb\xbfFrom: A\n\n\xc3\x84h.\n"])
def test_a_message_may_begin_with_a_mark_of_its_encoding(content: bytes) -> None:
    assert said(reader.read(encodings.of_bytes(content))) == ["Äh."]


def test_what_stands_in_a_text_for_pictures_and_links_of_a_page_is_not_said() -> None:
    body = "It leaks [cid:image001.png@01D].\n\nSee www.w.example<http://www.w.example/>, or <http://w.example>.\n"
    assert said(reader.read(f"{HEAD}\n{body}"))[1:] == ["It leaks.", "See www.w.example, or <http://w.example>."]


_PAGE = "Content-Type: text/html\n\n"
_MIXED = "Content-Type: multipart/mixed; boundary=b\n\n"
HOSTILE = {
    "parts": (_MIXED, "--b\n\nx\n"),
    "parts within parts": (_MIXED, "--b\nContent-Type: multipart/mixed; boundary=b\n\n"),
    "messages within messages": ("", "Content-Type: message/rfc822\n\nFrom: a\n"),
    "headers": ("", "X: b\n"),
    "encoded words": ("To: ", "=?utf-8?q?a?= "),
    "quotes of many depths": ("\n", "> a\n>> b\n"),
    "lines above quotes": ("\n", "On Mon, 3 Mar 2025 Tom wrote:\n> a\n\n"),
    "heads": ("\n", "From: a\nSubject: b\n\nc\n\n"),
    "quoted heads": ("\n", "> From: a\n> Subject: b\n"),
    "signatures": ("\n", "-- \na\n> b\n"),
    "footers": ("\n", "unsubscribe "),
    "flowed": ("Content-Type: text/plain; format=flowed\n\n", "> a \n"),
    "quotes of a page": (_PAGE, "<blockquote>a</blockquote>"),
    "quotes in quotes of a page": (_PAGE, "<blockquote>a"),
    "heads of a page": (_PAGE, "<p>From: a</p><p>Subject: b</p>"),
    "typed": (_PAGE, "<pre wrap>a\n\n</pre>"),
    "events": ("Content-Type: text/calendar\n\n", "BEGIN:VEVENT\nSUMMARY:a\nATTENDEE;CN=b:c\nEND:VEVENT\n"),
}


@pytest.mark.parametrize("shape", HOSTILE)
def test_reading_a_mail_takes_as_long_as_it_is_in_proportion(shape: str) -> None:
    head, unit = HOSTILE[shape]
    top = f"From: A <a@b.example>\nSubject: S\n{head}"
    assert not grows(reader.read, lambda size: top + unit * (8 * size // len(unit)))
