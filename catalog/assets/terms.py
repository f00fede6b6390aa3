"""What somebody typed, as PostgreSQL can search it. Knows no Django."""

import re
from typing import NamedTuple

LONGEST = 300
SEPARATORS = str.maketrans("._/:", "    ")  # as the search vector takes names apart


class Terms(NamedTuple):
    """`words` for websearch_to_tsquery, and the beginning of a word that is still being typed."""

    words: str
    prefix: str


def terms_of(typed: str) -> Terms:
    """Quotes, OR and a leading minus keep their meaning; the last plain word is taken as a beginning."""
    text = re.sub(r"(?<=\w)-", " ", typed[:LONGEST].replace("\x00", "").translate(SEPARATORS))
    words = text.split()
    if not words or text[-1].isspace() or not _plain(text, words):
        return Terms(" ".join(words), "")
    return Terms(" ".join(words[:-1]), words[-1])


def _plain(text: str, words: list[str]) -> bool:
    """Whether the last word is one of several that must all be there, outside of any quotes."""
    alternatives = "or" in (word.lower() for word in words)
    return not alternatives and text.count('"') % 2 == 0 and bool(re.fullmatch(r"\w+", words[-1]))
