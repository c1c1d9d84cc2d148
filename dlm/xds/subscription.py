"""What one Envoy wants of one type (xDS protocol, "How the client specifies what resources to return")."""

from __future__ import annotations

from collections.abc import Collection, Iterable

EVERYTHING = "*"


class Subscription:
    """
    Names, everything, or both.

    A first request that names nothing means everything, for the sake of old clients; once a name was given,
    naming nothing means nothing new.
    """

    def __init__(self, names: Collection[str]) -> None:
        self._names = set(names) or {EVERYTHING}

    def change(self, subscribe: Iterable[str], unsubscribe: Iterable[str]) -> set[str]:
        """
        Take names in and out; return those that must be answered even if nothing changed.

        These are names subscribed to, again or not, since the client may have dropped what it had; and names given
        up that the client still gets because it wants everything.
        """
        subscribe, unsubscribe = set(subscribe), set(unsubscribe)
        dropped = self._names & unsubscribe
        self._names = (self._names | subscribe) - unsubscribe
        due = subscribe - unsubscribe
        if EVERYTHING in self._names:
            due |= dropped
        return due - {EVERYTHING}

    def wanted(self, there: Iterable[str]) -> set[str]:
        """Those of the names that are there which the client wants."""
        return set(there) if EVERYTHING in self._names else self._names & set(there)

    def __contains__(self, name: str) -> bool:
        return EVERYTHING in self._names or name in self._names
