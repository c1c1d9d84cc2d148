"""Short answers with a figure or a name: of the thing that is asked for, and of no other beside it."""

from __future__ import annotations

import pytest

from tests.service.line_in_process import LineInProcess

MARKDOWN, TEXT = "text/markdown", "text/plain"
POLICY = """# Password policy

Passwords must have at least 14 characters and must be changed every 35 days. The last 8 passwords may not be used
again. After 6 failed attempts an account is locked for 20 minutes.

Service accounts use keys of 4096 bits, which are rotated twice a year. The policy is owned by Ingrid Solberg.
"""
SCAN = """# Scan of September

There are 9 high issues in 3 services and 40 medium ones.
"""
TABLE = """# Scan of October

| Network | Critical issues | High issues | Medium issues | Hosts |
|---|---|---|---|---|
| Office | 2 | 11 | 48 | 120 |
| Warehouse | 0 | 7 | 31 | 60 |
"""
RUNBOOK = """# Runbook: the queue is stuck

The queue service, Heron, runs on 3 nodes and keeps messages for 7 days. Heron is maintained by the team Tidewater.
"""
KETTLE = """# Alba 2 kettle

The Alba 2 boils 1.7 litres in 4 minutes. It weighs 1.2 kg, its cord is 75 cm long, and it draws 2,400 watts.
Spare lids cost 6 euros.
"""
MINUTES = """Minutes of the board, 3 March 2025

Bilal Aziz reported 4,310 pounds in the account; 12 of 64 members have not paid yet. The new shed is 3 metres wide.
"""
MAIL = """From: Olek Dudek
Subject: We move

Each of you gets 2 boxes. There are 18 parking spaces, of which 4 have chargers.
"""
CATALOGUE = """# Services

## gateway
- Maintainer: Priya Raman
- Language: Go

## icons
- Maintainer: Olek Dudek
- Language: SVG
"""
ROUTER = """# AX-40 router

## What is in the box

- Quick start card
- Power adapter (12 V, 2 A)

## Lights

| Light | Meaning |
|---|---|
| Power | The router is on |
| Internet | There is a connection |

## Specifications

The router draws 9 W on average and 14 W at most.
"""
HOOKS = """# Webhooks

A webhook is sent within five seconds of the change. If it fails it is sent again after 1, 5 and 30 minutes.
"""
DOCUMENTS = (
    ("policy.md", POLICY, MARKDOWN),
    ("scan.md", SCAN, MARKDOWN),
    ("table.md", TABLE, MARKDOWN),
    ("runbook.md", RUNBOOK, MARKDOWN),
    ("kettle.md", KETTLE, MARKDOWN),
    ("minutes.txt", MINUTES, TEXT),
    ("mail.txt", MAIL, TEXT),
    ("catalogue.md", CATALOGUE, MARKDOWN),
    ("router.md", ROUTER, MARKDOWN),
    ("hooks.md", HOOKS, MARKDOWN),
)
SHORT = {
    "How long must a password be?": "14 characters",
    "How often must passwords be changed?": "every 35 days",
    "How long is an account locked?": "20 minutes",
    "How many failed attempts lock an account?": "6",
    "How long are the keys of service accounts?": "4096 bits",
    "How many high issues did the office network have?": "11",
    "How many services have high issues?": "3",
    "How many nodes does Heron run on?": "3",
    "How long does Heron keep messages?": "7 days",
    "What does the team Tidewater maintain?": "Heron",
    "How long is the cord of the Alba 2?": "75 cm",
    "How much does the Alba 2 weigh?": "1.2 kg",
    "How many litres does the Alba 2 boil?": "1.7 litres",
    "How much do spare lids cost?": "6 euros",
    "How many members are there?": "64",
    "How wide is the new shed?": "3 metres",
    "How many boxes does each of us get?": "2",
    "How many parking spaces have chargers?": "4",
    "How much power does the router draw?": "9 W",
}
NONE = (
    "How many low issues are there?",
    "How many members has the queue service?",
    "Who is Priya Raman?",
    "What does Priya maintain?",
    "What will Priya maintain?",
    "Who is Olek Dudek?",
    "How often is a failed webhook sent again?",
)
"""What is asked for stands nowhere near: a figure of other things, or a name that the question says, is no answer."""


@pytest.mark.parametrize("question", SHORT)
def test_a_short_answer_is_of_the_thing_that_is_asked_for(in_process: LineInProcess, question: str) -> None:
    assert in_process.answer(question).short_answer == SHORT[question]


@pytest.mark.parametrize("question", NONE)
def test_what_is_of_another_thing_is_no_short_answer(in_process: LineInProcess, question: str) -> None:
    assert not in_process.answer(question).short_answer
