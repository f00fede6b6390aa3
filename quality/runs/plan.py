"""Many questions about one table, one scan: what two rules both need is counted once. Knows no Django."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from catalog.connectors.errors import ConnectorError
from catalog.connectors.metadata import TableRef
from catalog.connectors.protocol import Connector, Measure
from quality.rules.checks.check import Check, NotMeasured

BLAMES_ONE = {"missing", "query"}  # a statement that may fail for one question's sake only


@dataclass(frozen=True)
class Question:
    """One rule, as values. `parameters` have been read by the check."""

    check: Check
    column: str
    parameters: Mapping[str, object]
    threshold: float


@dataclass(frozen=True)
class Verdict:
    """`status` is pass, fail or error; only an error has no value."""

    status: str
    value: float | None
    counted: int | None
    detail: str


@dataclass(frozen=True)
class Plan:
    """`measures` have keys that differ; `keys[i]` leads from question i's own keys to them."""

    measures: tuple[Measure, ...]
    keys: tuple[Mapping[str, str], ...]


def plan(questions: Sequence[Question]) -> Plan:
    """Return each aggregate once, however many questions need it."""
    known: dict[Measure, str] = {}
    keys: list[dict[str, str]] = []
    for question in questions:
        wanted = question.check.measures(question.column, question.parameters)
        own = {each.key: known.setdefault(replace(each, key=""), f"m{len(known)}") for each in wanted}
        keys.append(own)
    return Plan(tuple(replace(each, key=key) for each, key in known.items()), tuple(keys))


def measure(
    connector: Connector,
    table: TableRef,
    questions: Sequence[Question],
    now: datetime,
    words: Callable[[ConnectorError], str] = str,
) -> list[Verdict]:
    """Return a verdict for each question, from one statement; `words` tell why there was no answer.

    When the source cannot answer it for one question's sake, each is asked by itself.
    """
    planned = plan(questions)
    try:
        answers = connector.aggregate(table, planned.measures)
    except ConnectorError as error:
        if error.kind in BLAMES_ONE and len(questions) > 1:
            return [measure(connector, table, [each], now, words)[0] for each in questions]
        return [failed(words(error))] * len(questions)
    return [
        judged(question, {own: answers[key] for own, key in keys.items()}, now)
        for question, keys in zip(questions, planned.keys, strict=True)
    ]


def judged(question: Question, answers: Mapping[str, object], now: datetime) -> Verdict:
    """Hold the measured share against the threshold."""
    try:
        score = question.check.score(answers, question.parameters, now)
    except NotMeasured as reason:
        return failed(str(reason))
    status = "pass" if score.value >= question.threshold else "fail"
    return Verdict(status, score.value, score.counted, score.detail)


def failed(reason: str) -> Verdict:
    """Nothing could be measured, and that is no pass."""
    return Verdict("error", None, None, reason[:500])
