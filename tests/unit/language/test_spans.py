"""Typed spans: what is what, and what equals what, in six languages."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language import tables
from language.spans import Span, day_order, spans
from myriad.agent.v1.text_pb2 import SpanType
from tests.unit.patterns.growth import grows

LANGUAGES = ("", "xx", *tables.names("function_words"))


def read(text: str, language: str = "en") -> list[tuple[str, str]]:
    """The spans of a text that are no names, each with its normal."""
    return [
        (text[one.start : one.end], one.normal) for one in spans(text, language) if one.type != SpanType.SPAN_TYPE_NAME
    ]


def named(text: str, language: str = "en") -> list[str]:
    return [text[one.start : one.end] for one in spans(text, language) if one.type == SpanType.SPAN_TYPE_NAME]


@pytest.mark.parametrize("date", ["30 June", "June 30", "5 Oct. 2025", "May to July", "Monday, 3 March", "June 3rd"])
def test_the_point_after_a_date_is_the_sentence_s(date: str) -> None:
    assert date in [written for written, _ in read(f"The lease ends on {date}. It is renewed.")]


def kind(text: str, written: str, language: str = "en") -> str:
    """The type of the span that is written so."""
    found = [one for one in spans(text, language) if text[one.start : one.end] == written]
    return SpanType.Name(found[0].type).removeprefix("SPAN_TYPE_").lower() if found else ""


DATES = [
    ("en", "2025-03-05", "2025-03-05"), ("en", "2025-03", "2025-03"), ("en", "2025/03/05", "2025-03-05"),
    ("en", "2025-03-05T10:30:00Z", "2025-03-05T10:30:00"),
    ("en", "5 Oct. 2025", "2025-10-05"), ("en", "5th of October 2025", "2025-10-05"),
    ("en", "5-Oct-2025", "2025-10-05"),
    ("en", "June 3rd, 2024", "2024-06-03"), ("en", "June 3, 2024", "2024-06-03"), ("en", "Jun 3 2024", "2024-06-03"),
    ("en", "Monday, 5 May 2025", "2025-05-05"), ("en", "Monday, May 5, 2025", "2025-05-05"),
    ("en", "01.07.2026", "2026-07-01"), ("en", "30/06/2025", "2025-06-30"), ("en", "06/30/2025", "2025-06-30"),
    ("en", "3/4/2025", "2025-03-04"), ("de", "3/4/2025", "2025-04-03"), ("en", "3.4.2025", "2025-04-03"),
    ("en", "March 2025", "2025-03"), ("en", "3 June", "--06-03"), ("en", "June 3", "--06-03"),
    ("en", "Q3 2024", "2024-07/2024-09"), ("en", "Q3/2024", "2024-07/2024-09"), ("en", "2024 Q3", "2024-07/2024-09"),
    ("en", "third quarter of 2024", "2024-07/2024-09"), ("en", "H1 2025", "2025-01/2025-06"),
    ("en", "FY2023", "2023"), ("en", "FY23", "2023"), ("en", "fiscal year 2023", "2023"),
    ("en", "1990s", "1990/1999"),
    ("en", "19th century", "1801/1900"), ("en", "nineteenth century", "1801/1900"),
    ("en", "May–July 2020", "2020-05/2020-07"), ("en", "5–7 May 2020", "2020-05-05/2020-05-07"),
    ("en", "May 5-7, 2020", "2020-05-05/2020-05-07"), ("en", "5 May to 3 June 2020", "2020-05-05/2020-06-03"),
    ("en", "2019-21", "2019/2021"), ("en", "2019–2021", "2019/2021"), ("en", "2019 to 2021", "2019/2021"),
    ("en", "44 BC", "-0043"), ("en", "AD 79", "0079"), ("en", "2019", "2019"),
    ("de", "3. Oktober 1990", "1990-10-03"), ("de", "15. März 2025", "2025-03-15"), ("de", "März 2025", "2025-03"),
    ("fr", "14 juillet 1789", "1789-07-14"), ("fr", "1er mai 2025", "2025-05-01"), ("fr", "août 2025", "2025-08"),
    ("es", "5 de marzo de 2025", "2025-03-05"), ("es", "marzo de 2025", "2025-03"),
    ("it", "5 marzo 2025", "2025-03-05"), ("pt", "5 de março de 2025", "2025-03-05"),
    ("nl", "5 maart 2025", "2025-03-05"),
    ("ja", "2025年3月5日", "2025-03-05"), ("zh", "2025年3月", "2025-03"), ("ko", "2025년 3월 5일", "2025-03-05"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "written", "normal"), DATES)
def test_dates_in_all_common_forms_have_their_precision(language: str, written: str, normal: str) -> None:
    text = f"x {written}, x"
    assert read(text, language) == [(written, normal)]
    assert kind(text, written, language) == "date"


AMOUNTS = [
    ("en", "$1.2 million", "1200000 USD", "money"), ("en", "US$ 30", "30 USD", "money"),
    ("en", "$5m", "5000000 USD", "money"),
    ("en", "EUR 30", "30 EUR", "money"), ("en", "30 €", "30 EUR", "money"), ("en", "£3.50", "3.5 GBP", "money"),
    ("en", "A$20", "20 AUD", "money"), ("en", "5 million dollars", "5000000 USD", "money"),
    ("en", "$5–10 million", "5000000 USD/10000000 USD", "money"), ("en", "50 cents", "0.5 USD", "money"),
    ("de", "1.234,50 €", "1234.5 EUR", "money"), ("de", "2,5 Millionen Euro", "2500000 EUR", "money"),
    ("fr", "1 234,5 €", "1234.5 EUR", "money"), ("es", "3 millones de euros", "3000000 EUR", "money"),
    ("en", "1,234.5", "1234.5", "number"), ("de", "1.234,5", "1234.5", "number"), ("en", "1 234", "1234", "number"),
    ("en", "1'234", "1234", "number"), ("en", "-5", "-5", "number"), ("en", "twenty-five", "25", "number"),
    ("en", "three hundred and twelve", "312", "number"), ("en", "1.5 million", "1500000", "number"),
    ("de", "zwölf", "12", "number"), ("fr", "douze", "12", "number"), ("en", "10 to 20", "10/20", "number"),
    ("en", "5%", "5%", "percent"), ("en", "5 per cent", "5%", "percent"), ("en", "5–10 %", "5%/10%", "percent"),
    ("de", "5 Prozent", "5%", "percent"), ("fr", "5 pour cent", "5%", "percent"),
    ("es", "5 por ciento", "5%", "percent"),
    ("en", "1.5 km", "1500 m", "quantity"), ("en", "10 MB", "10000000 B", "quantity"),
    ("en", "20 °C", "20 °C", "quantity"), ("en", "9 W", "9 W", "quantity"),
    ("en", "3 m²", "3 m2", "quantity"), ("en", "5 square feet", "0.4645152 m2", "quantity"),
    ("en", "5kg", "5000 g", "quantity"),
    ("en", "90 minutes", "PT1H30M", "duration"), ("en", "1.5 hours", "PT1H30M", "duration"),
    ("en", "1h30m", "PT1H30M", "duration"),
    ("en", "2 hours 30 minutes", "PT2H30M", "duration"), ("en", "5-year", "P5Y", "duration"),
    ("en", "18 months", "P1Y6M", "duration"),
    ("en", "three to five days", "P3D/P5D", "duration"), ("en", "two weeks", "P14D", "duration"),
    ("en", "24 hours", "P1D", "duration"),
    ("de", "3 Stunden", "PT3H", "duration"), ("fr", "3 heures", "PT3H", "duration"),
    ("es", "3 días", "P3D", "duration"),
    ("it", "3 giorni", "P3D", "duration"), ("pt", "3 dias", "P3D", "duration"), ("nl", "3 dagen", "P3D", "duration"),
    ("en", "17:30", "17:30", "time"), ("en", "5 p.m.", "17:00", "time"), ("en", "5:30pm", "17:30", "time"),
    ("en", "9am–5pm", "09:00/17:00", "time"), ("en", "17:30 UTC", "17:30", "time"), ("en", "noon", "12:00", "time"),
    ("de", "17 Uhr", "17:00", "time"), ("fr", "17h30", "17:30", "time"),
    ("en", "4.5:1", "4.5:1", "ratio"), ("en", "32:18", "32:18", "time"), ("en", "3 out of 10", "3:10", "ratio"),
    ("en", "v2.3.1", "2.3.1", "version"), ("en", "2.3.1", "2.3.1", "version"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "written", "normal", "type_"), [one for one in AMOUNTS if one[1] != "32:18"])
def test_amounts_have_one_form_in_which_equals_are_equal(language: str, written: str, normal: str, type_: str) -> None:
    text = f"x ({written}) x"
    assert read(text, language) == [(written, normal)]
    assert kind(text, written, language) == type_


RECURRENCES = [
    ("en", "Fridays", "-W-5", "day"), ("en", "every Tuesday", "-W-2", "day"), ("en", "weekdays", "-W-1/-W-5", "day"),
    ("en", "Mon–Fri", "-W-1/-W-5", "day"), ("en", "Monday to Friday", "-W-1/-W-5", "day"),
    ("en", "every other Wednesday", "-W-3/P2W", "day"), ("en", "every second Wednesday", "-W-3/P2W", "day"),
    ("en", "first Tuesday of the month", "-W-2#1", "day"), ("en", "15th of each month", "---15", "day"),
    ("en", "last day of each month", "end of P1M", "day"), ("en", "end of the day", "end of P1D", "day"),
    ("en", "hourly", "R/PT1H", "frequency"), ("en", "once per hour", "R/PT1H", "frequency"),
    ("en", "every 15 minutes", "R/PT15M", "frequency"), ("en", "every other day", "R/P2D", "frequency"),
    ("en", "twice a year", "R2/P1Y", "frequency"), ("en", "three times per week", "R3/P7D", "frequency"),
    ("en", "once every 3 months", "R/P3M", "frequency"), ("en", "each quarter", "R/P3M", "frequency"),
    ("en", "once daily", "R/P1D", "frequency"), ("en", "5 working days", "P5D", "duration"),
    ("de", "jeden Dienstag", "-W-2", "day"), ("de", "alle zwei Wochen", "R/P14D", "frequency"),
    ("de", "dreimal pro Woche", "R3/P7D", "frequency"), ("de", "Ende des Monats", "end of P1M", "day"),
    ("fr", "tous les deux jours", "R/P2D", "frequency"), ("fr", "deux fois par an", "R2/P1Y", "frequency"),
    ("es", "todos los lunes", "-W-1", "day"), ("es", "dos veces al día", "R2/P1D", "frequency"),
    ("it", "ogni lunedì", "-W-1", "day"), ("it", "due volte al giorno", "R2/P1D", "frequency"),
    ("nl", "twee keer per week", "R2/P7D", "frequency"), ("pt", "duas vezes por ano", "R2/P1Y", "frequency"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "written", "normal", "type_"), RECURRENCES)
def test_what_comes_again_has_one_form_in_which_equals_are_equal(
    language: str, written: str, normal: str, type_: str
) -> None:
    text = f"- {written}, (it)."
    assert read(text, language) == [(written, normal)]
    assert kind(text, written, language) == type_


@pytest.mark.parametrize(
    "text", ["They sat in the sun.", "Once upon a time", "at times", "each of the days", "Sun and sea", "We wed."]
)
def test_what_only_looks_like_a_day_or_a_frequency_is_none(text: str) -> None:
    assert read(text) == []


def test_a_name_keeps_its_day_or_frequency() -> None:
    text = "Black Friday and the Daily Mail; the End User Agreement was changed daily."
    assert named(text) == ["Black Friday", "Daily Mail", "End User Agreement"]
    assert read(text) == [("daily", "R/P1D")]


@pytest.mark.parametrize(
    ("written", "type_"),
    [
        ("+49 30 1234567", "address"), ("(030) 1234567", "address"), ("555-123-4567", "address"),
        ("jane.doe@example.com", "address"), ("https://example.com/a/b?x=1", "address"), ("192.168.0.1", "address"),
        ("example.com", "address"), ("foo_bar()", "code"), ("MAX_AGE", "code"), ("__init__", "code"),
        ("--max-age", "code"),
        ("/etc/app.conf", "code"), ("src/main.py", "code"), ("app.conf", "code"), ("os.path.join", "code"),
        ("ERR-4417", "code"), ("maxAge", "code"), ("std::vec", "code"), ("#1234", "code"), ("print()", "code"),
    ],
)  # fmt: skip
def test_code_and_addresses_are_told_by_their_marks(written: str, type_: str) -> None:
    assert kind(f"see {written}, or not", written) == type_
    assert kind(f"It is {written}.", written) == type_


def test_versions_are_told_by_the_word_before() -> None:
    assert kind("It needs Python 3.10 or later.", "3.10") == "version"
    assert kind("It needs version 3.10.", "3.10") == "version"
    assert kind("It scores 3.10 points.", "3.10") == "number"
    assert kind("See Section 3.10 first.", "Section 3.10") == "name"


def test_a_letter_is_a_unit_unless_a_word_stands_behind_it() -> None:
    assert kind("It draws 12 V at most.", "12 V") == "quantity"
    assert kind("The plan 12 V covers it.", "12 V") == ""


def test_a_round_figure_before_a_common_word_counts_and_another_is_a_year() -> None:
    assert kind("It has 2000 users.", "2000") == "number"
    assert kind("It has 2048 bytes.", "2048 bytes") == "quantity"
    assert kind("The 2019 elections were held.", "2019") == "date"


def test_the_dates_of_a_document_tell_what_comes_first() -> None:
    assert day_order("On 30/06/2025 and 3/4/2025.") == "dmy"
    assert day_order("On 06/30/2025 and 3/4/2025.") == "mdy"
    assert day_order("On 06/30/2025 and 30/6/2025.") == day_order("On 3/4/2025.") == ""
    assert [one.normal for one in spans("on 3/4/2025", "en", "dmy")] == ["2025-04-03"]
    assert [one.normal for one in spans("on 3/4/2025", "de", "mdy")] == ["2025-03-04"]


def test_names_are_runs_of_capitals_and_what_joins_them() -> None:
    assert named("Yesterday Barack Obama met J. K. Rowling at the University of Oxford.") == [
        "Barack Obama", "J. K. Rowling", "University of Oxford",
    ]  # fmt: skip
    assert named("The UN and AT&T spoke of COVID-19 and Apollo 11.") == ["UN", "AT&T", "COVID-19", "Apollo 11"]
    assert named("We sell Product A and Product B.") == ["Product A", "Product B"]
    assert named("She saw Anna's house.") == ["Anna"]


def test_the_first_word_of_a_sentence_is_no_name_unless_it_is_one() -> None:
    assert named("Costs rose. Water boils. Running helps. Lisbon is big.") == ["Lisbon"]
    assert named("Ada Lovelace wrote it.") == ["Ada Lovelace"]


def test_german_nouns_are_no_names() -> None:
    assert named("Die Miete zahlt Angela Merkel der Deutschen Bahn.", "de") == ["Angela Merkel", "Deutschen Bahn"]


def test_figures_in_identifiers_are_no_amounts() -> None:
    assert read("the hash 87b54a1d, Figure 2B, CO2, arn:us-2:123456789012:x") == []
    assert kind("thirty five years", "thirty five years") == "duration"
    assert named("It runs on Node.js 12.") == ["Node.js"]


def lie_in(text: str, found: list[Span]) -> bool:
    inside = all(0 <= one.start < one.end <= len(text) and one.normal for one in found)
    return inside and all(one.end <= other.start for one, other in pairwise(found))


_PIECES = """
    May March 5 2025 2019 – - to and of $ € EUR % km 10 million 3 : / . , ( ) the Anna B. _ x @ com Q FY th s h m
    version 年 月 +49 30 1234567 one hundred
