"""Mail threads in plain text: whose words are whose, whatever program quoted them."""

from __future__ import annotations

import pytest

from genesis.readers import text
from genesis.structure import Kind
from tests.unit.genesis.readers.shown import check, said

OWN = "From: Tom Weiss <tom@w.example>\nSubject: Pump\n\n"


def turns(body: str) -> list[tuple[str, str, str]]:
    read = text.read(OWN + body)
    check(read)
    return [(one.speaker, one.date, one.text.text) for one in read.blocks]


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("Software: a new version", "Software: a new version"),
        ("Re: AW: Fwd: Pump", "Pump"),
        ("RE[2]: SV: Pump", "Pump"),
        ("[Pumps] Re: Seals", "[Pumps] Seals"),
        ("Re: [Pumps] AW: Seals", "[Pumps] Seals"),
        ("TR: Antw: Pump", "Pump"),
    ],
)
def test_only_what_stands_before_a_subject_says_that_it_is_answered(subject: str, title: str) -> None:
    assert text.read(f"From: Tom\nSubject: {subject}\n\nIt runs well.\n").title == title


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("On Fri, Mar 7, 2025 at 4:40\u202fPM Lena Graf <lena@g.example>\nwrote:", "2025-03-07T16:40"),
        ("On Friday, March 7th, 2025 at 4:40 PM, Lena Graf <lena@g.example> wrote:", "2025-03-07T16:40"),
        ("On 7 Mar 2025, at 16:40:12 CET, Lena Graf wrote:", "2025-03-07T16:40"),
        ('On 07.03.25, 16:40, "Lena Graf" <lena@g.example> wrote:', "2025-03-07T16:40"),
        ("On 2025-03-07 16:40, Lena Graf wrote:", "2025-03-07T16:40"),
        ("On 31/03/2025 16:40, Lena Graf wrote:", "2025-03-31T16:40"),
        ("On 03/31/2025 16:40, Lena Graf wrote:", "2025-03-31T16:40"),
        ("On 03/07/2025 16:40, Lena Graf wrote:", ""),
        ("On Fri, Mar 7, 2025 at 4:40 PM Lena Graf via Pumps <pumps@l.example> wrote:", "2025-03-07T16:40"),
        ("Am 07.03.25 um 16:40 schrieb Lena Graf:", "2025-03-07T16:40"),
        ("Le 07/03/2025 à 16:40, Lena Graf a écrit\xa0:", ""),
        ("El vie, 7 mar 2025 a las 16:40, Lena Graf (<lena@g.example>) escribió:", "2025-03-07T16:40"),
        ("Il giorno ven 7 mar 2025 alle ore 16:40 Lena Graf <lena@g.example> ha scritto:", "2025-03-07T16:40"),
        ("Em sex., 7 de mar. de 2025 às 16:40, Lena Graf <lena@g.example> escreveu:", "2025-03-07T16:40"),
        ("Op vr 7 mrt 2025 om 16:40 schreef Lena Graf <lena@g.example>:", "2025-03-07T16:40"),
        ("Den fre 7 mars 2025 kl 16:40 skrev Lena Graf <lena@g.example>:", "2025-03-07T16:40"),
        ("* Lena Graf <lena@g.example> [2025-03-07 16:40]:", "2025-03-07T16:40"),
        ("Lena Graf <lena@g.example> writes:", ""),
        ("Lena Graf wrote:", ""),
        ("Lena Graf <lena@g.example> schrieb am 07.03.2025 um 16:40:", "2025-03-07T16:40"),
        ("2025-03-07 16:40 GMT+01:00 Lena Graf <lena@g.example>:", "2025-03-07T16:40"),
    ],
)
def test_the_line_above_a_quote_names_its_author_whatever_program_wrote_it(line: str, date: str) -> None:
    assert turns(f"It costs 4,380.\n\n{line}\n> What does it cost?\n") == [
        ("Tom Weiss", "", "It costs 4,380."),
        ("Lena Graf", date, "What does it cost?"),
    ]


