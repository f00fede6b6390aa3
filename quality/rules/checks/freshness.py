"""Whether the column's latest moment is young enough; above, the share of the allowed age to the real one."""

from datetime import UTC, date, datetime, time, timedelta

from catalog.connectors.protocol import Measure
from quality.rules.checks.check import (
    Answers,
    Check,
    NotMeasured,
    Parameter,
    Parameters,
    Score,
    count,
    positive,
)


def measures(column: str, parameters: Parameters) -> tuple[Measure, ...]:
    return Measure("valued", "count", column), Measure("latest", "max", column)


def score(answers: Answers, parameters: Parameters, now: datetime) -> Score:
    latest = moment(answers["latest"])
    allowed = timedelta(hours=int(str(parameters["hours"])))
    age = now - latest
    value = 1.0 if age <= allowed else allowed / age
    return Score(value, count(answers, "valued"), f"the latest is of {latest:%Y-%m-%d %H:%M} UTC")


def moment(latest: object) -> datetime:
    """Return the answer as a moment: a day ends at its end, a time without a zone is read as UTC."""
    if isinstance(latest, datetime):
        return latest.astimezone(UTC) if latest.tzinfo else latest.replace(tzinfo=UTC)
    if isinstance(latest, date):
        return datetime.combine(latest, time.max, UTC)
    if latest is None:
        raise NotMeasured("The column has no values, so there is no latest one.")
    raise NotMeasured("The column's latest value is not a moment that can be compared with now.")


def hours(raw: object) -> int:
    """Read an age; ten years are long enough."""
    value = positive(raw)
    if value > 87_600:
        raise ValueError("Write at most 87,600 hours, ten years.")
    return value


CHECK = Check(
    name="freshness",
    label="Freshness",
    dimension="timely",
    sentence="{column} is younger than {hours} h",
    about="Whether the latest moment in the column is young enough.",
    measures=measures,
    score=score,
    parameters=(Parameter("hours", "Oldest, in hours", "24 asks for something of the last day.", hours),),
)
