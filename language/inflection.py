"""Inflection: the forms of English verbs and nouns, and the words that are derived from the same root."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_IRREGULAR_VERBS = """
    be is are was were been being; bear bore borne; beat beaten; become became; begin began begun; bend bent; break
    broke broken; bring brought; build built; burn burnt burned; buy bought; cast; catch caught; choose chose
    chosen; come came; cost; cut; deal dealt; do did done does; draw drew drawn; drive drove driven; eat ate eaten;
    fall fell fallen; feel felt; fight fought; find found; flee fled; fly flew flown; forbid forbade forbidden;
    forget forgot forgotten; free freed; get got gotten; give gave given; go went gone goes; grind ground; grow grew
    grown; hang hung hanged; have has had having; hear heard; hide hid hidden; hit; hold held; hurt; keep kept; know
    knew known; lay laid; lead led; learn learnt learned; leave left; lend lent; let; lie lay lain lying; lose lost;
    make made; mean meant; meet met; overcome overcame; overthrow overthrew overthrown; oversee oversaw overseen;
    pay paid; put; quit; read; rebuild rebuilt; remake remade; rise rose risen; run ran; say said; see saw seen;
    seek sought; sell sold; send sent; set; shoot shot; show shown showed; shut; sing sang sung; sink sank sunk; sit
    sat; slay slew slain; speak spoke spoken; spend spent; spin spun; split; stand stood; steal stole stolen; strike
    struck stricken; swear swore sworn; sweep swept; swim swam swum; take took taken; teach taught; tear tore torn;
    tell told; think thought; throw threw thrown; tie tying tied; die dying died; undergo underwent undergone;
    understand understood; wake woke woken; wear wore worn; wed wedded; win won; withdraw withdrew withdrawn; write
    wrote written; co-write co-wrote co-written
"""
_IRREGULAR_NOUNS = """
    man men; woman women; child children; person persons people; wife wives; life lives; half halves; foot feet;
    mouse mice; thief thieves; shelf shelves; leaf leaves; analysis analyses; thesis theses; series; species;
    alumnus alumni; alumna alumnae; grandchild grandchildren; policeman policemen; businessman businessmen; frontman
    frontmen; gentleman gentlemen; nobleman noblemen; hero heroes; medium media; criterion criteria; kinsman kinsmen
"""


def _table(listing: str) -> dict[str, tuple[str, ...]]:
    entries = (entry.split() for entry in listing.split(";"))
    return {first: tuple(rest) for first, *rest in filter(None, entries)}


_VERBS = _table(_IRREGULAR_VERBS)
_NOUNS = _table(_IRREGULAR_NOUNS)
_PLURALS = frozenset(form for forms in _NOUNS.values() for form in forms)
_SHORTEST_PLURAL = 4
_PARTICIPLES = {
    form: base if base in ("become", "come", "overcome", "run") else [one for one in forms if one[-3:] != "ing"][-1]
    for base, *rest in (entry.split() for entry in _IRREGULAR_VERBS.split(";"))
    if base not in ("be", "do", "have")
    for forms in [rest or [base]]
    for form in forms
    if form[-3:] != "ing"
}
_LEAST_PAST = 4
IRREGULAR = frozenset(form for forms in _VERBS.values() for form in forms)
"""The forms of irregular verbs that are not their bases."""
_AMBIGUOUS = frozenset(
    ("bore", "fell", "felt", "found", "ground", "hung", "lay", "lead", "left", "lie", "media", "rose", "saw", "shot")
)
"""Forms that are other words, too."""
_GROUPS = {
    form: group
    for table in (_VERBS, _NOUNS)
    for base, forms in table.items()
    if base not in ("be", "do", "have")
    for group in [(base, *forms)]
    for form in group
    if form not in _AMBIGUOUS and len(group) > 1
}
"""By form, all of an irregular verb or noun."""
_VOWELS = "aeiou"
_DOUBLES = re.compile(r"[^aeiou][aeiou][bdglmnprt]$")
"""What a verb ends with that may double its last letter; both forms are given: the one that is none harms nobody."""
_SUFFIX_LISTING = """
    ations ation ators ator ments ment ings ing ions ion ives ive ers er ors or ists ist ances ance ences ence ed es e s
"""
_SUFFIXES = tuple(_SUFFIX_LISTING.split())
_LEAST_ROOT = 5


def verb(base: str) -> Iterator[str]:
    """A verb's forms, the base first; of a phrase (`set up`) the first word changes."""
    first, blank, rest = base.partition(" ")
    for form in _verb(first):
        yield form + blank + rest


def _verb(base: str) -> Iterator[str]:
    irregular = _VERBS.get(base)
    stem = base[:-1] if base.endswith("e") and not base.endswith(("ee", "oe", "ye")) else base
    stems = (stem, stem + stem[-1]) if _DOUBLES.search(base) else (stem,)
    yield base
    yield _with_s(base)
    yield from (f"{one}ing" for one in stems)
    if irregular is not None:
        yield from irregular
    elif base.endswith("y") and base[-2] not in _VOWELS:
        yield f"{base[:-1]}ied"
    else:
        yield from (f"{one}ed" for one in stems)


def noun(base: str) -> Iterator[str]:
    """A noun and its plural; of a phrase (`record label`) the last word changes, or the one before `of`."""
    before, of, after = base.partition(" of ")
    first, blank, last = before.rpartition(" ")
    yield base
    for form in _NOUNS.get(last, (_with_s(last),)):
        yield first + blank + form + of + after


def _with_s(word: str) -> str:
    """`word` with the ending that plurals and the third person share."""
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x", "z", "ch", "sh")) else f"{word}s"


def others(form: str) -> Sequence[str]:
    """The other forms of an irregular verb or noun, of any of its forms; none of what may be another word."""
    return [one for one in _GROUPS.get(form, ()) if one != form]


def derived(word: str) -> Iterator[str]:
    """
    What may be derived from the root of a lower-case word: `inventor`, `inventing` and more of `invention`.

    Many are no words at all: they are to be met in a text, not to be shown.
    """
    suffix = next((one for one in _SUFFIXES if word.endswith(one)), "")
    root = word.removesuffix(suffix)
    if len(root) < _LEAST_ROOT or not root.isalpha():
        return
    for ending in ("", *_SUFFIXES):
        if root + ending != word:
            yield root + ending


def participle(past: str) -> str:
    """The past participle of a verb that is given in the past, `written` of `wrote`; empty if it is none for sure."""
    return _PARTICIPLES.get(past) or (past if past.endswith("ed") and len(past) > _LEAST_PAST else "")


def is_plural(word: str) -> bool:
    """Whether a noun in lower case is plural, by its form."""
    ends = word.endswith("s") and not word.endswith(("ss", "us", "is", "'s"))
    return word in _PLURALS or (ends and len(word) >= _SHORTEST_PLURAL)
