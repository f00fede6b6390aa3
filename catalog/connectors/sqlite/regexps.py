"""Regular expressions in a time that grows with the text alone, for SQLite brings none of its own.

Python's `re` may try for hours, holding the whole process. Here all ways through the expression are
followed at once, and what is learned is remembered. The syntax is Python's, without what needs a
memory of the text: groups referred to, looking ahead or behind, and possessive repetition. Pure.
"""

import re
from collections.abc import Callable, Iterable
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

MOST_PLACES = 5_000  # of one expression; {1000} writes its part a thousand times
MOST_LEARNED = 10_000
LOOKS = 4_096  # letters between two looks at the clock
END = -1
Places = frozenset[int]
Test = Callable[[str], bool]
CATEGORIES: dict[Any, Test] = {
    op.CATEGORY_DIGIT: str.isdecimal,
    op.CATEGORY_SPACE: str.isspace,
    op.CATEGORY_WORD: lambda letter: letter.isalnum() or letter == "_",
}
OPPOSITES = {
    op.CATEGORY_NOT_DIGIT: op.CATEGORY_DIGIT,
    op.CATEGORY_NOT_SPACE: op.CATEGORY_SPACE,
    op.CATEGORY_NOT_WORD: op.CATEGORY_WORD,
}


class Unreadable(ValueError):
    """The expression is wrong or asks for too much; the message says which, without quoting it."""


class Late(Exception):
    """The time is up."""


class Regexp:
    """An expression, to be found anywhere in a text; raises Unreadable."""

    def __init__(self, pattern: str) -> None:
        try:
            tree = parser.parse(pattern)
            self.tests: list[Test | None] = []  # of a place: the letters that lead on; None needs no letter
            self.ways: list[tuple[int, ...]] = []
            self.edges: dict[int, Any] = {}  # places that only hold at some edge of a text, line or word
            self.start = self.sequence(tree, END, tree.state.flags)
        except (re.error, RecursionError, OverflowError) as error:
            said = getattr(error, "msg", "too deep")
            raise Unreadable(f"The regular expression cannot be read: {said}.") from None
        self.after: dict[tuple[Places, str], Places] = {}
        self.reached: dict[tuple[Places, tuple[bool, ...]], Places] = {}

    def search(self, text: str, late: Callable[[], bool] = lambda: False) -> bool:
        """Whether the expression is found; raises Late when `late`, asked now and then, says so."""
        here: Places = frozenset()
        for at in range(len(text) + 1):
            if at % LOOKS == 0 and late():
                raise Late
            now = self.closure(here, edges(text, at) if self.edges else ())
            if END in now:
                return True
            if at < len(text):
                here = self.step(now, text[at])
        return False

    def step(self, places: Places, letter: str) -> Places:
        """Where a letter leads."""
        key = (places, letter)
        if key not in self.after:
            if len(self.after) >= MOST_LEARNED:
                self.after.clear()
            led = (at for at in places if at != END and (test := self.tests[at]) and test(letter))
            self.after[key] = frozenset(way for at in led for way in self.ways[at])
        return self.after[key]

    def closure(self, places: Places, edge: tuple[bool, ...]) -> Places:
        """The places and all that they lead to without a letter; a match may begin anywhere."""
        key = (places, edge)
        if key not in self.reached:
            if len(self.reached) >= MOST_LEARNED:
                self.reached.clear()
            waiting, found = [self.start, *places], set()
            while waiting:
                at = waiting.pop()
                if at in found:
                    continue
                found.add(at)
                if at != END and self.tests[at] is None and (at not in self.edges or edge[self.edges[at]]):
                    waiting.extend(self.ways[at])
            self.reached[key] = frozenset(found)
        return self.reached[key]

    def place(self, test: Test | None, *ways: int) -> int:
        """A new place."""
        if len(self.tests) >= MOST_PLACES:
            raise Unreadable("The regular expression is too long once its repetitions are written out.")
        self.tests.append(test)
        self.ways.append(ways)
        return len(self.tests) - 1

    def sequence(self, parts: Iterable[tuple[Any, Any]], then: int, flags: int) -> int:
        """The place where the parts begin that end at `then`."""
        for code, value in reversed(list(parts)):
            then = self.part(code, value, then, flags)
        return then

    def part(self, code: Any, value: Any, then: int, flags: int) -> int:
        if code is op.BRANCH:
            return self.place(None, *(self.sequence(each, then, flags) for each in value[1]))
        if code is op.SUBPATTERN:
            _, added, removed, inner = value
            return self.sequence(inner, then, (flags | added) & ~removed)
        if code in {op.MAX_REPEAT, op.MIN_REPEAT}:
            return self.repeated(value, then, flags)
        if code is op.AT:
            made = self.place(None, then)
            self.edges[made] = edge_of(value, flags)
            return made
        return self.place(letter(code, value, flags), then)

    def repeated(self, value: tuple[int, Any, Any], then: int, flags: int) -> int:
        """Repetition written out: first those that must be, then those that may."""
        least, most, inner = value
        if most is op.MAXREPEAT:
            start = self.place(None)
            self.ways[start] = (self.sequence(inner, start, flags), then)
        else:
            start = then
            for _ in range(most - least):
                start = self.place(None, self.sequence(inner, start, flags), then)
        for _ in range(least):
            start = self.sequence(inner, start, flags)
        return start


