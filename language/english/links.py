"""Links: words by which an English clause says what something is, and which part of it a question asks for."""

from __future__ import annotations

import re

NAMING = frozenset(("called", "named", "known", "termed", "include", "includes", "including"))
"""Words that stand before what they bring, and are no part of it."""
CALLED = re.compile(
    r"\b(?:called|named|known as|termed|such as|like|include|includes|including) (?:the |an? )?[\"'‘“]?$"
)
"""What a name comes after."""
ALONE = re.compile(r"\b(?:is|are|was|were|by|called|named)(?: the| an?)? [\"'‘“]?$")
"""What the one name comes after that something has: `is called`, `maintained by`; of `works with` there are several."""
ASKS_FOR_OBJECT = re.compile(r"\b(?:do|does|did|can|could|may|might|should|must|will|would|has|have|had)\b")
"""Auxiliaries: a question with one has its subject in it."""
ORDER = re.compile(r"\b(?:before|after|next|previous|prior|following|than|difference|or)\b", re.IGNORECASE)
"""What asks for one of several by its place among them."""
BESIDE = re.compile(r"\b(?:after|before)\b([^,;?]*)", re.IGNORECASE)
"""What the one comes behind that another is next to, and that one."""
LEFT = re.compile(
    r"\b(?:no longer|instead of|rather than)(?: [a-z]{1,9}){0,3} $"
    r"|\b(?:mov|chang|switch|promot|renam|migrat|transfer|convert|upgrad|downgrad|rais|lower|reduc|increas|decreas)"
    r"[a-z]{1,5}\b[^.;]{0,40} from (?:the |an? )?$"
)
"""What is no longer so comes after: `moved from`, `no longer on the`."""
ASKS_FOR_LEFT = re.compile(
    r"\b(?:from|before|formerly|previous(?:ly)?|originally|used to|old|was|were|did)\b", re.IGNORECASE
)
"""What asks for what was."""
ASKS_HOW_OFTEN = re.compile(r"\bhow (?:often|frequently)\b", re.IGNORECASE)
EACH = re.compile(r"\bintervals? of $", re.IGNORECASE)
"""What a time comes after that says how often: not `within 5 seconds`."""
DEFINES = re.compile(
    r"[\w.-]{1,40}+[\"'”’*`)]{0,3}(?: \([^()\n]{1,40}\))?,? "
    r"(?:means?|refers? to|stands? for|denotes?|(?:is|are) (?:an?|the|any|one|what|how|when|where|who) )"
)
"""From the start of a word on, what says behind it what that is: `Full Value” means`, `a profile is a`."""
