"""Settings: read once from the environment, never shown when they are secret."""

from __future__ import annotations

import dataclasses
import traceback
from pathlib import Path

import pytest

from mesh.settings import Secret, ServerSettings, SettingError, load, setting, settings, variable


@settings
class Sample(ServerSettings):
    data: Path = setting("Folder.")
    password: Secret = setting("Password.", default=Secret("built-in"))
    ratio: float = setting("Ratio.", default=0.5)
    hot: bool = setting("Hot or not.", default=False)
    names: tuple[str, ...] = setting("Names, comma-separated.", default=())


REQUIRED = {"MYRIAD_DATA": "/data"}


def test_every_field_is_a_variable_with_the_prefix_in_upper_case() -> None:
    assert [variable(field) for field in dataclasses.fields(Sample)][-5:] == [
        "MYRIAD_DATA",
        "MYRIAD_PASSWORD",
        "MYRIAD_RATIO",
        "MYRIAD_HOT",
        "MYRIAD_NAMES",
    ]


def test_values_are_read_in_their_types() -> None:
    sample = load(
        Sample,
        {
            "MYRIAD_DATA": "/data",
            "MYRIAD_PASSWORD": "p",
            "MYRIAD_RATIO": "0.25",
            "MYRIAD_HOT": "True",
            "MYRIAD_NAMES": " a, b,,",
            "MYRIAD_MAX_CONCURRENT_CALLS": "7",
            "OTHER": "not ours",
        },
    )
    assert (sample.data, sample.ratio, sample.hot, sample.names) == (Path("/data"), 0.25, True, ("a", "b"))
    assert (sample.max_concurrent_calls, sample.password.reveal()) == (7, "p")


def test_what_is_not_set_or_empty_takes_its_default() -> None:
    assert load(Sample, {**REQUIRED, "MYRIAD_RATIO": ""}).ratio == 0.5
    assert load(Sample, REQUIRED).listen == "127.0.0.1:0"


@pytest.mark.parametrize("environment", [{}, {"MYRIAD_DATA": ""}])
def test_a_missing_value_is_named_with_what_it_is(environment: dict[str, str]) -> None:
    with pytest.raises(SettingError, match=r"MYRIAD_DATA is not set: Folder\."):
        load(Sample, environment)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MYRIAD_RATIO", "s3cret"),
        ("MYRIAD_HOT", "s3cret"),
        ("MYRIAD_MAX_CONCURRENT_CALLS", "1.5 s3cret"),
        ("MYRIAD_MAX_CONCURRENT_CALLS", "s3cret"),
    ],
)
def test_a_value_of_the_wrong_form_is_named_and_not_shown(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=f"^{name} has the wrong form: ") as caught:
        load(Sample, {**REQUIRED, name: value})
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))


def test_a_secret_is_never_shown() -> None:
    sample = load(Sample, {**REQUIRED, "MYRIAD_PASSWORD": "s3cret"})
    shown = f"{sample!r} {sample} {sample.password} {sample.password!r} {dataclasses.asdict(sample)} {[sample]}"
    assert "s3cret" not in shown
    assert "***" in shown
    assert "s3cret" not in "".join(traceback.format_exception(ValueError(sample)))


def test_settings_cannot_be_changed() -> None:
    sample = load(Sample, REQUIRED)
    with pytest.raises(dataclasses.FrozenInstanceError):
        sample.ratio = 1.0  # type: ignore[misc]


def test_a_type_that_no_variable_can_hold_is_a_mistake_in_the_program() -> None:
    @settings
    class Wrong:
        table: dict[str, str] = setting("A table.")

    with pytest.raises(TypeError, match="no setting can be a"):
        load(Wrong, {"MYRIAD_TABLE": "a=b"})
