"""Mail: who wrote what."""

from __future__ import annotations

import pytest

from genesis.readers import text
from genesis.readers.mail import reader
from genesis.structure import Kind
from tests.unit.genesis.readers.shown import check

THREAD = """Subject: Re: Crane rental
From: Berit Solem <berit@works.example>
To: Hugo Tran
Date: Tue, 4 Mar 2025 10:12

I approve the 14,000 for the crane.

> On Mon, 3 Mar 2025 Hugo Tran wrote:
> I cannot approve more
> than 9,000 for the crane.
>
> > It costs 14,000.

--
Berit Solem | Head of Works
"""


def test_what_a_mail_says_is_a_turn_of_its_sender_and_what_it_quotes_of_whom_it_names() -> None:
    read = text.read(THREAD)
    check(read)
    assert read.title == "Crane rental"
    assert read.metadata == {"author": "Berit Solem", "date": "2025-03-04T10:12"}
    assert [(one.kind, one.speaker, one.date, one.is_quoted, one.text.text) for one in read.blocks] == [
        (Kind.ENTRY, "", "", False, "To: Hugo Tran"),
        (Kind.TURN, "Berit Solem", "2025-03-04T10:12", False, "I approve the 14,000 for the crane."),
        (Kind.TURN, "Hugo Tran", "2025-03-03", False, "I cannot approve more than 9,000 for the crane."),
        (Kind.PARAGRAPH, "", "", True, "It costs 14,000."),
    ]


def test_a_message_as_it_was_sent_is_decoded() -> None:
    read = reader.read(
        "From: =?utf-8?q?Zo=C3=AB?= <z@a.example>\nSubject: Tea\nContent-Type: text/plain; charset=utf-8\n"
        "Content-Transfer-Encoding: base64\n\nR3LDvG4gaXN0IGVyLg==\n"
    )
    assert [(one.speaker, one.text.text) for one in read.blocks] == [("Zoë", "Grün ist er.")]


@pytest.mark.parametrize(
    "head",
    [
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n",
        "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit\n",
        "Content-Type: text/plain; charset=us-ascii\nContent-Transfer-Encoding: 7bit\n",
        "Content-Type: text/plain; charset=none-such\nContent-Transfer-Encoding: Binary\n",
        "Content-Type: text/html; charset=utf-8\n",
        "",
    ],
)
def test_a_message_that_was_sent_as_it_is_keeps_its_letters(head: str) -> None:
    read = reader.read(f"From: A B <a@x.example>\nSubject: Hi\n{head}\nThe rent is £320, or €400, for Zähler.")
    check(read)
    assert [one.text.text for one in read.blocks] == ["The rent is £320, or €400, for Zähler."]


def test_a_mailbox_has_a_turn_of_each_message() -> None:
    message = "From a@b Tue Mar  4 10:12:00 2025\nFrom: {0}\nSubject: {1}\n\nI am {0}.\n\n"
    read = reader.read(message.format("Ann", "Tea") + message.format("Ben", "Re: Tea"))
    assert [(one.speaker, one.text.text) for one in read.blocks] == [("Ann", "I am Ann."), ("Ben", "I am Ben.")]
    assert read.title == "Tea"


@pytest.mark.parametrize(
    "quoted",
    [
        "On Mon, 10 Mar 2025 09:15 Tom Weiss <tom@w.example> wrote:\n\n> our price is 4380 euro.",
        "On Mon, 10 Mar 2025 09:15 Tom Weiss <\ntom@w.example> wrote:\n> our price is 4380 euro.\n\n-- \nLena",
        "> On Mon, 10 Mar 2025 09:15 Tom Weiss wrote:\n> our price is 4380 euro.",
        "From: Tom Weiss <tom@w.example>\nDate: Mon, 10 Mar 2025 09:15\n\nour price is 4380 euro.\n\n-- \nTom",
    ],
)
@pytest.mark.parametrize("signature", ["-- \nLena Graf\nOn the Hill 4", "Sent from my phone", "_______\nLena Graf"])
def test_a_signature_ends_where_somebody_is_quoted(quoted: str, signature: str) -> None:
    read = text.read(f"From: Lena Graf\nSubject: Price\n\nwe accept.\n\n{signature}\n\n{quoted}\n")
    check(read)
    said = [(one.speaker, one.date, one.text.text) for one in read.blocks]
    assert said == [("Lena Graf", "", "we accept."), ("Tom Weiss", "2025-03-10T09:15", "our price is 4380 euro.")]


