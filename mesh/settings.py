"""Settings: frozen dataclasses read from `MYRIAD_…` environment variables, in one place."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar, dataclass_transform, get_type_hints, overload

from mesh.identity import NOBODY, Identity, UnusableIdentity

PREFIX = "MYRIAD_"
T = TypeVar("T")
D = TypeVar("D")


class SettingError(Exception):
    """A variable is missing or cannot be read; the text names it and its rule, never its value."""


class Secret:
    """A string that no repr, log or traceback shows."""

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "***"


NONE = Secret("")


@overload
def setting(help: str) -> Any: ...
@overload
def setting(help: str, *, default: D) -> D: ...
def setting(help: str, *, default: Any = MISSING) -> Any:
    """A field read from `MYRIAD_<NAME>`; `help` says what it is, with its unit. No default: required."""
    return field(default=default, metadata={"help": help})


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(setting,))
def settings(cls: type[T]) -> type[T]:
    return dataclass(frozen=True, kw_only=True)(cls)


@settings
class ServerSettings:
    """What every component can be told."""

    listen: str = setting("Where to listen, address:port; port 0 takes a free one.", default="127.0.0.1:0")
    max_concurrent_calls: int = setting("Calls under way at once; more are refused with OVERLOADED.", default=256)
    stop_seconds: float = setting("How long calls under way may take to end when stopping, seconds.", default=5.0)
    tls: Identity = setting(
        "Folder with tls.crt, tls.key and ca.crt (PEM): who this component is, and the authority of all others. "
        "Without it nothing but health is answered, and on loopback only.",
        default=NOBODY,
    )
    health_listen: str = setting(
        "Where health alone is answered without TLS, address:port; empty: nowhere.", default=""
    )
    metrics_listen: str = setting(
        "Where metrics are shown to Prometheus, over mutual TLS, address:port; empty: nowhere.", default=""
    )
    otlp_endpoint: str = setting(
        "Where traces go: http://address:port of an OpenTelemetry collector, OTLP over gRPC; empty: none are made. "
        "It takes myriad[otel], see docs/observability.md.",
        default="",
    )
    log_level: str = setting("Least level that is logged: debug, info, warning or error.", default="info")


def variable(setting_field: Field[Any]) -> str:
    return PREFIX + setting_field.name.upper()


def load(cls: type[T], environment: Mapping[str, str] = os.environ) -> T:
    """Read `cls` from the environment. SettingError if a value is missing or of the wrong form."""
    hints = get_type_hints(cls)
    values: dict[str, Any] = {}
    for one in fields(cls):  # type: ignore[arg-type]  # every settings class is a dataclass
        text = environment.get(variable(one))
        if text is None or text == "":
            if one.default is MISSING:
                raise SettingError(f"{variable(one)} is not set: {one.metadata['help']}")
            continue
        try:
            values[one.name] = _parse(hints[one.name], text)
        except UnusableIdentity as error:
            raise SettingError(f"{variable(one)}: {error}") from None
        except ValueError:
            raise SettingError(f"{variable(one)} has the wrong form: {one.metadata['help']}") from None
    return cls(**values)


def _parse(kind: Any, text: str) -> Any:
    if kind is bool:
        if text.lower() not in ("true", "false", "1", "0"):
            raise ValueError
        return text.lower() in ("true", "1")
    if kind == tuple[str, ...]:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if kind in (str, int, float, Path, Secret, Identity):
        return kind(text)
    raise TypeError(f"no setting can be a {kind}")
