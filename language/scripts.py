"""Scripts: which letters are of which, and which are written without blanks between words."""

from __future__ import annotations

import unicodedata

HAN = "\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
HIRAGANA = "\u3041-\u309f"
KATAKANA = "\u30a0-\u30ff\u31f0-\u31ff\uff66-\uff9f"
HANGUL = "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"
SOUTH_EAST = "\u0e01-\u0e5b\u0e81-\u0edf\u1000-\u109f\u1780-\u17dd"
"""Thai, Lao, Burmese, Khmer."""
CYRILLIC = "\u0400-\u052f"
GREEK = "\u0370-\u03ff\u1f00-\u1fff"
ARABIC = "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff"
HEBREW = "\u0590-\u05ff"
DEVANAGARI = "\u0900-\u0963\u0966-\u097f"
ARMENIAN = "\u0530-\u058f"
TAMIL = "\u0b80-\u0bff"

MARKS = "".join(chr(code) for code in range(0x300, 0xFE30) if unicodedata.category(chr(code)) in ("Mn", "Mc"))
"""Vowel signs and accents, which belong to the letter before them."""
JOINERS = "\u00ad\u200c\u200d\u2060"
"""What is not seen within a word: the soft hyphen and its kin."""
LETTER = rf"[\w{MARKS}{JOINERS}]"
"""What words are made of: letters, digits, `_`, marks."""
