"""Queries as somebody may have meant them, of words that stand in some name."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
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


def nearly(typed: str, finding: Callable[[Sequence[str]], set[str]]) -> list[str]:
    """The query with each word that finds nothing replaced by one of some name, the likeliest first.

    `finding` tells which words find something that the reader sees; a hidden one must not look spelled right.
    This says nothing else of who may see what: whoever shows a query asks whether it finds anything.
    """
    words = _words(typed)
    known = finding(words) if words else set()
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
    alike = {each: SequenceMatcher(None, each, word).ratio() for each in candidates if each != word}
    found = [each for each in alike if alike[each] >= ALIKE]
    return sorted(found, key=lambda each: (-alike[each], each))[:MEANT]


def _replaced(typed: str, pairs: Sequence[tuple[str, str]]) -> str:
    for word, other in pairs:
        whole = f"(?<!{LETTERS}){word}(?!{LETTERS})"
        typed = re.sub(whole, other, typed, flags=re.IGNORECASE)
    return typed
