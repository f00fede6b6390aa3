"""The language of the search: what somebody typed, as a tree. Knows no Django.

    orders "net revenue" kind:table -status:deprecated (owner:me OR team:"Data platform") tier<=2

Words that stand beside each other must all be there; OR binds less than that, and parentheses bind first.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from catalog.search.fields import FIELDS, fault, field_of

LONGEST, DEEPEST = 1000, 20  # letters, parentheses inside each other
SEPARATORS = str.maketrans("._/:-", "     ")  # as the index takes names apart
TOKEN = re.compile(
    r'(?P<space>\s+)|(?P<open>\()|(?P<close>\))|(?P<phrase>"[^"]*")|(?P<quote>")'
    r"|(?P<field>[A-Za-z_]+(?::(?!//)(?:>=|<=|>|<|=)?|>=|<=|>|<|=))"
    r'|(?P<minus>-(?=[^\s)-]))|(?P<word>[^\s()"]+)'
)


class BadQuery(ValueError):
    """What is wrong with a query, and at which letter of it, from 1."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(f"{message} (at letter {position})")
        self.message, self.position = message, position


@dataclass(frozen=True)
class Word:
    """A word of the text; several where a name was written, such as shop.orders. `begins`: or longer ones."""

    text: str
    begins: bool = False


@dataclass(frozen=True)
class Phrase:
    """Words in this order, one right after the other."""

    text: str


@dataclass(frozen=True)
class Comparison:
    """A comparison with a field; the operator is one of = < <= > >=."""

    field: str
    operator: str
    value: str


@dataclass(frozen=True)
class Not:
    part: "Node"


@dataclass(frozen=True)
class All:
    parts: tuple["Node", ...]


@dataclass(frozen=True)
class AnyOf:
    parts: tuple["Node", ...]


Node = Word | Phrase | Comparison | Not | All | AnyOf


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    at: int  # from 1


def parse(typed: str) -> Node | None:
    """The tree of a query; None when nothing is asked. Raises BadQuery."""
    typed = typed.replace("\0", " ")
    if len(typed) > LONGEST:
        raise BadQuery(f"A query has at most {LONGEST} letters", LONGEST + 1)
    tokens = list(tokens_of(typed))
    if not tokens:
        return None
    reader = Reader(tokens, len(typed) + 1)
    tree = reader.alternatives(0)
    if reader.left:
        raise BadQuery("No parenthesis was opened before this one", reader.next.at)
    return with_beginning(tree, typed)


def tokens_of(typed: str) -> Iterator[Token]:
    for found in TOKEN.finditer(typed):
        kind, text, at = str(found.lastgroup), found[0], found.start() + 1
        if kind == "quote":
            raise BadQuery("This quote is not closed", at)
        if kind == "field" and not _is_field(text):
            if ":" in text:
                raise BadQuery(
                    f"There is no field {text.partition(':')[0]!r}. Known: {', '.join(FIELDS)}", at
                )
            kind = "word"
        if kind == "word" and text in ("AND", "OR", "NOT", "or"):
            kind = text.upper()
        if kind != "space":
            yield Token(kind, text, at)


def _is_field(text: str) -> bool:
    return field_of(re.split("[:<>=]", text)[0]) is not None


@dataclass
class Reader:
    """Reads tokens from the left; `end` is where the query ends."""

    tokens: list[Token]
    end: int
    place: int = 0

    @property
    def left(self) -> bool:
        return self.place < len(self.tokens)

    @property
    def next(self) -> Token:
        return self.tokens[self.place] if self.left else Token("end", "", self.end)

    def take(self) -> Token:
        token = self.next
        self.place += 1
        return token

    def alternatives(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise BadQuery("Too many parentheses stand inside each other", self.next.at)
        parts = [self.together(depth)]
        while self.next.kind == "OR":
            self.take()
            parts.append(self.together(depth))
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def together(self, depth: int) -> Node:
        parts = [self.one(depth)]
        while self.next.kind not in ("OR", "close", "end"):
            if self.next.kind == "AND":
                self.take()
            parts.append(self.one(depth))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def one(self, depth: int) -> Node:
        token = self.take()
        if token.kind in ("minus", "NOT"):
            if depth > DEEPEST:
                raise BadQuery("Too many signs of negation stand before each other", token.at)
            return Not(self.one(depth + 1))
        if token.kind == "open":
            return self.group(token, depth)
        if token.kind == "field":
            return self.test(token)
        if token.kind == "phrase":
            return Phrase(token.text[1:-1])
        if token.kind == "word":
            return Word(token.text.rstrip("*"), begins=token.text.endswith("*"))
        told = (
            "A word is missing at the end"
            if token.kind == "end"
            else f"A word is missing before {token.text!r}"
        )
        raise BadQuery(told, token.at)

    def group(self, opened: Token, depth: int) -> Node:
        inside = self.alternatives(depth + 1)
        if self.take().kind != "close":
            raise BadQuery("This parenthesis is not closed", opened.at)
        return inside

    def test(self, named: Token) -> Node:
        """A field with its value, or with several of which one must fit: kind:table,view."""
        value = self.take()
        if value.kind not in ("word", "phrase", "AND", "OR", "NOT"):
            raise BadQuery(f"A value is missing after {named.text!r}", named.at + len(named.text))
        name = str(field_of(re.split("[:<>=]", named.text)[0]))
        operator = re.sub("[^<>=]", "", named.text) or "="
        values = [value.text[1:-1]] if value.kind == "phrase" else value.text.split(",")
        parts = tuple(_test(name, operator, each, value.at) for each in values if each)
        if not parts:
            raise BadQuery(f"A value is missing after {named.text!r}", value.at)
        return parts[0] if len(parts) == 1 else AnyOf(parts)


def _test(name: str, operator: str, value: str, at: int) -> Comparison:
    value = value if FIELDS[name].kind == "text" and value.lower() not in ("none", "any") else value.lower()
    wrong = fault(name, operator, value)
    if wrong:
        raise BadQuery(wrong.rstrip("."), at)
    return Comparison(name, operator, value)


def with_beginning(tree: Node, typed: str) -> Node:
    """The last plain word is taken as a beginning, as it may still be typed, where all must be there."""
    if not re.search(r"\w\Z", typed) or not isinstance(tree, Word | All):
        return tree
    if isinstance(tree, Word):
        return Word(tree.text, begins=True)
    *others, last = tree.parts
    return All((*others, Word(last.text, begins=True))) if isinstance(last, Word) else tree


def leaves(tree: Node | None) -> Iterator[Word | Phrase | Comparison]:
    """What a tree asks for, without what it refuses."""
    if isinstance(tree, All | AnyOf):
        for part in tree.parts:
            yield from leaves(part)
    elif isinstance(tree, Word | Phrase | Comparison):
        yield tree


def names_removed(tree: Node | None) -> bool:
    """Whether it asks for what its source does not have any more."""
    return Comparison("status", "=", "removed") in set(leaves(tree))


def words_alone(tree: Node | None) -> bool:
    """Whether no field is asked for: only then it can be asked of people, terms and products."""
    if isinstance(tree, Not):
        return words_alone(tree.part)
    if isinstance(tree, All | AnyOf):
        return all(words_alone(part) for part in tree.parts)
    return not isinstance(tree, Comparison)
