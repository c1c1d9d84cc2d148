"""Calendars: who, when, where, and how often, as a person says it."""

from __future__ import annotations

import pytest

from genesis.readers import calendar
from genesis.readers.calendar_rules import recurs, when
from genesis.structure import Kind
from tests.unit.genesis.readers.shown import check, said

EVENT = """BEGIN:VCALENDAR
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
DTSTART;TZID=Europe/Berlin:20250318T140000
DTEND;TZID=Europe/Berlin:20250318T150000
RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;COUNT=6
ORGANIZER;CN=Lena Graf:mailto:lena@g.example
ATTENDEE;PARTSTAT=ACCEPTED;CN=Tom
  Weiss;X-NUM-GUESTS=0:mailto:tom@w.example
ATTENDEE;ROLE=OPT-PARTICIPANT;CN="Ode, Ben":MAILTO:b@o.example
ATTENDEE:mailto:ann@f.example
DESCRIPTION:We go through the offer\\, line by
  line.\\n\\nBring the old contract.
LOCATION:Room 4\\, Main Street 2
SUMMARY:Pump review
STATUS:CONFIRMED
BEGIN:VALARM
DESCRIPTION:This is a reminder
END:VALARM
END:VEVENT
END:VCALENDAR
"""


@pytest.mark.parametrize("source", [EVENT, EVENT.replace("\n", "\r\n")])
def test_an_event_says_when_where_who_and_how_often(source: str) -> None:
    read = calendar.read(source)
    check(read)
    assert read.title == "Pump review"
    assert said(read) == [
        "When: Tuesday, 18 March 2025, 14:00 to 15:00 (Europe/Berlin)",
        "Repeats: every 2 weeks on Tuesday, 6 times",
        "Where: Room 4, Main Street 2",
        "Organizer: Lena Graf",
        "Attendees: Tom Weiss (accepted); Ode, Ben (optional); ann@f.example",
        "We go through the offer, line by line.",
        "Bring the old contract.",
    ]
    assert [one.mark for one in read.blocks if one.kind is Kind.ENTRY][:2] == ["When", "Repeats"]


def test_an_event_that_is_called_off_says_so() -> None:
    assert "Status: CANCELLED" in said(calendar.read(EVENT.replace("STATUS:CONFIRMED", "STATUS:CANCELLED")))


def test_events_of_a_calendar_stand_each_below_its_own_name() -> None:
    other = EVENT.replace("Pump review", "Party")
    assert {one.path for one in calendar.read(EVENT + other).blocks} == {("Pump review",), ("Party",)}


def test_an_event_without_an_end_of_its_lines_is_read() -> None:
    assert said(calendar.read("BEGIN:VEVENT\nSUMMARY:Tea\nDTSTART;VALUE=DATE:20250318")) == [
        "When: Tuesday, 18 March 2025"
    ]


@pytest.mark.parametrize(
    ("start", "end", "length", "zone", "words"),
    [
        ("20250318T140000Z", "20250318T150000Z", "", "", "Tuesday, 18 March 2025, 14:00 to 15:00 (UTC)"),
        ("20250318T140000", "", "PT1H30M", "", "Tuesday, 18 March 2025, 14:00, for 1 hour 30 minutes"),
        ("20250318", "20250319", "", "", "Tuesday, 18 March 2025"),
        ("20250318", "20250321", "", "", "Tuesday, 18 March 2025 to Thursday, 20 March 2025"),
        (
            *("20250318T220000", "20250319T010000", "", "Europe/Berlin"),
            "Tuesday, 18 March 2025, 22:00 to Wednesday, 19 March 2025, 01:00 (Europe/Berlin)",
        ),
        ("20250318", "", "P2D", "", "Tuesday, 18 March 2025, for 2 days"),
        ("20251399T140000", "", "", "", ""),
        ("20250318T999999", "", "", "", "Tuesday, 18 March 2025"),
        ("20250318T140000", "20240318T150000", "", "", "Tuesday, 18 March 2025, 14:00"),
        ("20250318T140000", "20251399T150000", "", "", "Tuesday, 18 March 2025, 14:00"),
        ("20250318", "20250101", "", "", "Tuesday, 18 March 2025"),
        ("tomorrow", "", "", "", ""),
    ],
)
def test_when_an_event_is_is_said_in_words(start: str, end: str, length: str, zone: str, words: str) -> None:
    assert when(start, end, length, zone) == words


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY", "every day"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "every working day"),
        (
            "FREQ=WEEKLY;BYDAY=MO,WE,FR;UNTIL=20251231T000000Z",
            "every week on Monday, Wednesday and Friday, until Wednesday, 31 December 2025",
        ),
        ("FREQ=MONTHLY;BYDAY=-1FR", "every month on the last Friday"),
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2", "every month on the second Tuesday"),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1,15", "every 3 months on day 1 and 15"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "every month on the last day"),
        ("FREQ=YEARLY;BYMONTH=6;BYDAY=1MO", "every year on the first Monday in June"),
        ("FREQ=DAILY;INTERVAL=01;COUNT=1", "every day, once"),
        ("FREQ=YEARLY;BYMONTH=0013,99,3", "every year in March"),
        ("FREQ=MONTHLY;BYDAY=0MO;BYSETPOS=--1", "every month on Monday"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=--1;BYMONTHDAY=--1,٣", "every month on Monday"),
        ("FREQ=OFTEN", ""),
        ("", ""),
    ],
)
def test_how_often_an_event_comes_again_is_said_in_words(rule: str, words: str) -> None:
    assert recurs(rule) == words


@pytest.mark.parametrize(
    "rule",
    [
        *("INTERVAL=ABC", "INTERVAL=", "INTERVAL=0", "INTERVAL=-5", f"INTERVAL={'9' * 5_000}", f"COUNT={'9' * 5_000}"),
        *("COUNT=0", "COUNT=١", "UNTIL=99999999T999999Z", "UNTIL=00000101", "UNTIL="),
    ],
)
def test_a_rule_that_cannot_be_understood_is_not_said(rule: str) -> None:
    assert recurs(f"FREQ=DAILY;{rule}") == ""


def test_an_end_in_another_time_zone_is_said_with_that() -> None:
    assert (
        when("20250318T140000", "20250318T090000", "", "Asia/Tokyo", "America/Los_Angeles")
        == "Tuesday, 18 March 2025, 14:00 (Asia/Tokyo) to 09:00 (America/Los_Angeles)"
    )
    source = EVENT.replace("DTSTART;TZID=Europe/Berlin:20250318T140000", "DTSTART:20250318T140000Z")
    assert "When: Tuesday, 18 March 2025, 14:00 (UTC) to 15:00 (Europe/Berlin)" in said(calendar.read(source))


def test_an_event_whose_end_is_missing_is_said_before_the_next() -> None:
    cut = "BEGIN:VEVENT\nSUMMARY:Tea\nDTSTART;VALUE=DATE:20250318\n"
    assert {one.path for one in calendar.read(cut + EVENT).blocks} == {("Tea",), ("Pump review",)}