def test_who_wrote_is_said_and_no_more_where_no_quote_follows() -> None:
    assert turns("As Lena Graf wrote:\n\nIt leaks.\n") == [
        ("Tom Weiss", "", "As Lena Graf wrote:"),
        ("Tom Weiss", "", "It leaks."),
    ]


def test_the_head_of_a_mail_that_is_quoted_says_who_wrote_what_is_quoted() -> None:
    head = "> From: Lena Graf <l@g.example>\n> Subject: Pump\n> Date: 7. March 2025\n> To: Tom"
    assert turns(f"FYI\n\n> Begin forwarded message:\n>\n{head}\n>\n> It leaks.\n\nSo it does.\n") == [
        ("Tom Weiss", "", "FYI"),
        ("Lena Graf", "2025-03-07", "It leaks."),
        ("Tom Weiss", "", "So it does."),
    ]


@pytest.mark.parametrize(
    "head",
    [
        "*From:* Lena Graf <l@g.example>\n*Sent:* Fri, 7 Mar 2025 16:40\n*To:* Tom\n*Subject:* Pump",
        "From: Lena Graf [mailto:l@g.example]\nSent: Friday, March 7, 2025 4:40 PM\nTo: Tom\nSubject: Pump",
        "Betreff: Pump\nDatum: Fri, 7 Mar 2025 16:40:00 +0100\nVon: Lena Graf <l@g.example>\nAn: Tom",
        "Da: Lena Graf <l@g.example>\nInviato: venerdì 7 marzo 2025 16:40\nA: Tom\nOggetto: Pump",
        "Van: Lena Graf <l@g.example>\nVerzonden: vrijdag 7 maart 2025 16:40\nAan: Tom\nOnderwerp: Pump",
        "De : Lena Graf <l@g.example>\nEnvoyé le : vendredi 7 mars 2025 16:40\nPour : Tom\nObjet : Pump",
    ],
)
def test_the_head_of_a_mail_below_may_be_of_any_program(head: str) -> None:
    found = turns(f"It does.\n\n________________________________\n{head}\n\nIt leaks.\n")
    assert found[0] == ("Tom Weiss", "", "It does.")
    assert found[-1] == ("Lena Graf", "2025-03-07T16:40", "It leaks.")
    assert len(found) == 3  # and to whom


def test_lines_from_where_to_where_are_no_head_of_a_mail() -> None:
    found = turns("Your train:\n\nFrom: Leeds\nTo: York\nDate: 12 March 2025\n\nHave a good trip.\n")
    assert {one[0] for one in found} == {"Tom Weiss"}
    assert [one[2] for one in found][1:4] == ["From: Leeds", "To: York", "Date: 12 March 2025"]


def test_items_of_a_mail_are_by_its_author_and_quoted_ones_by_theirs() -> None:
    read = text.read(
        f"{OWN}We do this:\n\n- drain it\n- clean it\n\nLena Graf wrote:\n> Steps:\n>\n> 1. wait\n> 2. look\n"
    )
    check(read)
    items = [(one.speaker, one.text.text) for one in read.blocks if one.kind is Kind.ITEM]
    assert items == [("Tom Weiss", "drain it"), ("Tom Weiss", "clean it"), ("Lena Graf", "wait"), ("Lena Graf", "look")]


def test_items_that_are_quoted_of_nobody_are_quoted() -> None:
    read = text.read(f"{OWN}No.\n\n> Steps:\n>\n> - wait\n> - look\n")
    assert [(one.text.text, one.is_quoted) for one in read.blocks] == [
        ("No.", False),
        ("Steps:", True),
        ("wait", True),
        ("look", True),
    ]


