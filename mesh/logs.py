"""Logs: one JSON object a line on standard error, with the component and the request id."""

from __future__ import annotations

import json
import logging
import sys
from contextlib import suppress
from typing import ClassVar, TextIO, cast

import structlog
from structlog.typing import EventDict, WrappedLogger

from mesh.call import request_id
from mesh.settings import SettingError

_ENCODER = json.JSONEncoder(default=repr)


def _line(event: EventDict, **_options: object) -> str:
    """`json.dumps` makes an encoder of its own for each line that it is told how to write what JSON has not."""
    return _ENCODER.encode(event)


class Unfailing:
    """
    A stream for logs: what cannot be written, to a full disk perhaps, is lost and counted, and fails no call.

    The next line that can be written says how many were lost.
    """

    lost: ClassVar[int] = 0
    """How many writes of this process, since its start."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._untold = 0

    def write(self, text: str) -> int:
        try:
            if self._untold:  # a line may have been cut short
                self._stream.write(f'\n{{"event": "logs.lost", "level": "warning", "writes": {self._untold}}}\n')
            written = self._stream.write(text)
        except (OSError, ValueError):  # ValueError: the stream is closed
            Unfailing.lost += 1
            self._untold += 1
            return len(text)
        self._untold = 0
        return written

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            self._stream.flush()


def configure(component: str, level: str) -> None:
    """Log `component`'s events from `level` on; the standard library's loggers go the same way. SettingError."""
    least = logging.getLevelNamesMapping().get(level.upper())
    if least is None:
        raise SettingError("MYRIAD_LOG_LEVEL has the wrong form: debug, info, warning or error")

    def about(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event["component"] = component
        if current := request_id.get():
            event["request_id"] = current
        return event

    shared: list[structlog.typing.Processor] = [
        about,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    lines = structlog.processors.JSONRenderer(serializer=_line)
    stream = Unfailing(sys.stderr)
    structlog.configure(
        processors=[*shared, lines],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.WriteLoggerFactory(cast("TextIO", stream)),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                lines,
            ],
            foreign_pre_chain=shared,
        )
    )
    logging.basicConfig(handlers=[handler], level=max(least, logging.WARNING), force=True)
