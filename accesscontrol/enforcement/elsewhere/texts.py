"""The same rules for engines that the portal does not reach: text to be read, tested and run by hand."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from accesscontrol.enforcement.elsewhere import bigquery, snowflake, trino
from accesscontrol.enforcement.wanted import Wanted

NOT_RUN = "Not run here: the portal has not tried this on {engine}. Test it before you rely on it."


class Text(NamedTuple):
    """A kind of engine, its name for people, and what writes its text."""

    label: str
    write: Callable[[Wanted], str]


def sql(statements: Callable[[Wanted], Iterable[str]]) -> Callable[[Wanted], str]:
    def write(wanted: Wanted) -> str:
        return "".join(f"{each};\n" for each in statements(wanted))

    return write


TEXTS: Mapping[str, Text] = {
    "snowflake": Text("Snowflake", sql(snowflake.statements)),
    "bigquery": Text("BigQuery", sql(bigquery.statements)),
    "trino": Text("Trino", trino.rules),
}


def written(kind: str, wanted: Wanted) -> str:
    """Return the text for a kind of engine, with its warning at the head."""
    found = TEXTS[kind]
    warning = NOT_RUN.format(engine=found.label)
    if kind == "trino":  # JSON has no comments; Trino ignores no unknown key either, so it stands before
        return f"// {warning} Remove this line.\n{found.write(wanted)}\n"
    return f"-- {warning}\n{found.write(wanted)}"
