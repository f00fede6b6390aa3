"""What a kind of check is: parameters in, aggregates out, a share between 0 and 1 back. Knows no Django."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from catalog.connectors.protocol import Measure

Parameters = Mapping[str, object]
Answers = Mapping[str, object]
LONGEST = 1000  # characters of a parameter


class NotMeasured(Exception):
    """The source answered, and still no share can be told from it; the message says why."""


@dataclass(frozen=True)
class Score:
    """`value` is the share that is as it should be; `counted` how many rows or values were judged."""

    value: float
    counted: int
    detail: str


@dataclass(frozen=True)
class Parameter:
    """One thing that a rule of this kind must, or may, say. `read` raises ValueError with a sentence."""

    name: str
    label: str
    help: str
    read: Callable[[object], object]
    required: bool = True


def fine(parameters: Parameters) -> dict[str, str]:
    """Parameters that need nothing of each other."""
    return {}


@dataclass(frozen=True)
class Check:
    """A kind of check. `sentence` is a format string over `column` and the parameters.

    `measures` gives the aggregates it needs, with keys of its own; `score` reads their answers,
    and raises NotMeasured. `problems` tells what is wrong with parameters taken together.
    """

    name: str
    label: str
    dimension: str
    sentence: str
    measures: Callable[[str, Parameters], tuple[Measure, ...]]
    score: Callable[[Answers, Parameters, datetime], Score]
    parameters: tuple[Parameter, ...] = ()
    needs_column: bool = True
    problems: Callable[[Parameters], dict[str, str]] = fine
    about: str = ""

    def read(self, given: Mapping[str, object]) -> tuple[dict[str, object], dict[str, str]]:
        """Return the parameters in their own types, and what is wrong, by name."""
        known = {each.name for each in self.parameters}
        wrong = {name: f"“{name}” says nothing to this kind of check." for name in given if name not in known}
        clean: dict[str, object] = {}
        for each in self.parameters:
            value, problem = taken(each, given.get(each.name))
            if problem:
                wrong[each.name] = problem
            elif value is not None:
                clean[each.name] = value
        return clean, wrong or self.problems(clean)

    def says(self, column: str, parameters: Parameters) -> str:
        """What a rule of this kind asks, for a person."""
        words = {each.name: "…" for each in self.parameters} | {"column": column}
        return self.sentence.format(**{**words, **parameters})


def taken(parameter: Parameter, raw: object) -> tuple[object, str]:
    """Return one parameter's value, or what is wrong with it."""
    if raw is None or raw == "":
        return None, "This is needed." if parameter.required else ""
    try:
        return parameter.read(raw), ""
    except ValueError as error:
        return None, str(error)


def text(raw: object) -> str:
    """Read a text that PostgreSQL can store."""
    if not isinstance(raw, str | int | float) or isinstance(raw, bool):
        raise ValueError("Write text here.")
    value = str(raw)
    if "\x00" in value or len(value) > LONGEST:
        raise ValueError(f"Write at most {LONGEST} characters, and none that cannot be printed.")
    return value


def positive(raw: object) -> int:
    """Read a whole number above zero that fits into a bigint."""
    try:
        number = int(text(raw))
    except ValueError:
        raise ValueError("Write a whole number.") from None
    if not 0 < number < 2**63:
        raise ValueError("Write a whole number above zero.")
    return number


def count(answers: Answers, key: str) -> int:
    """Return a counted answer; None, an aggregate over nothing, is none."""
    return int(str(answers[key] or 0))


def share(
    good: int, of: int, what: str, empty: str = "The table has no rows, so there is no share."
) -> Score:
    """Return `good` of `of`; raises NotMeasured when there is nothing to judge."""
    if not of:
        raise NotMeasured(empty)
    return Score(good / of, of, f"{good:,} of {of:,} {what}")