def letter(code: Any, value: Any, flags: int) -> Test:
    """Whether one letter is what this part wants."""
    if code is op.ANY:
        return (lambda each: True) if flags & re.DOTALL else (lambda each: each != "\n")
    if code is op.IN:
        wanted = [one(kind, each, flags) for kind, each in value if kind is not op.NEGATE]
        plain = in_any_case(lambda each: any(test(each) for test in wanted), flags)
        return (lambda each: not plain(each)) if value[0][0] is op.NEGATE else plain
    if code is op.NOT_LITERAL:
        other = in_any_case(one(op.LITERAL, value, flags), flags)
        return lambda each: not other(each)
    return in_any_case(one(code, value, flags), flags)


def one(code: Any, value: Any, flags: int) -> Test:
    if code is op.LITERAL:
        return lambda each: ord(each) == value
    if code is op.RANGE:
        return lambda each: value[0] <= ord(each) <= value[1]
    if code is op.CATEGORY:
        known = CATEGORIES[OPPOSITES.get(value, value)]
        plain = (lambda each: each.isascii() and known(each)) if flags & re.ASCII else known
        return (lambda each: not plain(each)) if value in OPPOSITES else plain
    raise Unreadable("The regular expression refers to groups, looks around or repeats possessively.")


def in_any_case(test: Test, flags: int) -> Test:
    if not flags & re.IGNORECASE:
        return test
    return lambda each: any(len(way) == 1 and test(way) for way in (each, each.lower(), each.upper()))


def edges(text: str, at: int) -> tuple[bool, ...]:
    """What holds between two letters, in the order that `edge_of` counts."""
    before, after = text[at - 1 : at] if at else "", text[at : at + 1]
    last = not after or (after == "\n" and at == len(text) - 1)
    inside, outside = word(before), word(after)
    ascii_inside, ascii_outside = inside and before.isascii(), outside and after.isascii()
    return (
        not before,
        not before or before == "\n",
        last,
        not after or after == "\n",
        not after,
        inside != outside,
        inside == outside,
        ascii_inside != ascii_outside,
        ascii_inside == ascii_outside,
    )


def edge_of(code: Any, flags: int) -> int:
    lines, plain = bool(flags & re.MULTILINE), 2 if flags & re.ASCII else 0
    return {
        op.AT_BEGINNING: 1 if lines else 0,
        op.AT_BEGINNING_STRING: 0,
        op.AT_END: 3 if lines else 2,
        op.AT_END_STRING: 4,
        op.AT_BOUNDARY: 5 + plain,
        op.AT_NON_BOUNDARY: 6 + plain,
    }[code]


def word(letter: str) -> bool:
    """Whether there is a letter, and it is one of a word."""
    return bool(letter) and CATEGORIES[op.CATEGORY_WORD](letter)
