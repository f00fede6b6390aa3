"""How many of the column's values match a regular expression of the source."""

from datetime import datetime

from catalog.connectors.protocol import Measure, Where
from quality.rules.checks.check import Answers, Check, Parameter, Parameters, Score, count, share, text
from quality.rules.checks.uniqueness import NOTHING

HELP = "A regular expression as the source reads it, for example ^[A-Z]{2}$ for two capital letters."


def measures(column: str, parameters: Parameters) -> tuple[Measure, ...]:
    fits = Where(column, "matches", parameters["pattern"])
    return Measure("valued", "count", column), Measure("fitting", "count", column, (fits,))


def score(answers: Answers, parameters: Parameters, now: datetime) -> Score:
    return share(count(answers, "fitting"), count(answers, "valued"), "values match", NOTHING)


CHECK = Check(
    name="pattern",
    label="Pattern",
    dimension="valid",
    sentence="{column} matches {pattern}",
    about="The share of the column's values that match a regular expression; missing values do not count.",
    measures=measures,
    score=score,
    parameters=(Parameter("pattern", "Pattern", HELP, text),),
)