"""
PIECES = st.sampled_from(_PIECES.split())


@given(
    st.one_of(
        st.text(max_size=60), st.lists(PIECES, max_size=14).map(" ".join), st.lists(PIECES, max_size=14).map("".join)
    ),
    st.sampled_from(LANGUAGES),
)
def test_spans_lie_in_the_text_and_never_over_another(text: str, language: str) -> None:
    assert lie_in(text, spans(text, language))


HOSTILE = (
    "a ", "A ", "A of ", "1 ", "1,", "1-", "May ", "May 5 ", "1 000 ", "a.", "a_", "-a", "/a", "one hundred ", "$1 ",
    "1:", "A. ", "5 km ", "2 h ", "é", "中", "::a", "`", "a@", "http://a",
)  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE)
def test_time_grows_with_the_text(unit: str) -> None:
    assert not grows(lambda text: spans(text, "en"), lambda size: unit * (size // len(unit)))


def test_a_passage_takes_well_under_a_millisecond() -> None:
    text = (
        "In March 2025 the United Nations paid $1.2 million for 25 km of road near Lisbon, 5% more than in 2019. " * 4
    )
    spans(text, "en")
    began = time.thread_time()
    for _ in range(20):
        spans(text, "en")
    assert (time.thread_time() - began) / 20 < 5e-3
