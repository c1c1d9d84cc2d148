"""
Bundles that are about to be deleted, and where no packet may be said to lie any more.

Who condemns a bundle and who says that packets lie in it both merge its node: whatever becomes of the mind meanwhile,
one waits there until the other has ended.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable
from typing import LiteralString

from neo4j import ManagedTransaction

from connectome.adapters.condemned import bundles_of, conflict, digest
from connectome.adapters.neo4j.database import batches
from connectome.ports import CONDEMNED_SECONDS

_CONDEMN: LiteralString = """
UNWIND $bundles AS one
MERGE (c:Condemned {bundle: one.digest})
SET c.at = $now
"""
_ACQUIT: LiteralString = """
MATCH (m:Mind {name: $mind})
UNWIND $bundles AS one
MATCH (c:Condemned {bundle: one.digest})
WHERE EXISTS { MATCH (a:Agent {mind: m.id, bundle: one.uri}) WHERE a.name > '' }
DELETE c
RETURN one.uri
"""
_LONG_AGO: LiteralString = "MATCH (c:Condemned) WHERE c.at < $before DELETE c"
_KEEP_OFF: LiteralString = """
UNWIND $bundles AS one
MERGE (c:Condemned {bundle: one.digest})
WITH c, c.at IS NULL AS free
FOREACH (_ IN CASE WHEN free THEN [1] ELSE [] END | DELETE c)
WITH free WHERE NOT free
RETURN count(*)
"""


def condemn(transaction: ManagedTransaction, mind: str, bundles: Collection[str]) -> list[str]:
    """See `connectome.ports.AgentStore`."""
    now, condemned = time.time(), list[str]()
    transaction.run(_LONG_AGO, before=now - CONDEMNED_SECONDS).consume()
    for piece in batches(sorted(set(bundles))):
        transaction.run(_CONDEMN, bundles=_digested(piece), now=now).consume()
        needed = {bundle for (bundle,) in transaction.run(_ACQUIT, mind=mind, bundles=_digested(piece)).values()}
        condemned += (bundle for bundle in piece if bundle not in needed)
    return condemned


def keep_off(transaction: ManagedTransaction, locations: Iterable[str]) -> None:
    """Conflict if one of these packet locations is in a condemned bundle."""
    bundles = sorted(bundles_of(locations))
    if bundles and transaction.run(_KEEP_OFF, bundles=_digested(bundles)).single(strict=True)[0]:
        raise conflict()


def _digested(bundles: Iterable[str]) -> list[dict[str, str]]:
    return [{"uri": uri, "digest": digest(uri)} for uri in bundles]
