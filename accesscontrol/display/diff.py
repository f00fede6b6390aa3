"""Two texts side by side, word by word: what went and what came."""

import re
from difflib import SequenceMatcher
from typing import NamedTuple

WORD = re.compile(r"\w+|\s+|[^\w\s]")
LONG = 4000  # words; beyond this a word diff says less than the two texts


class Piece(NamedTuple):
    """A stretch of text; `changed` means it is only on this side."""

    text: str
    changed: bool


def word_diff(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """Return the pieces of the old text and those of the new one; each side joins to its whole text."""
    before, after = WORD.findall(old), WORD.findall(new)
    if len(before) + len(after) > LONG:
        return _whole(old), _whole(new)
    left: list[Piece] = []
    right: list[Piece] = []
    for what, start, end, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        left.append(Piece("".join(before[start:end]), what != "equal"))
        right.append(Piece("".join(after[first:last]), what != "equal"))
    return [piece for piece in left if piece.text], [piece for piece in right if piece.text]


def _whole(text: str) -> list[Piece]:
    return [Piece(text, True)] if text else []