def test_a_signature_that_is_quoted_is_not_read() -> None:
    body = "Yes.\n\nLena Graf wrote:\n> Does it leak?\n>\n> -- \n> Lena Graf\n> Head of Works\n\nIt does.\n"
    assert turns(body) == [
        ("Tom Weiss", "", "Yes."),
        ("Lena Graf", "", "Does it leak?"),
        ("Tom Weiss", "", "It does."),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my iPhone",
        "Get Outlook for iOS<https://aka.ms/o0ukef>",
        "Von meinem iPhone gesendet",
        "Gesendet von Outlook für Android",
        "Envoyé de mon iPhone",
        "Enviado desde mi iPhone",
        "Inviato da iPhone",
        "Sent from Yahoo Mail for iPhone",
    ],
)
def test_a_line_that_names_the_device_is_left_out_and_no_more(line: str) -> None:
    assert turns(f"It leaks.\n\n{line}\n\nBy the way, it is loud.\n") == [
        ("Tom Weiss", "", "It leaks."),
        ("Tom Weiss", "", "By the way, it is loud."),
    ]


def test_a_sentence_that_begins_as_such_a_line_stays() -> None:
    assert turns("Sent it to Lena on Monday.\n") == [("Tom Weiss", "", "Sent it to Lena on Monday.")]


def test_a_rule_between_long_parts_of_a_mail_begins_no_signature() -> None:
    part = " ".join(["The pump of the second hall leaks at its seal again."] * 14)
    assert [one[2] for one in turns(f"It leaks.\n\n______________\n\n{part}\n")] == ["It leaks.", part]


@pytest.mark.parametrize(
    "noise",
    [
        "This e-mail and any attachments are confidential. If you received it in error,\ndelete it.",
        "DISCLAIMER: The information in this message is confidential. Any unauthorised use is prohibited.",
        "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der Adressat sind,\nlöschen Sie sie.",
        "Please consider the environment before printing this e-mail.",
        "[EXTERNAL] CAUTION: This email originated from outside of the organization. Do not click links.",
        "You are receiving this because you are subscribed to this thread.\nReply to this email or unsubscribe.",
        "To unsubscribe from this group, send an email to pumps+unsubscribe@l.example.",
        "Send Pumps mailing list submissions to\n\tpumps@l.example",
    ],
)
def test_what_stands_in_every_mail_of_a_company_or_a_list_is_left_out(noise: str) -> None:
    assert turns(f"It leaks.\n\n{noise}\n\nIt is loud.\n") == [
        ("Tom Weiss", "", "It leaks."),
        ("Tom Weiss", "", "It is loud."),
    ]


@pytest.mark.parametrize(
    "told",
    [
        "The confidential terms are in the safe.",
        "This message is about the confidential offer: it is 4,380 euro.",
        "This message was sent in error: the price is confidential.",
        "To unsubscribe a customer, open the page of customers.",
        "Unsubscribe a customer on the page of customers.",
        "Our users unsubscribe when we send two mails a day.",
        "The fault originated from outside of the pump.",
    ],
)
def test_what_somebody_says_of_such_things_is_read(told: str) -> None:
    assert turns(told + "\n") == [("Tom Weiss", "", told)]


def test_the_footer_of_a_digest_is_not_said_by_the_last_of_its_authors() -> None:
    digest = (
        "From: list@l.example\nSubject: Digest\n\nToday's topics.\n\nMessage: 1\nFrom: Ann Fox <a@f.example>\n"
        "Subject: [Pumps] Seals\n\nS-4 fits.\n\n------------------------------\n\nSubject: Digest Footer\n\n"
        "_______________________________________________\nPumps mailing list\nPumps@l.example\n"
    )
    assert said(text.read(digest)) == ["Today's topics.", "S-4 fits."]


def test_who_is_quoted_within_a_quote_is_named_by_the_line_above() -> None:
    body = "On 2025-03-07 16:40, Lena Graf wrote:\n> Ben Ode wrote:\n>> It leaks.\n> Since when?\n\nSince Monday.\n"
    assert turns(body) == [
        ("Ben Ode", "", "It leaks."),
        ("Lena Graf", "2025-03-07T16:40", "Since when?"),
        ("Tom Weiss", "", "Since Monday."),
    ]


