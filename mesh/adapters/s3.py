"""A bucket of S3, or of anything that speaks its protocol: one way to open it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from mesh.settings import SettingError

CALLS_AT_ONCE = 16
CONNECT_SECONDS = 2.0
READ_SECONDS = 4.0
ATTEMPTS = 3
"""Of a call that a server did not do, with jitter between."""
_CONFIG = Config(
    connect_timeout=CONNECT_SECONDS,
    read_timeout=READ_SECONDS,
    retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
    max_pool_connections=CALLS_AT_ONCE,
    tcp_keepalive=True,
)
_URL = re.compile(
    r"s3://(?P<bucket>[a-z0-9][a-z0-9._-]{0,254})(?P<prefix>(?:/(?!\.{1,2}(?:/|$))[\w.=+-]+)*)/?",
    re.ASCII | re.IGNORECASE,
)
_ENDPOINT = re.compile(r"https?://[^@?#\s]+")
"""What is shown to people and written to logs, so it holds no password."""
_OF_ALL = ("InvalidAccessKeyId", "SignatureDoesNotMatch", "NoSuchBucket")
_WORDS = {  # as numbers where the bucket was asked for, for want of anything else in the answer
    **dict.fromkeys(
        ("403", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"), "it refuses these credentials"
    ),
    **dict.fromkeys(("404", "NoSuchBucket"), "there is no such bucket"),
}


@dataclass(frozen=True, slots=True)
class Bucket:
    """What lies in a bucket below a prefix, which is empty or ends with a slash; its address has no secrets."""

    client: Any
    name: str
    prefix: str
    address: str


@contextmanager
def opened(variable: str, url: str, endpoint: str) -> Iterator[Bucket]:
    """The bucket at `s3://bucket/prefix`, which `variable` says; nobody has asked whether it is there. SettingError."""
    place = _URL.fullmatch(url)
    if not place:
        raise SettingError(f"{variable}: the form is s3://bucket/prefix, of letters, digits and . _ - = +")
    if endpoint and not _ENDPOINT.fullmatch(endpoint):
        raise _endpoint_unusable()
    address = f"s3://{place['bucket']}" + (f" at {endpoint}" if endpoint else "")
    try:
        client = boto3.Session().client("s3", endpoint_url=endpoint or None, config=_CONFIG)
    except BotoCoreError as error:
        raise SettingError(f"{variable}: cannot use {address}: {error}") from None
    except ValueError:
        raise _endpoint_unusable() from None
    with closing(client):
        if not _ENDPOINT.fullmatch(client.meta.endpoint_url):
            raise _endpoint_unusable()
        prefix = place["prefix"].removeprefix("/")
        yield Bucket(client, place["bucket"], f"{prefix}/" if prefix else "", address)


def _endpoint_unusable() -> SettingError:
    return SettingError("MYRIAD_S3_ENDPOINT or AWS_ENDPOINT_URL: the form is http(s)://host[:port], without a password")


def code(error: Exception) -> str:
    """What S3 calls the failure of a call, if it was S3 that failed it."""
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""


def of_all(error: Exception) -> bool:
    """Whether it concerns all calls: S3 does not answer, or lets nobody in. Else it was said of one object."""
    return not isinstance(error, ClientError) or code(error) in _OF_ALL


def said(error: Exception) -> str:
    """In words, without what a server was sent."""
    return _WORDS.get(code(error)) or code(error) or str(error)
