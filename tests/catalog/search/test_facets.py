"""Counts of facets, compared with counting every asset one by one."""

from hypothesis import given
from hypothesis import strategies as st

from catalog.search.facets import NAMES, REMOVED, Combination, accepts, count, facets

VALUES = {name: [f"{name}1", f"{name}2", "none"] for name in NAMES} | {
    "status": ["active", "archived", REMOVED]
}
assets = st.lists(st.fixed_dictionaries({name: st.sampled_from(VALUES[name]) for name in NAMES}), max_size=30)
selections = st.dictionaries(st.sampled_from(list(NAMES)), st.none(), max_size=3).flatmap(
    lambda names: st.fixed_dictionaries(
        {name: st.frozensets(st.sampled_from(VALUES[name]), min_size=1) for name in names}
    )
)


@given(assets, selections)
def test_each_count_leaves_its_own_filter_out(rows, selected):
    counts = count([Combination(row, {}, 1) for row in rows], selected)

    def passes(row, but=""):
        return all(accepts(name, row[name], selected) for name in NAMES if name != but)

    assert counts.total == sum(passes(row) for row in rows)
    for name in NAMES:
        for value in VALUES[name]:
            expected = sum(row[name] == value and passes(row, but=name) for row in rows)
            assert counts.by_facet[name][value] == expected


def test_what_is_selected_stays_listed():
    counts = count([], {"kind": frozenset({"view"})})

    kind = facets(counts, {"kind": frozenset({"view"})})[0]

    assert [(each.value, each.count, each.selected) for each in kind.choices] == [("view", 0, True)]


def test_a_long_facet_shows_its_biggest_lines_and_what_is_selected():
    rows = [Combination(dict.fromkeys(NAMES, "x") | {"owner": f"o{at:02}"}, {}, 100 - at) for at in range(30)]
    selected = {"owner": frozenset({"o29"})}

    owners = {facet.name: facet for facet in facets(count(rows, selected), selected)}["owner"]

    assert [each.value for each in owners.choices] == [*(f"o{at:02}" for at in range(15)), "o29"]
