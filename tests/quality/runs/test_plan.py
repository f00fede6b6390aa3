from datetime import UTC, datetime

from catalog.connectors.errors import ConnectorError
from catalog.connectors.metadata import TableRef
from catalog.connectors.protocol import Measure
from quality.rules.checks.registry import CHECKS
from quality.runs.plan import Question, Verdict, measure, plan

TABLE = TableRef("shop", "public", "orders")
NOW = datetime(2026, 11, 21, tzinfo=UTC)


class Source:
    """Stands where a connector would, on the far side of the wire: counts what it is asked."""

    def __init__(self, answers: dict[str, object], missing: str = "") -> None:
        self.answers = answers
        self.missing = missing
        self.asked: list[list[Measure]] = []

    def aggregate(self, table: TableRef, measures: list[Measure]) -> dict[str, object]:
        self.asked.append(list(measures))
        if any(each.column == self.missing for each in measures):
            raise ConnectorError(f"There is no such column: {self.missing}.", "missing")
        return {each.key: self.answers[f"{each.function} {each.column}"] for each in measures}


def question(kind: str, column: str = "", threshold: float = 1.0, **parameters: object) -> Question:
    return Question(CHECKS[kind], column, parameters, threshold)


def test_what_two_rules_need_is_counted_once():
    planned = plan(
        [question("completeness", "id"), question("uniqueness", "id"), question("volume", minimum=1)]
    )

    assert [(each.function, each.column) for each in planned.measures] == [
        ("count", None),
        ("count", "id"),
        ("count_distinct", "id"),
    ]
    assert planned.keys == (
        {"rows": "m0", "valued": "m1"},
        {"valued": "m1", "distinct": "m2"},
        {"rows": "m0"},
    )


def test_measures_that_differ_in_a_bound_are_counted_apart():
    planned = plan([question("span", "id", lowest="1"), question("span", "id", lowest="2")])

    assert len(planned.measures) == 3


def test_one_statement_answers_every_rule():
    source = Source({"count None": 4, "count id": 3, "count_distinct id": 3})

    verdicts = measure(source, TABLE, [question("completeness", "id"), question("uniqueness", "id")], NOW)

    assert len(source.asked) == 1
    assert verdicts == [
        Verdict("fail", 0.75, 4, "3 of 4 rows have a value"),
        Verdict("pass", 1.0, 3, "3 of 3 values are different"),
    ]


def test_a_missing_column_spoils_only_its_own_rule():
    source = Source({"count None": 4, "count id": 4}, missing="gone")

    verdicts = measure(source, TABLE, [question("completeness", "gone"), question("completeness", "id")], NOW)

    assert verdicts == [
        Verdict("error", None, None, "There is no such column: gone."),
        Verdict("pass", 1.0, 4, "4 of 4 rows have a value"),
    ]


def test_a_threshold_is_met_by_exactly_its_share():
    source = Source({"count None": 1000, "count id": 990})

    (verdict,) = measure(source, TABLE, [question("completeness", "id", 0.99)], NOW)

    assert verdict.status == "pass"
