"""Errors: what a caller learns of a failure, and what goes on to the next caller."""

from __future__ import annotations

from typing import Any

import grpc
import pytest
import structlog
from google.protobuf.any_pb2 import Any as Any_
from google.rpc import error_details_pb2, status_pb2

from mesh.call import calling
from mesh.errors import (
    DETAILS_KEY,
    CallFailed,
    ComponentUnavailable,
    DeadlineExceeded,
    InvalidField,
    MyriadError,
    NotImplementedYet,
    Overloaded,
    Received,
    Unforeseen,
    received,
)
from myriad.type.v1.error_reason_pb2 import ErrorReason


class HostLost(MyriadError):
    code = grpc.StatusCode.UNAVAILABLE
    reason = ErrorReason.ERROR_REASON_NO_HOST_READY
    retry_seconds = 0.3


def call_error(code: grpc.StatusCode, status: status_pb2.Status | None = None, text: str = "") -> grpc.aio.AioRpcError:
    trailing = grpc.aio.Metadata()
    if status is not None:
        trailing.add(DETAILS_KEY, status.SerializeToString())
    return grpc.aio.AioRpcError(code, grpc.aio.Metadata(), trailing, text)


def details(status: status_pb2.Status) -> dict[str, Any]:
    """The details by the name of their type: each type comes once at most (AIP-193)."""
    messages = {}
    for packed in status.details:
        name = packed.TypeName().rpartition(".")[2]
        assert name not in messages
        messages[name] = getattr(error_details_pb2, name)()
        assert packed.Unpack(messages[name])
    return messages


@pytest.mark.parametrize(
    "error",
    [
        MyriadError("m"),
        InvalidField("f", "r"),
        NotImplementedYet("M"),
        ComponentUnavailable("m"),
        Overloaded("m"),
        DeadlineExceeded("m"),
    ],
)
def test_every_error_has_a_code_a_reason_and_the_domain(error: MyriadError) -> None:
    status = error.status()
    info = details(status)["ErrorInfo"]
    assert grpc.StatusCode.OK is not error.code
    assert status.code == error.code.value[0]
    assert (info.domain, info.reason) == ("myriad", error.reason_name)
    assert not info.reason.startswith("ERROR_REASON")
    assert len(info.reason) <= 63


def test_what_varies_is_in_the_metadata_too() -> None:
    assert dict(details(MyriadError("no mind 'a'", mind="a").status())["ErrorInfo"].metadata) == {"mind": "a"}


def test_a_broken_field_is_named_with_its_rule() -> None:
    violation = details(InvalidField("question", "has 4,000 characters at most").status())["BadRequest"]
    assert [(one.field, one.description) for one in violation.field_violations] == [
        ("question", "has 4,000 characters at most")
    ]


@pytest.mark.parametrize("error", [ComponentUnavailable("m"), Overloaded("m")])
def test_what_may_be_tried_again_says_when(error: MyriadError) -> None:
    assert error.code is grpc.StatusCode.UNAVAILABLE
    assert details(error.status())["RetryInfo"].retry_delay.ToTimedelta().total_seconds() == error.retry_seconds


def test_a_status_comes_back_as_it_was_sent() -> None:
    error = InvalidField("name", "rule")
    assert received(call_error(error.code, error.status())) == Received(
        grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD", "name: rule", {"field": "name"}
    )


def test_details_that_cannot_be_read_are_none() -> None:
    trailing = grpc.aio.Metadata((DETAILS_KEY, b"\xff"))
    error = grpc.aio.AioRpcError(grpc.StatusCode.ABORTED, grpc.aio.Metadata(), trailing, "torn")
    assert received(error) == Received(grpc.StatusCode.ABORTED, "", "torn", {})


def test_a_failure_without_details_has_no_reason() -> None:
    assert received(call_error(grpc.StatusCode.UNAVAILABLE, text="gone")) == Received(
        grpc.StatusCode.UNAVAILABLE, "", "gone", {}
    )
    assert received(grpc.RpcError()) == Received(grpc.StatusCode.UNKNOWN, "", "", {})


def failed(error: grpc.aio.AioRpcError) -> CallFailed:
    with pytest.raises(CallFailed) as caught, calling():
        raise error
    return caught.value


def test_when_to_try_again_goes_on_with_it_in_whole_seconds_and_never_too_few() -> None:
    sent = ComponentUnavailable("away")
    sent.retry_seconds = 1.25
    error = failed(call_error(grpc.StatusCode.UNAVAILABLE, sent.status()))
    assert (error.retry_seconds, error.retry_after) == (1.25, {"retry-after": "2"})
    refused = call_error(grpc.StatusCode.INVALID_ARGUMENT, InvalidField("a", "b").status())
    assert failed(refused).retry_after == {}


def test_a_reason_from_another_component_goes_on_unchanged() -> None:
    status = HostLost("h1 is gone", host="h1").status()
    error = failed(call_error(grpc.StatusCode.UNAVAILABLE, status))
    assert error.status() == status
    assert (error.code, error.reason_name, error.message) == (
        grpc.StatusCode.UNAVAILABLE,
        "NO_HOST_READY",
        "h1 is gone",
    )
    assert (dict(error.metadata), error.silent) == ({"host": "h1"}, False)


def test_a_reason_that_only_a_newer_component_knows_goes_on_unchanged() -> None:
    info = Any_()
    info.Pack(error_details_pb2.ErrorInfo(reason="OUT_OF_TEA", domain="myriad"))
    status = status_pb2.Status(code=grpc.StatusCode.ABORTED.value[0], message="no tea", details=[info])
    error = failed(call_error(grpc.StatusCode.ABORTED, status))
    assert (error.status(), error.code, error.silent) == (status, grpc.StatusCode.ABORTED, False)


@pytest.mark.parametrize(
    ("code", "told", "reason"),
    [
        (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.UNAVAILABLE, "COMPONENT_UNAVAILABLE"),
        (grpc.StatusCode.CANCELLED, grpc.StatusCode.UNAVAILABLE, "COMPONENT_UNAVAILABLE"),
        (grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED"),
        (grpc.StatusCode.UNKNOWN, grpc.StatusCode.INTERNAL, "INTERNAL"),
        (grpc.StatusCode.UNIMPLEMENTED, grpc.StatusCode.INTERNAL, "INTERNAL"),
    ],
)
def test_a_failure_without_a_reason_is_told_without_its_inner_text(
    code: grpc.StatusCode, told: grpc.StatusCode, reason: str
) -> None:
    error = failed(call_error(code, text="connect to 10.0.0.7:7001 failed"))
    assert (error.code, error.reason_name, error.silent) == (told, reason, True)
    assert details(error.status())["ErrorInfo"].reason == reason
    assert "10.0.0.7" not in str(error.status())


def test_the_log_says_why_a_component_gave_no_reason_and_leaves_to_it_what_it_told() -> None:
    with structlog.testing.capture_logs() as logs:
        failed(call_error(grpc.StatusCode.UNAVAILABLE, HostLost("gone").status()))
        failed(call_error(grpc.StatusCode.UNAVAILABLE, text="connection refused" + "." * 1_000))
    assert [(one["event"], one["code"], len(one["details"])) for one in logs] == [
        ("call.unanswered", "UNAVAILABLE", 300)
    ]


def test_the_text_of_an_internal_error_is_fixed() -> None:
    assert "r-1" in Unforeseen("r-1").message
    assert details(Unforeseen("r-1").status())["ErrorInfo"].reason == "INTERNAL"
