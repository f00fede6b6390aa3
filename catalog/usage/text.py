"""A statement without what stands in it as data, for people and for the parser. Knows no Django.

Literals and comments may hold data and secrets. Where it is not certain where a literal ends, all that
follows is taken for one.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import cache

LONGEST = 20_000  # letters that are looked at; a parser needs half a second for them
SHOWN = 4_000
MYSQL = "mysql"
STANDARD = {"postgres", "redshift", "duckdb", "sqlite", "trino", "tsql", "oracle"}  # no escapes in literals
PARTS = r"""
    (?P<more>/\*\s*,\s*\.\.\.\s*\*/)
  | (?P<comment>/\*(?:(?!/\*|\*/).)*\*/ | /\*.*\Z | --[^\n]*{hash})
  | (?P<text>{text} | \$(?P<tag>[^\W\d]?\w*)\$.*?(?:\$(?P=tag)\$|\Z))
  | (?P<place>\$\d+ | \?)
  | (?P<kept>"(?:[^"]|"")*" | `(?:[^`]|``)*` | \[[A-Za-z_][\w ]*\] | [^\W\d][\w$]*)
  | (?P<number>(?:\d[\d_]*\.?[\w]*|\.\d+\w*)(?:(?<=[eE])[+-]\d+)?)
  | (?P<odd>["`].*\Z)
"""
PLAIN = r"[eE]'(?:[^'\\]|\\.|'')*(?:'|\Z) | [bBnNxX]?'(?:[^']|'')*(?:'|\Z)"
EITHER = PLAIN + r""" | "[^"]*(?:"|\Z)"""
ESCAPED = r"""[bBnNxX]?'(?:[^'\\]|\\.|'')*(?:'|\Z) | "(?:[^"\\]|\\.|"")*(?:"|\Z)"""
SPREAD = re.compile(r"\(\s*(?:\?|'…')(?:\s*,\s*(?:\?|'…'|…))+\s*\)")
REPEATED = re.compile(r"(\(\?, …\))(?:\s*,\s*\(\?, …\))+")
ESCAPE = re.compile(r"""\\['"]""")


@dataclass(frozen=True)
class Statement:
    """`shown` to people, `parsable` with constants for its literals, `cut` where not all was looked at.

    `key` is the same for statements that differ in literals, comments and white space only.
    """

    shown: str
    parsable: str
    key: str
    cut: bool


@cache
def parts(dialect: str) -> re.Pattern[str]:
    """What a statement of this dialect is made of, as far as it matters here."""
    told = {"{text}": PLAIN if dialect in STANDARD else EITHER, "{hash}": ""}
    if dialect == MYSQL:
        told = {"{text}": ESCAPED, "{hash}": r"| \#[^\n]*"}
    pattern = PARTS
    for name, value in told.items():
        pattern = pattern.replace(name, value)
    return re.compile(pattern, re.VERBOSE | re.DOTALL)


def read(statement: str, dialect: str, database: str = "") -> Statement:
    """The statement without literals, of at most LONGEST letters."""
    looked = statement[:LONGEST]
    doubtful = None if dialect in STANDARD or dialect == MYSQL else ESCAPE.search(looked)
    if doubtful:  # whether the literal ends here depends on the engine
        looked = looked[: doubtful.start()]
    shown = parts(dialect).sub(lambda found: _replaced(found, "'…'", "?"), looked)
    parsable = parts(dialect).sub(lambda found: _replaced(found, "'1'", "1"), looked)
    shown = REPEATED.sub(r"\1", SPREAD.sub("(?, …)", shown)).strip().rstrip(";").strip()
    words = " ".join(shown.split())
    key = hashlib.sha256(f"{database}\n{words}".encode()).hexdigest()
    cut = len(statement) > LONGEST or bool(doubtful)
    return Statement(_shortened(shown), parsable.strip().rstrip(";"), key, cut)


def _replaced(found: re.Match[str], text: str, number: str) -> str:
    """One part of a statement, with these for a text and a number."""
    kind = found.lastgroup
    if kind == "kept":
        return found[0]
    if kind in {"comment", "more"}:
        return " " if kind == "comment" or number != "?" else ", …"
    if kind == "number":
        return number
    if kind == "place":
        return "?" if number == "?" else text
    return text


def _shortened(shown: str) -> str:
    return shown if len(shown) <= SHOWN else shown[: SHOWN - 1] + "…"
