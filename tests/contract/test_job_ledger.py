"""What every ledger of jobs must do, see `connectome.ports.JobLedger`."""

from __future__ import annotations

import time

import pytest

from connectome.errors import JobCancelled, JobNotFound
from connectome.ports import JOB_SECONDS
from myriad.genesis.v1.document_pb2 import DocumentResult, Job
from myriad.type.v1.error_reason_pb2 import ERROR_REASON_LINE_INVALID as LINE_INVALID
from tests.contract.minds import MIND, Minds


def test_a_job_counts_each_document_once_however_often_it_is_recorded(minds: Minds) -> None:
    minds.store.open_job("minds/m/jobs/j")
    failed = DocumentResult(document="d", line=3, state=DocumentResult.STATE_FAILED, reason=LINE_INVALID)
    learned = DocumentResult(document="e", state=DocumentResult.STATE_LEARNED, added_agent_count=2)
    for _ in range(2):
        job = minds.store.record("minds/m/jobs/j", [failed, learned])
    assert (job.state, job.learned_count, job.failed_count, job.added_agent_count) == (Job.STATE_RUNNING, 1, 1, 2)
    assert [(one.line, one.reason) for one in job.failures] == [(3, LINE_INVALID)]
    assert minds.store.close_job("minds/m/jobs/j", failed=False).state == Job.STATE_SUCCEEDED


def test_jobs_name_no_document_that_was_forgotten(minds: Minds) -> None:
    never = DocumentResult(document=f"{MIND}/documents/never", uri="file:///n", state=DocumentResult.STATE_FAILED)
    other = DocumentResult(document=f"{MIND}/documents/other", uri="file:///o", state=DocumentResult.STATE_FAILED)
    for job in ("minds/m/jobs/j", "minds/m/jobs/k"):
        minds.store.open_job(job)
        minds.store.record(job, [never, other])
    assert minds.forget("never").job_entry_count == 2
    assert minds.forget("never").job_entry_count == 0
    for job in ("minds/m/jobs/j", "minds/m/jobs/k"):
        assert [one.document for one in minds.store.get_job(job).failures] == [other.document]
        assert minds.store.get_job(job).failed_count == 2


def test_a_job_that_was_cancelled_is_never_opened_again_and_counts_what_was_being_written(minds: Minds) -> None:
    minds.store.open_job("minds/m/jobs/j")
    learned = DocumentResult(document="d", state=DocumentResult.STATE_LEARNED)
    assert minds.store.cancel_job("minds/m/jobs/j").state == Job.STATE_CANCELLED
    job = minds.store.record("minds/m/jobs/j", [learned])
    assert (job.state, job.learned_count) == (Job.STATE_CANCELLED, 1)
    assert minds.store.close_job("minds/m/jobs/j", failed=False).state == Job.STATE_CANCELLED
    with pytest.raises(JobCancelled):
        minds.store.open_job("minds/m/jobs/j")
    assert minds.store.get_job("minds/m/jobs/j").state == Job.STATE_CANCELLED


def test_a_job_that_has_ended_is_not_cancelled(minds: Minds) -> None:
    minds.store.open_job("minds/m/jobs/j")
    minds.store.close_job("minds/m/jobs/j", failed=False)
    assert minds.store.cancel_job("minds/m/jobs/j").state == Job.STATE_SUCCEEDED
    assert minds.store.open_job("minds/m/jobs/j").state == Job.STATE_RUNNING


def test_a_job_that_did_not_go_on_for_a_week_is_no_more(minds: Minds) -> None:
    minds.store.open_job("minds/m/jobs/j")
    minds.store.record("minds/m/jobs/j", [DocumentResult(document="d", state=DocumentResult.STATE_LEARNED)])
    now = time.time()
    minds.store.forget_jobs(now + JOB_SECONDS - 60)
    assert minds.store.get_job("minds/m/jobs/j").learned_count == 1
    minds.store.forget_jobs(now + JOB_SECONDS + 60)
    with pytest.raises(JobNotFound):
        minds.store.get_job("minds/m/jobs/j")
    minds.store.open_job("minds/m/jobs/j")
    assert minds.store.record("minds/m/jobs/j", []).learned_count == 0


def test_a_job_that_is_not_there_is_not_found(minds: Minds) -> None:
    with pytest.raises(JobNotFound):
        minds.store.get_job(f"{MIND}/jobs/none")
    with pytest.raises(JobNotFound):
        minds.store.record(f"{MIND}/jobs/none", [])
    with pytest.raises(JobNotFound):
        minds.store.close_job(f"{MIND}/jobs/none", failed=True)
    with pytest.raises(JobNotFound):
        minds.store.cancel_job(f"{MIND}/jobs/none")


def test_jobs_are_listed_by_mind_and_page_without_their_failures(minds: Minds) -> None:
    for name in (f"{MIND}/jobs/b", f"{MIND}/jobs/a", f"{MIND}x/jobs/c", f"{MIND}/jobs/d"):
        minds.store.open_job(name)
    failed = DocumentResult(document="d", state=DocumentResult.STATE_FAILED, reason=LINE_INVALID)
    minds.store.record(f"{MIND}/jobs/a", [failed])
    first = minds.store.list_jobs(MIND, "", 2)
    assert [one.name for one in first] == [f"{MIND}/jobs/a", f"{MIND}/jobs/b"]
    assert (first[0].failed_count, list(first[0].failures), first[0].HasField("create_time")) == (1, [], True)
    assert [one.name for one in minds.store.list_jobs(MIND, first[-1].name, 2)] == [f"{MIND}/jobs/d"]
    assert minds.store.list_jobs("minds/none", "", 2) == []


def test_jobs_go_with_their_mind(minds: Minds) -> None:
    for mind in (MIND, "minds/other"):
        minds.store.create_mind(mind, "", "")
        minds.store.open_job(f"{mind}/jobs/j")
    minds.forget_all()
    with pytest.raises(JobNotFound):
        minds.store.get_job(f"{MIND}/jobs/j")
    assert minds.store.get_job("minds/other/jobs/j").state == Job.STATE_RUNNING
