"""Counts, aggregates and rows by conditions, worked out in the source."""

from decimal import Decimal

import pytest

from catalog.connectors.errors import ConnectorError
from catalog.connectors.protocol import Measure, Rows, Where


def test_counting_by_conditions(people):
    connector, target = people.connector(), people.ref("people")

    def count(*where: Where) -> int:
        return connector.count_where(target, where)

    assert count() == 3
    assert count(Where("id", "eq", "1")) == 1
    assert count(Where("key", "eq", "00000000-0000-0000-0000-000000000001")) == 1
    assert count(Where("email", "eq", 7)) == 0
    assert count(Where("id", "ne", 1)) == 2
    assert count(Where("id", "in", [1, "2", 9])) == 2
    assert count(Where("id", "in", [])) == 0
    assert count(Where("email", "is_null")) == 1
    assert count(Where("email", "not_null"), Where("ok", "eq", True)) == 1
    assert count(Where("born", "lt", "2000-01-01")) == 1
    assert count(Where("spent", "ge", Decimal("10.5")), Where("spent", "le", 20)) == 2
    assert count(Where("spent", "gt", 10.5)) == 1
    assert count(Where("email", "matches", "^ann@.*")) == 1
    assert count(Where("email", "eq", "' OR true --")) == 0


def test_all_measures_come_from_one_scan(people):
    measures = [
        Measure("rows", "count"),
        Measure("emails", "count", "email"),
        Measure("kinds", "count_distinct", "ok"),
        Measure("least", "min", "spent"),
        Measure("most", "max", "spent"),
        Measure("all", "sum", "spent"),
        Measure("mean", "avg", "id"),
        Measure("ann", "count", where=(Where("email", "matches", "ann"), Where("id", "lt", 3))),
        Measure('%odd" key:x', "max", "id"),
    ]

    assert people.connector().aggregate(people.ref("people"), measures) == {
        "rows": 3,
        "emails": 2,
        "kinds": 2,
        "least": Decimal("10.50"),
        "most": Decimal(20),
        "all": Decimal("30.50"),
        "mean": Decimal(2),
        "ann": 1,
        '%odd" key:x': 3,
    }


def test_more_measures_than_a_statement_holds(people):
    measures = [Measure(str(n), "count", where=(Where("id", "le", n),)) for n in range(2000)]

    found = people.connector().aggregate(people.ref("people"), measures)

    assert [found[str(n)] for n in (0, 1, 2, 3, 1999)] == [0, 1, 2, 3, 3]


def test_rows_of_a_subject_are_selected(people):
    found = people.connector().select(
        people.ref("people"), ["id", "email"], [Where("email", "in", ["ann@example.org", "x' OR 'a'='a"])]
    )

    assert found == Rows(("id", "email"), ((1, "ann@example.org"),))


def test_a_selection_stops_at_its_limit(people):
    found = people.connector().select(people.ref("people"), ["id"], limit=2)

    assert (len(found.values), found.truncated) == (2, True)


@pytest.mark.parametrize(
    ("measures", "message"),
    [
        ([Measure("a", "count"), Measure("a", "max", "id")], "Two measures share a key."),
        ([Measure("a", "max")], "“max” needs a column."),
        ([Measure("a", "pg_sleep", "id")], "“pg_sleep” is not a measure."),
        ([Measure("a", "count", where=(Where("id", "; DROP", 1),))], "“; DROP” is not a comparison."),
        ([Measure("a", "count", where=(Where("id", "in", "12"),))], "“in” takes several values."),
        ([Measure("a", "count", where=(Where("id", "in", range(0)),))], "“in” takes several values."),
        (
            [Measure("a", "count", where=(Where("id", "in", list(range(10_001))),))],
            "“in” takes at most 10000 values at a time.",
        ),
        (
            [Measure("a", "max", "extra")],
            "The server did not accept the query: function max(json) does not exist.",
        ),
    ],
)
def test_a_wrong_measure_is_explained(people, measures, message):
    with pytest.raises(ConnectorError) as caught:
        people.connector().aggregate(people.ref("people"), measures)

    assert (caught.value.kind, str(caught.value)) == ("query", message)
