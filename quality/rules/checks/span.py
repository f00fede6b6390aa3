"""How many of the column's values lie between two bounds, the bounds included."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from catalog.connectors.protocol import Measure, Where
from quality.rules.checks.check import Answers, Check, Parameter, Parameters, Score, count, share, text
from quality.rules.checks.uniqueness import NOTHING

HELP = "A number, or a date such as 2026-01-31. Leave one bound empty for none."


def bound(raw: object) -> str:
    """Read a number or an ISO date; kept as text, for the source to read in the column's type."""
    value = text(raw).strip()
    if is_number(value) or is_moment(value):
        return value
    raise ValueError("Write a number, or a date as 2026-01-31.")


def is_number(value: str) -> bool:
    try:
        return Decimal(value).is_finite()
    except InvalidOperation:
        return False


def is_moment(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def problems(parameters: Parameters) -> dict[str, str]:
    low, high = (str(parameters.get(name, "")) for name in ("lowest", "highest"))
    if not low and not high:
        return {"lowest": "Give at least one bound."}
    if low and high and is_number(low) != is_number(high):
        return {"highest": "Both bounds must be numbers, or both dates."}
    if low and high and above(low, high):
        return {"highest": "The highest value is below the lowest."}
    return {}


def above(low: str, high: str) -> bool:
    if is_number(low):
        return Decimal(low) > Decimal(high)
    return day(low) > day(high)


def day(value: str) -> date:
    """Dates and moments, with and without a zone, compare by their day only."""
    return datetime.fromisoformat(value).date()


def measures(column: str, parameters: Parameters) -> tuple[Measure, ...]:
    where: list[Where] = []
    if "lowest" in parameters:
        where.append(Where(column, "ge", parameters["lowest"]))
    if "highest" in parameters:
        where.append(Where(column, "le", parameters["highest"]))
    return Measure("valued", "count", column), Measure("within", "count", column, tuple(where))


def score(answers: Answers, parameters: Parameters, now: datetime) -> Score:
    return share(count(answers, "within"), count(answers, "valued"), "values lie within", NOTHING)


CHECK = Check(
    name="span",
    label="Range",
    dimension="valid",
    sentence="{column} lies between {lowest} and {highest}",
    about="The share of the column's values between two bounds; missing values do not count.",
    measures=measures,
    score=score,
    parameters=(
        Parameter("lowest", "Lowest", HELP, bound, required=False),
        Parameter("highest", "Highest", HELP, bound, required=False),
    ),
    problems=problems,
)
