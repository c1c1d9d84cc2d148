"""Tables of bands: the row that holds the amount of the question answers, not the one that has more of its words."""

from __future__ import annotations

from pathlib import Path

import pytest

from myriad.synth.v1.synthesis_pb2 import ANSWER_STATE_ANSWERED
from tests.service.line_in_process import LineInProcess

RATES = """# Kestrel Parcels: prices

Prices from 1 March 2025, collected from your door.

| Weight | Within the country | Abroad |
|---|---|---|
| up to 2 kg | £4.20 | £9.90 |
| 2–5 kg | £6.10 | £14.50 |
| 5–10 kg | £8.75 | £21.00 |
| more than 10 kg | £12.40 | £33.00 |

## Discounts

| Parcels a month | Discount |
|---|---|
| 1–49 | none |
| 50–199 | 5% |
| 200–999 | 9% |
| 1,000 or more | 14% |

## Couriers

| Length of service | Notice |
|---|---|
| Under 2 years | 4 weeks |
| 2 to 5 years | 8 weeks |
| Over 5 years | 12 weeks |
"""
PLANS = """plan,users,price per month,storage (GB)
Nest,1–5,€9,0–10
Roost,6–20,€29,10–100
Flight,21+,€99,100–1000
"""
FREIGHT = """country,service,weight_from_kg,weight_to_kg,price_eur
Austria,Parcel,0,2,9.10
Austria,Parcel,2,10,16.10
Austria,Pallet,23,400,131.00
Norway,Parcel,0,2,19.80
Norway,Parcel,2,10,27.50
"""
SHORT = {
    "What does it cost to send a 3 kg parcel abroad?": "£14.50",
    "How much is a 7.5 kg parcel within the country?": "£8.75",
    "What is the price of a parcel of 900 g within the country?": "£4.20",
    "What is the price of a 12 kg parcel within the country?": "£12.40",
    "We send 120 parcels a month, what discount do we get?": "5%",
    "What discount is there for 2,500 parcels a month?": "14%",
    "I've been a courier for three years. What's my notice period?": "8 weeks",
    "What notice applies after 18 months of service?": "4 weeks",
    "How much would a plan for 12 users cost per month?": "€29",
    "Which plan do I need for 30 users?": "Flight",
    "Which plan has storage of 50 GB?": "Roost",
}


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> LineInProcess:
    folder: Path = tmp_path_factory.mktemp("bands")
    return LineInProcess(
        folder,
        (("rates.md", RATES, "text/markdown"), ("plans.csv", PLANS, "text/csv")),
    )


def test_two_columns_may_say_where_bands_begin_and_end(tmp_path: Path) -> None:
    line = LineInProcess(tmp_path, (("freight.csv", FREIGHT, "text/csv"),))
    answer = line.answer("What does it cost to send a parcel of 6 kg to Austria?")

    assert answer.state == ANSWER_STATE_ANSWERED
    assert "price_eur: 16.10" in answer.citations[0].quote


@pytest.mark.parametrize("question", SHORT)
def test_the_row_whose_band_holds_the_amount_leads_and_answers(line: LineInProcess, question: str) -> None:
    answer = line.answer(question)

    assert answer.state == ANSWER_STATE_ANSWERED
    assert SHORT[question] in answer.citations[0].quote
    assert answer.short_answer == SHORT[question]
