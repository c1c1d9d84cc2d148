"""What `myriad jobs --cancel` says of a job that it cannot end any more."""

from __future__ import annotations

from typing import Any

import pytest
from typer.testing import CliRunner

from cli import jobs
from cli.state import Endpoint


@pytest.mark.parametrize(
    ("state", "ended"), [("STATE_SUCCEEDED", True), ("STATE_FAILED", True), ("STATE_CANCELLED", False)]
)
def test_that_a_job_had_ended_is_said_and_not_that_it_was_cancelled(
    monkeypatch: pytest.MonkeyPatch, state: str, ended: bool
) -> None:
    def post(_client: object, _path: str, _body: dict[str, Any]) -> dict[str, Any]:
        return {"job": {"name": "minds/a/jobs/j", "state": state}}

    monkeypatch.setattr("cli.state.find", lambda: Endpoint("http://127.0.0.1:1", "key"))
    monkeypatch.setattr("cli.client.Client.post", post)
    done = CliRunner().invoke(jobs.app, ["--mind", "a", "--cancel", "j"])
    assert (done.exit_code, "the job had ended" in done.stderr) == (0, ended)
