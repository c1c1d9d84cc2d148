"""Resource names (AIP-122): how they are built, checked and taken apart."""

from __future__ import annotations

import re

from mesh.errors import InvalidField

_MIND = re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
_DOCUMENT = re.compile(r"[a-z0-9]([a-z0-9._-]{0,126}[a-z0-9])?")
_AGENT = re.compile(r"[a-z][a-z0-9]{0,62}")
_ANSWER = re.compile(r"ans_[a-z2-7]{20}")
_JOB = re.compile(r"[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?")
MIND_RULE = "a mind's id is lower-case letters, digits and hyphens, from a letter, 63 at most"
DOCUMENT_RULE = "a document's id is lower-case letters, digits, '.', '_' and '-', 128 at most"
JOB_RULE = "a job's id is lower-case letters, digits and hyphens, 64 at most"


def mind(value: str, field: str = "mind") -> str:
    """`minds/{mind}` from itself or from `{mind}`. InvalidField."""
    bare = value.removeprefix("minds/")
    if not _MIND.fullmatch(bare):
        raise InvalidField(field, MIND_RULE)
    return f"minds/{bare}"


def document(mind: str, bare: str, field: str = "id") -> str:
    """`minds/{mind}/documents/{document}`. InvalidField."""
    if not _DOCUMENT.fullmatch(bare):
        raise InvalidField(field, DOCUMENT_RULE)
    return f"{mind}/documents/{bare}"


def agent(mind: str, bare: str) -> str:
    return f"{mind}/agents/{bare}"


def answer(mind: str, bare: str) -> str:
    return f"{mind}/answers/{bare}"


def job(mind: str, bare: str, field: str = "job_id") -> str:
    """`minds/{mind}/jobs/{job}`. InvalidField."""
    if not _JOB.fullmatch(bare):
        raise InvalidField(field, JOB_RULE)
    return f"{mind}/jobs/{bare}"


def parent(name: str) -> str:
    """`minds/{mind}` of a name below it, unchecked."""
    return "/".join(name.split("/", 2)[:2])


def within(collection: str, after: str) -> tuple[str, str]:
    """From where to where the names of a collection go that come after `after`."""
    return max(after, f"{collection}/"), f"{collection}0"


def leaf(name: str) -> str:
    return name.rsplit("/", 1)[-1]


def parse_agent(name: str, field: str = "name") -> tuple[str, str]:
    """`minds/{mind}/agents/{agent}` as mind name and agent id. InvalidField."""
    return _below(name, "agents", _AGENT, field)


def parse_document(name: str, field: str = "name") -> tuple[str, str]:
    """`minds/{mind}/documents/{document}` as mind name and document id. InvalidField."""
    return _below(name, "documents", _DOCUMENT, field)


def parse_answer(name: str, field: str = "name") -> tuple[str, str]:
    """`minds/{mind}/answers/{answer}` as mind name and answer id. InvalidField."""
    return _below(name, "answers", _ANSWER, field)


def parse_job(name: str, field: str = "name") -> tuple[str, str]:
    """`minds/{mind}/jobs/{job}` as mind name and job id. InvalidField."""
    return _below(name, "jobs", _JOB, field)


def _below(name: str, collection: str, rule: re.Pattern[str], field: str) -> tuple[str, str]:
    parts = name.split("/")
    if len(parts) != 4 or parts[0] != "minds" or parts[2] != collection or not rule.fullmatch(parts[3]):
        raise InvalidField(field, f"has the form minds/{{mind}}/{collection}/{{{collection[:-1]}}}")
    return mind(parts[1], field), parts[3]
