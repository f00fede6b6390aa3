"""From a script to its statements, as far as sqlglot can read them."""

import logging
import re

import sqlglot
from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.normalize_identifiers import normalize_identifiers
from sqlglot.tokenizer_core import TokenType

OTHER_HALF = {"athena": "hive"}  # Athena quotes names one way in DDL and the other in queries
QUOTED = re.compile(r"'((?:[^']|'')*)'")
NO_DATA = re.compile(r"\bWITH\s+(NO\s+)?DATA\s*$", re.IGNORECASE)
STORING = re.compile(r"\s*(OR\s+REPLACE\s+)?(\w+\s+){0,2}(TABLE|VIEW)\b", re.IGNORECASE)
# Statements that sqlglot leaves as text and that move no data.
HARMLESS = {
    "ANALYZE", "BEGIN", "COMMENT", "DESC", "EXPLAIN", "GRANT", "RENAME", "RESET", "REVOKE", "SET", "SHOW",
    "UNCACHE", "VACUUM",
}  # fmt: skip
BRACKETS = (TokenType.L_BRACKET, TokenType.R_BRACKET)
UNREADABLE = (SqlglotError, RecursionError, ValueError)  # ValueError: an unknown dialect


class WithoutStatements(logging.Filter):
    """sqlglot logs whole statements that it does not know; their literals may be personal data."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep everything but those."""
        return "contains unsupported syntax" not in record.getMessage()


logging.getLogger("sqlglot").addFilter(WithoutStatements())


class Parser:
    """Reads scripts of one dialect. `warnings` tells what could not be read, without quoting it."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect
        self.warnings: list[str] = []

    def statements(self, sql: str) -> list[exp.Expr]:
        """The statements; if the whole cannot be parsed, those that can."""
        try:
            found = parsed(sql, self.dialect)
        except UNREADABLE:
            found = [each for part in self.parts(sql) for each in self.attempted(part)]
        return [inner for each in found for inner in self.opened(each)]

    def attempted(self, sql: str) -> list[exp.Expr]:
        """A part of a script, read in another way if it must be, or a warning."""
        failure: Exception = ValueError()
        for text, dialect in ((sql, self.dialect), *self.other_ways(sql)):
            try:
                return parsed(text, dialect)
            except UNREADABLE as error:
                failure = error
        self.warnings.append(unparsed(failure))
        return []

    def other_ways(self, sql: str) -> list[tuple[str, str]]:
        """What to try with SQL that sqlglot refuses."""
        if self.dialect in OTHER_HALF:
            return [(sql, OTHER_HALF[self.dialect])]
        plainer = self.plainer(sql)
        return [(plainer, self.dialect)] if plainer != sql else []

    def plainer(self, sql: str) -> str:
        """Without what sqlglot stumbles over in PostgreSQL: `oid[]` becomes `oid`, LATERAL ROWS FROM
        loses the first word (it says nothing: functions see the tables beside them anyway).
        """
        try:
            tokens = Dialect.get_or_raise(self.dialect).tokenize(sql)
        except UNREADABLE:
            return sql
        for before, one, two in reversed(list(zip(tokens, tokens[1:], tokens[2:], strict=False))):
            if (one.token_type, two.token_type) == BRACKETS and before.token_type != TokenType.ARRAY:
                sql = sql[: one.start] + sql[two.end + 1 :]
            elif one.token_type == TokenType.LATERAL and two.text.upper() == "ROWS":
                sql = sql[: one.start] + sql[one.end + 1 :]
        return sql

    def opened(self, statement: exp.Expr) -> list[exp.Expr]:
        """A statement, followed by those inside it that sqlglot leaves as text."""
        return [statement, *(each for text in texts(statement) for each in self.attempted(text))]

    def parts(self, sql: str) -> list[str]:
        """The script cut at its semicolons."""
        try:
            tokens = Dialect.get_or_raise(self.dialect).tokenize(sql)
        except UNREADABLE as error:
            self.warnings.append(unparsed(error))
            return []
        ends = [each.start for each in tokens if each.token_type == TokenType.SEMICOLON]
        starts = [0, *(end + 1 for end in ends)]
        found = [sql[start:end] for start, end in zip(starts, [*ends, len(sql)], strict=True)]
        return [part for part in found if part.strip()]


def parsed(sql: str, dialect: str) -> list[exp.Expr]:
    """The statements with their identifiers in the case that the dialect gives them."""
    found = [each for each in sqlglot.parse(sql, dialect=dialect) if each is not None]
    return [normalize_identifiers(each, dialect=dialect) for each in found]


def texts(statement: exp.Expr) -> list[str]:
    """The SQL inside BEGIN (of a procedure), UNLOAD ('...') and before WITH NO DATA, left unparsed."""
    found = []
    for command in statement.find_all(exp.Command):
        text = command.args.get("expression") or ""
        text = text.name if isinstance(text, exp.Expr) else str(text)
        if command.name.upper() == "BEGIN":
            found.append(text)
        if command.name.upper() == "UNLOAD" and (quoted := QUOTED.search(text)):
            found.append(quoted[1].replace("''", "'"))
        if command.name.upper() == "CREATE" and NO_DATA.search(text):
            found.append(f"CREATE {NO_DATA.sub('', text)}")
    return found


def is_understood(statement: exp.Expr) -> bool:
    """Whether a statement's lineage can be told, be it that it has none."""
    if not isinstance(statement, exp.Command) or texts(statement):
        return True
    name = statement.name.upper()
    return name in HARMLESS or (name == "CREATE" and not STORING.match(str(statement.args.get("expression"))))


def unparsed(error: Exception) -> str:
    """Where parsing failed."""
    first = (getattr(error, "errors", None) or [{}])[0]
    if first.get("line"):
        return f"The SQL could not be parsed at line {first['line']}, column {first['col']}."
    return "The SQL could not be parsed."
