from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.requests.collect import collect
from compliance.requests.plan import Hop, Identity, Link, plan

CUSTOMER, ADDRESS, ORDER, ITEM, PRODUCT, STAFF, COUNTRY = range(1, 8)
NAMES = dict(enumerate(["customer", "address", "order", "item", "product", "staff", "country"], start=1))
IDENTITIES = [Identity(CUSTOMER, "email", "email"), Identity(STAFF, "email", "email")]
LINKS = [
    Link(CUSTOMER, ("address_id",), ADDRESS, ("id",)),
    Link(ADDRESS, ("country_id",), COUNTRY, ("id",)),
    Link(ORDER, ("customer_id",), CUSTOMER, ("id",)),
    Link(ORDER, ("staff_id",), STAFF, ("id",)),
    Link(ITEM, ("order_id",), ORDER, ("id",)),
    Link(ITEM, ("product_id",), PRODUCT, ("id",)),
    Link(CUSTOMER, ("adviser_id",), STAFF, ("id",)),
]


def hop(source, source_column, table, column):
    return Hop(source, (source_column,), table, (column,))


def test_a_plan_follows_what_refers_to_the_person_and_their_address():
    found = plan("email", IDENTITIES, LINKS, personal={CUSTOMER, ADDRESS, ORDER})

    assert [start.table for start in found.starts] == [CUSTOMER, STAFF]
    assert set(found.hops) == {
        hop(CUSTOMER, "id", ORDER, "customer_id"),
        hop(STAFF, "id", ORDER, "staff_id"),
        hop(ORDER, "id", ITEM, "order_id"),
        hop(CUSTOMER, "address_id", ADDRESS, "id"),
    }


def test_the_customers_of_an_adviser_are_other_people():
    found = plan("email", IDENTITIES, LINKS, personal={CUSTOMER})

    assert all(step.table not in {CUSTOMER, STAFF} for step in found.hops)


def test_products_and_countries_are_not_about_the_person():
    found = plan("email", IDENTITIES, LINKS, personal={CUSTOMER, ADDRESS, ORDER, ITEM})

    assert not {PRODUCT, COUNTRY} & set(found.tables)


def test_another_kind_of_identifier_starts_nowhere():
    assert plan("passport", IDENTITIES, LINKS, personal=set()).starts == ()


DATA = {
    CUSTOMER: [{"id": 1, "email": "ann@x.org", "address_id": 9, "adviser_id": 5}],
    STAFF: [{"id": 5, "email": "bob@x.org"}],
    ADDRESS: [{"id": 9, "street": "Elm", "country_id": 1}, {"id": 8, "street": "Oak", "country_id": 1}],
    ORDER: [
        {"id": 1, "customer_id": 1, "staff_id": 5},
        {"id": 2, "customer_id": 2, "staff_id": 5},
        {"id": 3, "customer_id": None, "staff_id": None},
    ],
    ITEM: [{"order_id": 1, "product_id": 3}, {"order_id": 2, "product_id": 3}],
}


def reader(data):
    def read(table, columns, keys):
        return [row for row in data.get(table, []) if tuple(row[c] for c in columns) in keys]

    return read


def starter(data, person):
    return lambda table, column: [row for row in data.get(table, []) if row[column] == person]


def test_a_collection_finds_the_persons_rows_and_nobody_elses():
    found = plan("email", IDENTITIES, LINKS, personal={CUSTOMER, ADDRESS})

    rows = collect(found, starter(DATA, "ann@x.org"), reader(DATA), NAMES)

    assert {NAMES[table]: len(hit.rows) for table, hit in rows.items()} == {
        "customer": 1,
        "staff": 0,
        "order": 1,
        "item": 1,
        "address": 1,
    }
    assert rows[ITEM].ways == ["item.order_id = order.id"]


# Random databases: tables refer to tables of any number, themselves included; ids are small.
TABLES = st.integers(1, 5)
LINK = st.builds(lambda a, b: Link(a, (f"ref{b}",), b, ("id",)), TABLES, TABLES)
GRAPH = st.lists(LINK, max_size=10, unique=True)
CELL = st.one_of(st.none(), st.integers(1, 4))
ROW = st.builds(
    lambda number, refs, email: {
        "id": number,
        "email": email,
        **{f"ref{t}": r for t, r in enumerate(refs, 1)},
    },
    st.integers(1, 4),
    st.lists(CELL, min_size=5, max_size=5),
    st.sampled_from(["ann", "bob", None]),
)
DATABASES = st.dictionaries(TABLES, st.lists(ROW, max_size=5), max_size=5)


def reference(data, links, naming, personal):
    """The same answer by brute force: repeat over all pairs of rows until nothing is added."""
    mine = {(t, i) for t in naming for i, row in enumerate(data.get(t, [])) if row["email"] == "ann"}
    start = set(naming)
    reached = set(start)
    while True:
        more = {k.table for k in links if k.target in reached and k.table not in naming} - reached
        if not more:
            break
        reached |= more
    while True:
        new = {
            (k.table, i)
            for k in links
            if k.table not in naming
            for target, j in mine
            if target == k.target and target in reached
            for i, row in enumerate(data.get(k.table, []))
            if row[k.columns[0]] is not None and row[k.columns[0]] == data[target][j]["id"]
        } - mine
        if not new:
            break
        mine |= new
    outward = {
        (k.target, i)
        for k in links
        if k.target in personal and k.target not in reached | set(naming)
        for table, j in mine
        if table == k.table
        for i, row in enumerate(data.get(k.target, []))
        if data[table][j][k.columns[0]] is not None and row["id"] == data[table][j][k.columns[0]]
    }
    return mine | outward


@given(DATABASES, GRAPH, st.sets(TABLES, min_size=1, max_size=2), st.sets(TABLES))
@settings(max_examples=300, deadline=None)
def test_a_collection_equals_brute_force_on_any_graph(data, links, naming, personal):
    identities = [Identity(table, "email", "email") for table in naming]
    names = {table: f"t{table}" for table in range(1, 6)}

    found = collect(plan("email", identities, links, personal), starter(data, "ann"), reader(data), names)

    expected = {}
    for table, index in reference(data, links, naming, personal):
        row = repr(sorted(data[table][index].items(), key=lambda pair: pair[0]))
        expected.setdefault(table, set()).add(row)
    assert {table: set(hit.rows) for table, hit in found.items() if hit.rows} == expected
