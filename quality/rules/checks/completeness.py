"""How many rows have a value in the column."""

from datetime import datetime

from catalog.connectors.protocol import Measure
from quality.rules.checks.check import Answers, Check, Parameters, Score, count, share


def measures(column: str, parameters: Parameters) -> tuple[Measure, ...]:
    return Measure("rows", "count"), Measure("valued", "count", column)


def score(answers: Answers, parameters: Parameters, now: datetime) -> Score:
    return share(count(answers, "valued"), count(answers, "rows"), "rows have a value")


CHECK = Check(
    name="completeness",
    label="Completeness",
    dimension="complete",
    sentence="{column} is filled in",
    about="The share of rows with a value in the column.",
    measures=measures,
    score=score,
)