@pytest.mark.parametrize(
    ("said", "clock"),
    [
        ("4:40 PM", "16:40"),
        ("04:40:10 p.m.", "16:40"),
        ("4:40\u202fPM", "16:40"),
        ("4:40 AM", "04:40"),
        ("12:05 AM", "00:05"),
        ("12:05 pm", "12:05"),
        ("16:40", "16:40"),
        ("16:40 PM", "16:40"),
    ],
)
def test_a_time_of_a_half_day_is_one_of_the_whole_day(said: str, clock: str) -> None:
    read = text.read(f"From: Ann Fox\nSent: Friday, March 7, 2025 {said}\nTo: Ben\nSubject: Tea\n\nI come.\n")
    check(read)
    assert read.metadata["date"] == f"2025-03-07T{clock}"


@pytest.mark.parametrize("said", ["Fri, 14 Feb 2025 at 11:20", "Friday, Feb 14, 2025 at 11:20 AM"])
def test_a_day_and_its_time_may_be_parted_by_a_word(said: str) -> None:
    head = f"From: Ann Fox <ann@a.example>\nDate: {said}\nSubject: Tea\nTo: Ben <ben@a.example>\n"
    assert text.read(f"{head}\nI come.\n").metadata["date"] == "2025-02-14T11:20"
    quoting = text.read(f"From: Ben\nSubject: Tea\n\nGood.\n\nOn {said}, Ann Fox <ann@a.example> wrote:\n> I come.\n")
    assert [(one.speaker, one.date) for one in quoting.blocks] == [("Ben", ""), ("Ann Fox", "2025-02-14T11:20")]


@pytest.mark.parametrize(
    "head",
    [
        "Von: Tom Weiss <tom@w.example>\nGesendet: Fri, 7 Mar 2025 16:40\nAn: Lena Graf\nBetreff: AW: Preis",
        "De : Tom Weiss <tom@w.example>\nEnvoyé : Fri, 7 Mar 2025 16:40\nÀ : Lena Graf\nObjet : RE: Preis",
        "De\xa0: Tom Weiss\nEnvoyé\xa0: Fri, 7 Mar 2025 16:40\nÀ\xa0: Lena Graf\nCc\xa0: Bo\nObjet\xa0: Preis",
        "De: Tom Weiss\nEnviado: Fri, 7 Mar 2025 16:40\nPara: Lena Graf\nAsunto: Preis",
        "De: Tom Weiss\nEnviado el: Fri, 7 Mar 2025 16:40\nPara: Lena Graf\nCC: Bo\nAsunto: Preis",
    ],
)
@pytest.mark.parametrize("signature", ["", "-- \nLena\n\n"])
def test_the_head_of_a_quoted_mail_may_be_german_french_or_spanish(head: str, signature: str) -> None:
    own = "From: Lena Graf\nTo: Tom Weiss\nSubject: Preis\n\nwe accept.\n\n"
    read = text.read(f"{own}{signature}{head}\n\nour price is 4380 euro.\n")
    check(read)
    assert read.title == "Preis"
    assert [(one.speaker, one.date) for one in read.blocks if one.kind is Kind.TURN] == [
        ("Lena Graf", ""),
        ("Tom Weiss", "2025-03-07T16:40"),
    ]
    assert [one.mark for one in read.blocks if one.kind is Kind.ENTRY and "Bo" not in one.text.text] == ["To", "To"]


@pytest.mark.parametrize(
    "line",
    [
        "---------- Forwarded message ---------",
        "-----Original Message-----",
        "-------- Forwarded Message --------\n",
        "-----Ursprüngliche Nachricht-----",
        "-------- Original-Nachricht --------",
        "-----Message d'origine-----",
        "---------- Mensaje reenviado ---------",
    ],
)
@pytest.mark.parametrize("own", ["From: Lena Graf\nSubject: Price\n\nSee below.\n\n", ""])
def test_the_line_above_a_mail_that_is_passed_on_is_not_said(own: str, line: str) -> None:
    read = text.read(f"{own}{line}\nFrom: Tom Weiss\nSubject: Fwd: Price\n\nour price is 4380 euro.\n")
    check(read)
    said = [("Lena Graf", "See below."), ("Tom Weiss", "our price is 4380 euro.")]
    assert [(one.speaker, one.text.text) for one in read.blocks] == said[not own :]


