"""What to do when something happens: steps come in one piece, numbered, in order, or not at all."""

from __future__ import annotations

import re

import pytest

from myriad.synth.v1.synthesizer_service_pb2 import SynthesizeResponse
from tests.service.line_in_process import LineInProcess

PUMP = [
    "Look at the dashboard of the pump.",
    "Tell the channel #water.",
    "Run `pumpctl pause`.",
    "Restart the broker.",
    "Run `pumpctl resume`.",
    "Check that the level falls.",
    "Call the plumber.",
    "Put out the sandbags.",
    "Write a report.",
]
LEDGER = [
    "Open the console. It is linked from the wiki.",
    "Note how many bookings wait. You need that for the report.",
    "Stop the importer. It takes a minute to drain.",
    "Delete the lock file. It lies in /var/lock/ledger.",
    "Start the importer again. Watch the log of the ledger.",
]
PRINTER = ["Switch it off.", "Open the rear door.", "Pull the paper out.", "Close the rear door.", "Print a test page."]
MIGRATION = [
    f"{word} the {thing} of the old cluster and write down what it said. Wait for the green light."
    for word, thing in zip(
        ("Stop", "Copy", "Check", "Start", "Drain", "Lock", "Move", "Purge", "Reset"),
        ("broker", "index", "cache", "proxy", "queue", "ledger", "bucket", "log", "lease"),
        strict=True,
    )
]


def numbered(steps: list[str]) -> str:
    return "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))


DOCUMENTS = (
    (
        "pump.md",
        f"# Pumps\nThe pump is owned by Kadri Tamm.\n## When the pump stops\n{numbered(PUMP)}\n",
        "text/markdown",
    ),
    (
        "ledger.md",
        f"# Ledger\nThe ledger is run by Amber.\n## If the ledger is stuck\nStay calm.\n\n{numbered(LEDGER)}\n",
        "text/markdown",
    ),
    (
        "badge.md",
        (
            "# Badges\nBadges are made by Jonas Falk.\n## If a badge is lost\n"
            "1. Report it.\n   - By day at the desk.\n   - At night by phone.\n"
            "2. Block the badge.\n   1. Open the portal.\n   2. Press the red button.\n3. Order another badge.\n"
        ),
        "text/markdown",
    ),
    (
        "printer.html",
        (
            "<html><head><title>Printer</title></head><body><h1>Printer</h1><p>The printer belongs to Mr Voss.</p>"
            f"<h2>When the printer jams</h2><ol>{''.join(f'<li>{step}</li>' for step in PRINTER)}</ol></body></html>"
        ),
        "text/html",
    ),
    ("move.md", f"# Moving\nMoving is led by Rut.\n## When moving fails\n{numbered(MIGRATION)}\n", "text/markdown"),
    (
        "alarm.md",
        (
            "# Alarms\nAlarms are tested by Orla Penn.\n## If the alarm sounds\n"
            "- Leave your things.\n- Close the windows.\n- Take the stairs.\n- Go to the car park.\n- Report to Orla.\n"
        ),
        "text/markdown",
    ),
    (
        "leave.md",
        (
            "# Leave\nLeave that is not taken by March is lost. Leave is paid.\n## How to ask for leave\n"
            "1. Look at the calendar.\n2. Fill in the form.\n3. Wait for the answer.\n"
        ),
        "text/markdown",
    ),
    (
        "berths.md",
        "# Port\n## Berths of the port\n| Berth | Harbour master |\n|---|---|\n"
        + "".join(
            f"| {berth} | {name} Moor |\n"
            for berth, name in zip("ABCDE", ("Ada", "Ben", "Cleo", "Dora", "Emil"), strict=True)
        ),
        "text/markdown",
    ),
)
WHOLE = {
    "What do I do when the pump stops?": len(PUMP),
    "What should I do if the ledger is stuck?": len(LEDGER),
    "What should be done if the ledger is stuck?": len(LEDGER),
    "The printer jams. What are the steps?": len(PRINTER),
    "What to do if a badge is lost": 3,
    "How do I ask for leave?": 3,
}
NEAR = (
    *WHOLE,
    "pump stops",
    "Who owns the pump that stops?",
    "Which command is run when the pump stops?",
    "When is the ledger stuck?",
    "the printer jams",
    "When is a badge lost?",
    "moving fails",
    "What do I do when moving fails?",
)
"""Questions near steps, whatever they ask."""
_NUMBER = re.compile(r"^(\d)\. ", re.MULTILINE)


def leading(answer: SynthesizeResponse) -> list[int]:
    """The numbers of the steps in the first quote."""
    return [int(number) for number in _NUMBER.findall(answer.citations[0].quote)]


@pytest.mark.parametrize("tier", ["swift", "base"])
@pytest.mark.parametrize("question", WHOLE)
def test_what_to_do_is_answered_by_all_steps_in_order(in_process: LineInProcess, question: str, tier: str) -> None:
    assert leading(in_process.answer(question, tier)) == list(range(1, WHOLE[question] + 1))


def test_what_to_do_is_answered_by_a_list_in_one_piece(in_process: LineInProcess) -> None:
    first = in_process.answer("What do I do when the alarm sounds?", "swift").citations[0].quote
    assert [one for one in ("Leave", "Close", "Take", "Go", "Report") if f"- {one}" in first][-1] == "Report"
    assert first.count("\n") == 4


@pytest.mark.parametrize("tier", ["swift", "base", "max"])
@pytest.mark.parametrize("question", NEAR)
def test_no_step_stands_alone_below_the_lead(in_process: LineInProcess, question: str, tier: str) -> None:
    said = {step.replace("`", "") for steps in (PUMP, LEDGER, PRINTER, MIGRATION) for step in steps}
    said |= {"Report it.", "Block the badge.", "Order another badge.", "Open the portal.", "Press the red button."}
    below = [one.quote for one in in_process.answer(question, tier).citations[1:]]
    assert not [quote for quote in below if quote in said]


def test_of_steps_that_are_cut_it_is_said_how_many_there_are_more(in_process: LineInProcess) -> None:
    answer = in_process.answer("What do I do when moving fails?")
    shown = leading(answer)
    assert shown == list(range(1, len(shown) + 1))
    assert f"(and {len(MIGRATION) - len(shown)} more)" in answer.text


def test_a_step_that_alone_says_what_is_asked_is_not_lost_where_its_steps_are_cut(in_process: LineInProcess) -> None:
    assert "Reset the lease" in in_process.answer("How do I reset the lease?").citations[0].quote


def test_rows_below_the_lead_stand_in_the_order_of_their_table(in_process: LineInProcess) -> None:
    rows = [
        one.quote for one in in_process.answer("Which berths of the port have a Moor as harbour master?").citations[1:]
    ]
    berths = [row for row in rows if row.startswith("Berth: ")]
    assert len(berths) > 2
    assert berths == sorted(berths)
