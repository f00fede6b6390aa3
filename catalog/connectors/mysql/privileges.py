"""What an account may see at a server, and the statement that would give it what it lacks.

information_schema lists what the account may touch and nothing else. So a table that is not listed is proven
to be gone only where the account holds SELECT on the whole database, by itself or through a role that is
switched on. In doubt it is not proven: a server with partial revokes may take back what a global privilege
gives, and MySQL does not say what its roles hold.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, text

from catalog.connectors.protocol import Check

WHO = text("SELECT CURRENT_USER(), VERSION()")
PARTIAL_REVOKES = text("SHOW GLOBAL VARIABLES LIKE 'partial_revokes'")
OWN = text("SHOW GRANTS")  # of MariaDB with those of the roles that are switched on
QUOTED = r"`(?:[^`]|``)*`"
GRANT = re.compile(rf"GRANT (?P<held>.+?) ON (?P<on>\*|{QUOTED})\.\* TO (?P<holder>{QUOTED})", re.DOTALL)
ALL = "ALL PRIVILEGES"


@dataclass(frozen=True)
class Grants:
    """The privileges of one account: on everything, and by holder and pattern on databases that match it."""

    account: str
    everywhere: frozenset[str]
    patterns: Mapping[str, Mapping[str, frozenset[str]]]

    def hold(self, privilege: str, database: str) -> bool:
        """Whether the account surely has the privilege on all of a database.

        Of several patterns that match, the server looks at one only, so all of them must give it.
        """
        if privilege in self.everywhere:
            return True
        for patterns in self.patterns.values():
            given = [held for pattern, held in patterns.items() if like(pattern, database)]
            if given and all(privilege in held for held in given):
                return True
        return False

    def remedy(self, database: str) -> str:
        """The statement that lets the account see and read a database, views and their SQL included."""
        return f"GRANT SELECT, SHOW VIEW ON {pattern_of(database)}.* TO {grantee(self.account)};"

    def unproven(self, database: str) -> str:
        """Why tables of a database could be hidden, to a person; empty where none can be."""
        if self.hold("SELECT", database):
            return ""
        lacking = f"“{self.account}” is not known to hold SELECT on all of “{database}”"
        return f"{lacking}, so what is not listed may only be hidden from it. {self.remedy(database)}"


def grants(connection: Connection) -> Grants:
    """What the account of a connection holds."""
    account, version = connection.execute(WHO).one()
    if "MariaDB" not in version and any(value == "ON" for _, value in connection.execute(PARTIAL_REVOKES)):
        return Grants(account, frozenset(), {})
    return granted(account, [row[0] for row in connection.execute(OWN)])


def granted(account: str, statements: Iterable[str]) -> Grants:
    """What the server's own GRANT statements say; those on single tables prove nothing and are left out."""
    everywhere: frozenset[str] = frozenset()
    patterns: dict[str, dict[str, frozenset[str]]] = defaultdict(dict)
    for found in filter(None, map(GRANT.match, statements)):
        held = frozenset({"SELECT", "SHOW VIEW"} if found["held"] == ALL else found["held"].split(", "))
        if found["on"] == "*":
            everywhere |= held
        else:
            patterns[found["holder"]][found["on"][1:-1].replace("``", "`")] = held
    return Grants(account, everywhere, patterns)


def like(pattern: str, database: str) -> bool:
    """Whether a grant on `pattern` is about a database: % and _ are wild, but not after a backslash."""
    wild = {"%": ".*", "_": "."}
    parts = re.findall(r"\\[\\%_]|.", pattern, re.DOTALL)
    return bool(
        re.fullmatch("".join(wild.get(each) or re.escape(each[-1]) for each in parts), database, re.DOTALL)
    )


def pattern_of(database: str) -> str:
    """A database as GRANT wants it: alone, not as a pattern."""
    escaped = re.sub(r"([\\%_])", r"\\\1", database)
    return "`" + escaped.replace("`", "``") + "`"


def grantee(account: str) -> str:
    """`user@host` as the server writes it."""
    user, _, host = account.rpartition("@")
    return f"'{user}'@'{host}'"


def signed_in(account: str) -> list[Check]:
    """What is known once the server has answered."""
    root = account.startswith("root@")
    advice = f"“{account}” is the administrator: an account that may only read is enough." if root else ""
    return [
        Check("Reach the server", True),
        Check("Sign in", True, f"As “{account}”."),
        Check("Have no more rights than needed", not root, advice, needed=False),
    ]


def readable(held: Grants, database: str, count: int) -> list[Check]:
    """Whether the account surely sees and reads all of a database, and the SQL of its views."""
    seen, views = held.hold("SELECT", database), held.hold("SHOW VIEW", database)
    remedy = held.remedy(database)
    message = f"{count} tables and views." if seen else f"{count} tables and views; others may be hidden."
    return [
        Check(f"List and read all of “{database}”", seen, message, "" if seen else remedy),
        Check(
            f"Read the SQL of the views of “{database}”",
            views,
            "" if views else "Without SHOW VIEW it cannot be known what a view reads.",
            "" if views else remedy,
            needed=False,
        ),
    ]
