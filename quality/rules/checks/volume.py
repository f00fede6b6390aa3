"""Whether the table holds as many rows as it should; below, the share of them that are there."""

from datetime import datetime

from catalog.connectors.protocol import Measure
from quality.rules.checks.check import Answers, Check, Parameter, Parameters, Score, count, positive


def measures(column: str, parameters: Parameters) -> tuple[Measure, ...]:
    return (Measure("rows", "count"),)


def score(answers: Answers, parameters: Parameters, now: datetime) -> Score:
    rows, minimum = count(answers, "rows"), int(str(parameters["minimum"]))
    return Score(min(1.0, rows / minimum), rows, f"{rows:,} rows, at least {minimum:,} wanted")


CHECK = Check(
    name="volume",
    label="Volume",
    dimension="complete",
    sentence="at least {minimum} rows",
    about="How much of a minimum number of rows is there.",
    measures=measures,
    score=score,
    parameters=(Parameter("minimum", "Fewest rows", "With fewer rows the share falls below 1.", positive),),
    needs_column=False,
)
