"""Logs: one JSON object a line, with the component and the request id."""

from __future__ import annotations

import errno
import io
import json
import logging
import os
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import structlog

from mesh import call, logs
from mesh.settings import SettingError


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    stream = io.StringIO()
    monkeypatch.setattr(logs, "sys", SimpleNamespace(stderr=stream))
    yield stream
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(stream: io.StringIO) -> list[dict[str, str]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_says_which_component_and_which_request(logged: io.StringIO) -> None:
    logs.configure("synth", "info")
    token = call.request_id.set("r-1")
    structlog.get_logger().info("event", text='line\nbreak "quoted"')
    call.request_id.reset(token)
    structlog.get_logger().info("other")
    first, second = lines(logged)
    assert (first["component"], first["request_id"], first["level"]) == ("synth", "r-1", "info")
    assert first["text"] == 'line\nbreak "quoted"'
    assert "request_id" not in second


def test_what_is_below_the_level_is_not_logged(logged: io.StringIO) -> None:
    logs.configure("synth", "warning")
    structlog.get_logger().info("quiet")
    assert lines(logged) == []


def test_other_libraries_log_the_same_way(logged: io.StringIO) -> None:
    logs.configure("synth", "info")
    logging.getLogger("library").warning("careful")
    (line,) = lines(logged)
    assert (line["event"], line["component"], line["level"]) == ("careful", "synth", "warning")


def test_an_unknown_level_is_a_wrong_setting() -> None:
    with pytest.raises(SettingError, match="MYRIAD_LOG_LEVEL"):
        logs.configure("synth", "loud")


class Full(io.StringIO):
    """A stream to a disk that is full for a while."""

    full = False

    def write(self, text: str) -> int:
        if self.full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(text)


def test_a_line_that_cannot_be_written_fails_nothing_and_is_counted(
    logged: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = Full()
    monkeypatch.setattr(logs, "sys", SimpleNamespace(stderr=stream))
    logs.configure("synth", "info")
    stream.full = True
    structlog.get_logger().info("lost")
    logging.getLogger("library").warning("lost too")
    stream.full = False
    structlog.get_logger().info("kept")
    told, kept = (json.loads(line) for line in stream.getvalue().splitlines() if line)
    assert told["event"] == "logs.lost"
    assert told["writes"] >= 2
    assert kept["event"] == "kept"


def test_a_closed_stream_fails_nothing() -> None:
    stream = io.StringIO()
    stream.close()
    before = logs.Unfailing.lost
    unfailing = logs.Unfailing(stream)
    unfailing.write("lost")
    unfailing.flush()
    assert logs.Unfailing.lost == before + 1