def test_the_end_of_a_quoted_line_that_was_too_long_is_quoted() -> None:
    long = "The pump leaks at the seal since Monday, and nobody"
    assert turns(f"Lena Graf wrote:\n> {long}\nhere knows\n> why.\nI know why.\n") == [
        ("Lena Graf", "", f"{long} here knows why."),
        ("Tom Weiss", "", "I know why."),
    ]
    assert [one[0] for one in turns("Lena Graf wrote:\n> One?\nyes\n> Two?\nno\n")] == ["Lena Graf", "Tom Weiss"] * 2


@pytest.mark.parametrize(
    "head",
    [
        "发件人: Lena <l@g.example>\n发送时间: 2025年3月7日 16:40\n收件人: Tom\n主题: 回复: Pump",
        "差出人: Lena <l@g.example>\n日時: 2025年3月7日 16:40\n宛先: Tom\n件名: Pump",
    ],
)
def test_the_head_of_a_mail_below_may_be_chinese_or_japanese(head: str) -> None:
    assert turns(f"Yes.\n\n{head}\n\nDoes it leak?\n")[-1] == ("Lena", "2025-03-07T16:40", "Does it leak?")


@pytest.mark.parametrize(
    "hint",
    [
        "##- Please type your reply above this line -##",
        "This message was automatically generated by the help desk.",
        "You're receiving this email because you signed up at pumps.example.",
    ],
)
def test_what_a_program_says_of_its_mails_is_left_out(hint: str) -> None:
    assert [one[2] for one in turns(f"{hint}\n\nIt leaks.\n")] == ["It leaks."]


def test_noise_in_what_is_quoted_is_left_out_and_what_stands_beside_it_is_not() -> None:
    noise = "> This e-mail is confidential. If you are not the\n> intended recipient, delete it.\n"
    body = f"Yes.\n\nLena Graf wrote:\n> Does it leak?\n>\n{noise}> \n> Or is it loud?\n"
    assert turns(body) == [
        ("Tom Weiss", "", "Yes."),
        ("Lena Graf", "", "Does it leak?"),
        ("Lena Graf", "", "Or is it loud?"),
    ]


@pytest.mark.parametrize(
    "end",
    [
        "Best,\nTom",
        "Kind regards\n\nTom",
        "Best regards, Tom Weiss",
        "Cheers",
        "Yours sincerely,\nTom Weiss\nHead of Sales",
        "Mit freundlichen Grüßen\nTom Weiss",
        "Viele Grüße,\nTom",
        "LG\nTom",
        "Cordialement,\nTom",
    ],
)
def test_how_a_letter_ends_is_not_said(end: str) -> None:
    found = [one[2] for one in turns(f"It leaks.\n\n{end}\n\nPS: It is loud.\n")]
    assert found in (["It leaks.", "PS: It is loud."], ["It leaks.", "Tom", "PS: It is loud."])


@pytest.mark.parametrize(
    "said", ["Best of all is the P-10.", "Many pumps leak", "Regards to Lena: it leaks.", "Best is: none"]
)
def test_what_only_begins_as_a_letter_ends_is_said(said: str) -> None:
    assert [one[2] for one in turns(f"It leaks.\n\n{said}\n")] == ["It leaks.", said]


def test_what_stands_without_marks_below_the_line_that_names_its_author_is_by_that_author() -> None:
    line = "    On Friday, March 7, 2025 at 04:40:12 PM GMT+1, Lena Graf <l@g.example> wrote:"
    assert turns(f"It does.\n\n{line}\n \n Does it leak?\n\nIs it loud?\n") == [
        ("Tom Weiss", "", "It does."),
        ("Lena Graf", "2025-03-07T16:40", "Does it leak?"),
        ("Lena Graf", "2025-03-07T16:40", "Is it loud?"),
    ]
