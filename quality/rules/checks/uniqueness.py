"""How many of the column's values are different."""

from datetime import datetime

from catalog.connectors.protocol import Measure
from quality.rules.checks.check import Answers, Check, Parameters, Score, count, share

NOTHING = "The column has no values, so there is no share."


def measures(column: str, parameters: Parameters) -> tuple[Measure, ...]:
    return Measure("valued", "count", column), Measure("distinct", "count_distinct", column)


def score(answers: Answers, parameters: Parameters, now: datetime) -> Score:
    return share(count(answers, "distinct"), count(answers, "valued"), "values are different", NOTHING)


CHECK = Check(
    name="uniqueness",
    label="Uniqueness",
    dimension="unique",
    sentence="{column} has no value twice",
    about="The share of different values among the column's values; missing values do not count.",
    measures=measures,
    score=score,
)
