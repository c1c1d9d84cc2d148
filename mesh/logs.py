"""Logs: one JSON object a line on standard error, with the component and the request id."""

from __future__ import annotations

import logging
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger

from mesh.call import request_id
from mesh.settings import SettingError


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
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
            foreign_pre_chain=shared,
        )
    )
    logging.basicConfig(handlers=[handler], level=max(least, logging.WARNING), force=True)
