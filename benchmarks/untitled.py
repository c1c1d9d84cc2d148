"""Passages as real documents have them, without titles; and questions in other words than their authors chose."""

from __future__ import annotations

import re
from collections.abc import Sequence

from benchmarks.datasets import Dataset

_SYNONYMS = {
    "film": "movie",
    "films": "movies",
    "song": "track",
    "performer": "artist",
    "released": "brought out",
    "founded": "established",
    "formed": "set up",
    "located": "situated",
    "actress": "screen actress",
    "wrote": "penned",
    "written": "penned",
    "company": "firm",
    "die": "pass away",
    "died": "passed away",
    "older": "more aged",
    "city": "town",
    "created": "thought up",
    "known": "famous",
    "nationality": "citizenship",
    "study": "get educated",
    "starred": "acted",
    "singer": "vocalist",
}
"""One for one, so that a sentence stays one."""
_INVERSIONS: Sequence[tuple[re.Pattern[str], str]] = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"^Where was the place of (birth|death) of (.+?)\?$", r"\2: what was the place of \1?"),
        (r"^What is the place of birth of (.+?)\?$", r"In which place was \1 born?"),
        (r"^What is the date of death of (.+?)\?$", r"On which day did \1 die?"),
        (r"^Where was (.+?) born\?$", r"What is the birthplace of \1?"),
        (r"^Where did (.+?) die\?$", r"In which place did the death of \1 occur?"),
        (r"^What nationality is (.+?)\?$", r"Of which nationality is \1?"),
        (r"^Who (directed|wrote|composed|produced|founded|created) (.+?)\?$", r"By whom was \2 \1?"),
        (r"^Who is (.+?)'s (.+?)\?$", r"Who is the \2 of \1?"),
        (r"^(Which|Who) ([^,?]+), (.+?) or (.+?)\?$", r"Between \3 and \4, \1 \2?"),
        (r"^When was (.+?) (born|founded|released|formed)\?$", r"In what year was \1 \2?"),
        (r"^In (what|which) (.+?)\?$", r"I would like to know in \1 \2."),
    )
]
_INNER_WH = re.compile(r"(?<=, )(?:Which|Who)(?= )")
_WORD = re.compile(r"(?<![\w\"“'])[a-z]+(?!\w)")


def untitled(data: Dataset) -> Dataset:
    """The same passages with an id each and no title; what a passage is called is in its text, or nowhere."""
    ids = {f"p{number}": passage for number, passage in enumerate(data.passages)}
    bare = [{"id": key, "text": passage["text"]} for key, passage in ids.items()]
    name = data.name if data.name.endswith("chains") else f"{data.name}-untitled"
    return Dataset(name, bare, data.cases, {key: passage["title"] for key, passage in ids.items()})


def paraphrased(data: Dataset) -> Dataset:
    """The same passages, the questions turned round and with other words, and the names kept."""
    cases = [case | {"question": paraphrase(case["question"])} for case in data.cases]
    return Dataset(f"{data.name}-paraphrased", data.passages, cases, data.titles)


def paraphrase(question: str) -> str:
    """The question in other words; wrapped in a request, if no rule has any."""
    folded = " ".join(question.split())
    reworded = _WORD.sub(lambda word: _SYNONYMS.get(word[0], word[0]), folded)
    for pattern, replacement in _INVERSIONS:
        turned, changes = pattern.subn(replacement, reworded)
        if changes:
            return turned[0].upper() + _INNER_WH.sub(lambda word: word[0].lower(), turned[1:])
    return reworded if reworded != folded else f"Can you tell me this: {folded[0].lower()}{folded[1:]}"
