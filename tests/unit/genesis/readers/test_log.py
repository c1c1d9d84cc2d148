"""Logs: a line with its date and level, and what belongs to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genesis.readers import log
from genesis.structure import Kind
from tests.unit.genesis.readers.shown import check, said


@pytest.mark.parametrize(
    ("line", "date", "level"),
    [
        ("2025-05-01 12:00:03,123 ERROR [db] disk full", "2025-05-01T12:00:03", "ERROR"),
        ("2025-05-01T12:00:03Z level=warn msg=x", "2025-05-01T12:00:03", "WARN"),
        ("[2025/05/01] started", "2025-05-01", ""),
        ("May  1 12:00:03 host sshd[1]: Accepted", "", ""),
        ('10.0.0.1 - - [01/May/2025:12:00:03 +0000] "GET / HTTP/1.1" 200', "2025-05-01T12:00:03", ""),
        ('2001:db8::1 - ann [01/May/2025:12:00:03 +0000] "GET / HTTP/1.1" 200', "2025-05-01T12:00:03", ""),
        ("[Thu May 01 12:00:03.123456 2025] [error] no link", "2025-05-01T12:00:03", "ERROR"),
        ("<34>1 2025-05-01T12:00:03.003Z host su - - failed", "2025-05-01T12:00:03", ""),
        ("<34>May  1 12:00:03 host su: failed", "", ""),
        ("-- Boot 3f2a --", "", ""),
        ("INFO: ready", "", "INFO"),
    ],
)
def test_a_line_has_a_date_and_a_level(line: str, date: str, level: str) -> None:
    (block,) = log.read(line + "\n").blocks
    assert (block.kind, block.date, block.mark) == (Kind.LOG_LINE, date, level)
    assert block.text.text == " ".join(line.split())


def test_a_stack_trace_is_code_below_its_line() -> None:
    read = log.read("2025-05-01 ERROR boom\nTraceback:\n  File x\nValueError\n2025-05-02 INFO up\n")
    check(read)
    assert said(read) == ["2025-05-01 ERROR boom", "Traceback:\n  File x\nValueError", "2025-05-02 INFO up"]
    assert (read.blocks[1].kind, read.blocks[1].lead.text) == (Kind.CODE, "2025-05-01 ERROR boom")


def test_a_line_says_what_was_thrown_below_it() -> None:
    read = log.read(
        "2025-05-01 ERROR Order 7 failed\ncom.tern.OrderException: no stock\n\tat com.tern.App.main(App.java:1)\n"
        "Caused by: java.io.IOException: timeout\n\t... 2 more\n2025-05-02 INFO up\n"
    )
    check(read)
    assert [block.text.text for block in read.blocks if block.kind is Kind.LOG_LINE] == [
        "2025-05-01 ERROR Order 7 failed com.tern.OrderException: no stock Caused by: java.io.IOException: timeout",
        "2025-05-02 INFO up",
    ]
    assert read.blocks[1].text.text.startswith("com.tern.OrderException: no stock\n\tat com")


def test_lines_without_any_stamp_are_lines() -> None:
    assert said(log.read("one\n two\nthree\n")) == ["one", " two", "three"]


def test_a_line_that_is_an_object_says_its_keys_and_values() -> None:
    read = log.read(
        '{"time":"2025-05-01T12:00:03.1Z","error":null,"level":"warn","at":{"path":"/var"}}\n{"level": "info"}\n'
        '{"cut": \n'
    )
    check(read)
    assert [(one.kind, one.date, one.mark, one.text.text) for one in read.blocks] == [
        (
            Kind.LOG_LINE,
            "2025-05-01T12:00:03",
            "WARN",
            "time: 2025-05-01T12:00:03.1Z; error: null; level: warn; at.path: /var",
        ),
        (Kind.LOG_LINE, "", "INFO", "level: info"),
        (Kind.LOG_LINE, "", "", '{"cut":'),
    ]


@given(st.lists(st.sampled_from(["2025-05-01 a\n", " x\n", "\n", "ERROR y\n", "[", "\r\n", "é"])).map("".join))
def test_nothing_but_white_space_is_lost(source: str) -> None:
    read = log.read(source)
    check(read)
    assert "".join(" ".join(said(read)).split()) == "".join(source.split())
