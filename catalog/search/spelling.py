"""Queries as somebody may have meant them, of words that stand in some name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import reduce
from itertools import product
from operator import or_

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Q
from django.db.models.functions import Greatest

from catalog.search.language import Phrase, Word, leaves, parse
from catalog.search.models import Word as Known

MEANT, CANDIDATES, ALIKE, MOST_WORDS = 3, 60, 0.6, 3
LETTERS = r"[^\W\d_]"


def nearly(typed: str) -> list[str]:
    """The query with each word that stands in no name replaced by one that does, the likeliest first.

    This says nothing of who may see what: whoever shows one asks whether it finds anything.
    """
    words = _words(typed)
    known = set(Known.objects.filter(word__in=words).values_list("word", flat=True))
    odd = [word for word in words if word not in known]
    if not odd:
        return []
    candidates = _candidates(odd)
    choices = [[(word, other) for other in _alike(word, candidates)] for word in odd]
    pairs = product(*[some for some in choices if some])
    return [_replaced(typed, each) for each in pairs if each][:MEANT]


def _words(typed: str) -> list[str]:
    texts = [leaf.text for leaf in leaves(parse(typed)) if isinstance(leaf, Word | Phrase)]
    words = [word for text in texts for word in re.findall(LETTERS + "{3,40}", text.lower())]
    return list(dict.fromkeys(words))[:MOST_WORDS]


def _candidates(words: Sequence[str]) -> list[str]:
    """Trigrams find them, by the index; two swapped letters leave few, but mostly the first two letters."""
    near = reduce(or_, [Q(word__trigram_similar=word) | Q(word__startswith=word[:2]) for word in words])
    likeness = [TrigramSimilarity("word", word) for word in words]
    best = Greatest(*likeness) if likeness[1:] else likeness[0]
    rows = Known.objects.filter(near).annotate(best=best).order_by("-best", "word")
    return list(dict.fromkeys(rows.values_list("word", flat=True)[:CANDIDATES]))


def _alike(word: str, candidates: Sequence[str]) -> list[str]:
    """Trigrams judge swapped letters harshly: the order is by what two words have in common."""
    alike = {each: SequenceMatcher(None, each, word).ratio() for each in candidates}
    found = [each for each in candidates if alike[each] >= ALIKE]
    return sorted(found, key=lambda each: (-alike[each], each))[:MEANT]


def _replaced(typed: str, pairs: Sequence[tuple[str, str]]) -> str:
    for word, other in pairs:
        whole = f"(?<!{LETTERS}){word}(?!{LETTERS})"
        typed = re.sub(whole, other, typed, flags=re.IGNORECASE)
    return typed
