"""The first key: whoever installs Myriad says which it is, and makes all others with it."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path

import structlog

from gatekeeper.audit import Audit
from gatekeeper.keys import digest
from gatekeeper.ports import Key, KeyStore
from mesh.access import Caller
from mesh.settings import SettingError
from myriad.type.v1.access_pb2 import Role

log = structlog.get_logger()
REQUEST = "the first key"
"""Of several gatekeepers that start at once one keeps it, and the others find it."""


async def provide(store: KeyStore, audit: Audit, file: Path) -> None:
    """
    Let the key in `file` do all that an admin may, if there is no key yet. SettingError.

    Once there are others it is a key like them: revoked, it stays revoked.
    """
    known = _digest(file)
    if await store.list(after=""):
        return
    key = Key(
        id=secrets.token_hex(8),
        display_name="first key",
        role=Role.ROLE_ADMIN,
        minds=frozenset(),
        all_minds=True,
        created=datetime.now(UTC),
        expires=None,
    )
    if await store.add(key, known, REQUEST) is key:
        await audit.record(Caller.inside("gatekeeper"), "key.create", key)
    log.info("keys.first", key=key.id)


def _digest(file: Path) -> bytes:
    try:
        known = digest(file.read_text(encoding="ascii").strip())
    except (OSError, UnicodeError) as error:
        raise SettingError(f"MYRIAD_FIRST_KEY_FILE: cannot be read: {type(error).__name__}") from None
    if known is None:
        raise SettingError("MYRIAD_FIRST_KEY_FILE: holds no key, which is myr_ and 43 letters, digits, - or _")
    return known
