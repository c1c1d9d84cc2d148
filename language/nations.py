"""Nations: countries, by their names and by what their people and things are called."""

from __future__ import annotations

import re

from language import tables

_COUNTRY_OF = {name: country for country, others in tables.entries("nations").items() for name in (country, *others)}
_NATION = re.compile(
    r"(?<![\w.])(?:" + "|".join(map(re.escape, sorted(_COUNTRY_OF, key=lambda one: (-len(one), one)))) + r")(?!\w)"
)


def countries(text: str) -> list[str]:
    """The countries that a text names or implies (`American`), in its order, each once."""
    return list(dict.fromkeys(_COUNTRY_OF[match[0]] for match in _NATION.finditer(text)))