def test_another_line_above_a_mail_is_shown() -> None:
    read = text.read("--- Exhibit 14 ---\nFrom: Tom Weiss\nSubject: Price\n\nour price is 4380 euro.\n")
    assert "Exhibit 14" in read.blocks[0].text.text


def test_a_signature_ends_at_the_line_above_a_mail_that_is_passed_on() -> None:
    own = "From: Lena Graf\nSubject: Price\n\nSee below.\n\n-- \nLena\n\n"
    read = text.read(f"{own}-----Original Message-----\nTom Weiss of Weiss Ltd.\n\nour price is 4380 euro.\n")
    assert [one.text.text for one in read.blocks][-2:] == [
        "-----Original Message----- Tom Weiss of Weiss Ltd.",
        "our price is 4380 euro.",
    ]


@pytest.mark.parametrize("clock", ["9:15 AM", "9:15 am,", "9:15 a.m.,", "9:15AM", "09:15"])
def test_who_wrote_what_is_quoted_is_named_after_the_time(clock: str) -> None:
    own = "From: Lena Graf\nSubject: Price\n\nwe accept.\n\n"
    read = text.read(f"{own}On Mon, Mar 10, 2025 at {clock} Tom Weiss <tom@w.example> wrote:\n> our price.\n")
    check(read)
    assert [(one.speaker, one.date) for one in read.blocks] == [("Lena Graf", ""), ("Tom Weiss", "2025-03-10T09:15")]


@pytest.mark.parametrize(
    ("said", "date"),
    [
        ("Freitag, 7. März 2025 16:40", "2025-03-07T16:40"),
        ("Fr., 7. Dez. 2025 um 09:05 Uhr", "2025-12-07T09:05"),
        ("vendredi 7 février 2025 16:40", "2025-02-07T16:40"),
        ("lun. 7 juil. 2025 à 6:40", "2025-07-07T06:40"),
        ("viernes, 7 de enero de 2025 4:40 p. m.", "2025-01-07T16:40"),
        ("7 DE AGOSTO DE 2025", "2025-08-07"),
        ("Freitag, 7. Quartal 2025 16:40", ""),
        ("7. D\u0130Z 2025 16:40", ""),
        ("Mon, 31 Feb 2025 10:00:00", ""),
        ("Mon, 3 Mar 99999 10:00:00", ""),
        (f"Mon, 3 Mar {'9' * 300} 10:00", ""),
        ("Mon, 3 Mar 2025 99:99:00", "2025-03-03"),
        ("31.02.2025 16:40", ""),
        ("31.03.2025 44:40", "2025-03-31"),
    ],
)
def test_the_day_of_a_mail_may_be_german_french_or_spanish_and_is_one_that_there_is(said: str, date: str) -> None:
    read = text.read(f"Von: Tom Weiss\nGesendet: {said}\nAn: Lena Graf\nBetreff: Preis\n\nour price.\n")
    check(read)
    assert read.metadata.get("date", "") == date


@pytest.mark.parametrize(
    "line",
    [
        "Am Fr., 7. März 2025 um 16:40 Uhr schrieb Tom Weiss <tom@w.example>:",
        "Am 7. März 2025 um 16:40 schrieb Tom Weiss:",
        "Am 7. März 2025 16:40, Tom Weiss schrieb:",
    ],
)
def test_in_german_who_wrote_stands_before_or_behind_the_word(line: str) -> None:
    read = text.read(f"From: Lena Graf\nSubject: Preis\n\nAngenommen.\n\n{line}\n> Der Preis.\n")
    check(read)
    assert [(one.speaker, one.date) for one in read.blocks] == [("Lena Graf", ""), ("Tom Weiss", "2025-03-07T16:40")]
