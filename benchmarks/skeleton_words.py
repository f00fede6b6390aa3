"""Made-up words and texts, of which some occur everywhere and most hardly ever. Knows no Django.

Words are of one length, and of letters that English word endings are not made of: so a search by stems
and a search by letters find the same, and can be compared.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, product
from random import Random

CONSONANTS, VOWELS = "bdgkmptvz", "aou"
WORDS = 3000
LONGEST, SHORTEST = 18, 8  # words of a description


@dataclass(frozen=True)
class Text:
    name: str
    description: str

    @property
    def words(self) -> set[str]:
        return {*self.name.replace("_", ".").split("."), *self.description.split()}


@dataclass(frozen=True)
class Queries:
    """What somebody types: terms that many, some and few texts hold, and the beginning of a word."""

    broad: str
    two_words: str
    rare: str
    prefix: str


def texts(count: int, dice: Random) -> list[Text]:
    """Return texts with distinct names; the word of rank n is 1/n as frequent as the first (Zipf)."""
    syllables = [a + b for a, b in product(CONSONANTS, VOWELS)]
    words = ["".join(each) for each in product(syllables, repeat=3)]
    dice.shuffle(words)
    words = words[:WORDS]
    weights = list(accumulate(1 / (rank + 5) for rank in range(WORDS)))

    def some(number: int) -> list[str]:
        return dice.choices(words, cum_weights=weights, k=number)

    return [
        Text(
            name=f"{some(1)[0]}.{'_'.join(some(2))}_{at}",
            description=" ".join(some(dice.randint(SHORTEST, LONGEST))),
        )
        for at in range(count)
    ]


def queries(made: Iterable[Text]) -> Queries:
    """Choose by how many texts hold a term: a fifth of them, a fiftieth, and six."""
    texts = [text.words for text in made]
    held = count(texts)
    broad, other = nearest(held, len(texts) / 5, 2)
    beside = count(words - {other} for words in texts if other in words)
    return Queries(
        broad=broad,
        two_words=f"{other} {nearest(beside, len(texts) / 50, 1)[0]}",
        rare=nearest(held, 6, 1)[0],
        prefix=beginning(held, len(texts) / 50),
    )


def count(texts: Iterable[set[str]]) -> Counter[str]:
    """Return how many texts hold each word; a number is no word."""
    return Counter(word for words in texts for word in words if word.isalpha())


def nearest(held: Counter[str], wanted: float, count: int) -> list[str]:
    return sorted(held, key=lambda word: (abs(held[word] - wanted), word))[:count]


def beginning(held: Counter[str], wanted: float) -> str:
    """Return five letters that stand in no word but at its beginning."""
    for word in nearest(held, wanted, 200):
        if all(word[:5] not in other[1:] for other in held):
            return word[:5]
    raise ValueError("Every beginning stands inside another word too.")
