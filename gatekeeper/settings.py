"""What the gatekeeper can be told."""

from __future__ import annotations

from pathlib import Path

from mesh.settings import NONE, Secret, ServerSettings, setting, settings


@settings
class Settings(ServerSettings):
    data: Path = setting("Folder that keeps what has to survive a restart; the keys are in gatekeeper/ below it.")
    keys: str = setting(
        "Where the keys and the log of their changes are, for any number of gatekeepers: s3://bucket/prefix; empty: in "
        "files below MYRIAD_DATA.",
        default="",
    )
    s3_endpoint: str = setting("The S3 server of MYRIAD_KEYS, a URL; empty: as boto3 finds it.", default="")
    redis: Secret = setting(
        "Where the Redis for state is, see docs/stores.md, in which all gatekeepers count what keys use, and by which "
        "they hear of changed keys at once; empty: each counts in a file of its own, and looks every 5 s.",
        default=NONE,
    )
    first_key_file: str = setting(
        "File with an admin's key, which holds if there is none at the start, to make others with; empty: none.",
        default="",
    )
    check_listen: str = setting(
        "Where to answer Envoy's checks, address:port; port 0 takes a free one.", default="127.0.0.1:0"
    )
    dlm_target: str = setting("Where the DLM listens, address:port; its replicas with commas between.")
