"""What is exported and imported again is the same, byte for byte, whatever people wrote."""

import json
from contextlib import contextmanager
from itertools import pairwise

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accesscontrol.identity.models import Team, User
from catalog.exchange.document import read, read_sheet, sheet
from catalog.exchange.shapes import KINDS
from tests.build import make_asset, make_user
from tests.catalog.exchange.conftest import exported, imported, written

letters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
odd = st.sampled_from(["=1+1", "'=1", "@x", "\r\n", 'say "a, b"; c', "-", "+x\n", "ä\u202e🙂", "\t", "'"])
text = st.one_of(odd, st.text(letters, max_size=30))
word = st.from_regex(r"[A-Za-z0-9Ä=+@'-]{1,12}", fullmatch=True)
slug = st.from_regex(r"[a-z0-9][a-z0-9-]{0,10}", fullmatch=True)
who = st.sampled_from([None, "ida", "bob", "gone"])
NAMESPACE = "postgres://localhost:5432"
TABLES = ("shop.public.orders", 'shop.public.Ödd,"name"', "=shop")
JOB = "nightly"
TABLE = {"namespace": NAMESPACE, "name": TABLES[1], "of_job": False}


@contextmanager
def harvested():
    """The same harvest every time, of which nothing stays."""
    with transaction.atomic():
        for username in ("bob", "gone"):
            make_user(username, "steward")
        User.objects.filter(username="gone").update(is_active=False)
        Team.objects.create(name="Sellers")
        for name in TABLES:
            make_asset(name, columns="id email", namespace=NAMESPACE)
        make_asset(JOB, kind="job", namespace=NAMESPACE)
        yield
        transaction.set_rollback(True)


COSTS = [
    {"name": "cost", "label": "Cost", "type": "text", "description": '=HYPERLINK("x")'},
    {"name": "count", "label": "=Count", "type": "number"},
    {"name": "day", "label": "Day", "type": "date"},
]
said = {
    "cost": text.filter(bool),
    "count": st.one_of(st.integers(0, 99), st.just(1.5)),
    "day": st.just("2026-02-03"),
}
REVIEWED = [
    {},
    {"status": "in_review", "authors": ["bob"]},
    {
        "status": "approved",
        "authors": ["bob"],
        "approved_by": "ida",
        "approved_at": "2026-02-03T04:05:06.000007+00:00",
    },
    {"status": "deprecated"},
]
ENDS = {"status": "deprecated", "replacement": [NAMESPACE, JOB, True], "retires_on": "2030-01-31"}


@st.composite
def glossaries(draw, slugs):
    """Terms below each other, and how they relate."""
    terms = [
        {
            "slug": f"t-{each}",
            "name": f"T {each}",
            "definition": draw(text.filter(str.strip)),
            "synonyms": draw(st.lists(text, max_size=3)),
            "abbreviation": draw(word),
            "parent": f"t-{slugs[0]}" if at else None,
            "domain": draw(st.sampled_from([None, *slugs])),
            "owner": draw(who),
            "reviewers": draw(st.lists(st.sampled_from(["bob", "ida"]), unique=True)),
            **draw(st.sampled_from(REVIEWED)),
        }
        for at, each in enumerate(slugs)
    ]
    kinds = st.sampled_from(["related", "is_a"])
    pairs = [
        {"term": f"t-{first}", "kind": draw(kinds), "other": f"t-{second}"}
        for first, second in pairwise(slugs)
    ]
    return {"terms": terms, "relations": pairs}


@st.composite
def vocabularies(draw, slugs, paths):
    domains = [
        {
            "slug": each,
            "name": f"D {each}",
            "description": draw(text),
            "steward": draw(who),
            "parent": slugs[at - 1] if at and draw(st.booleans()) else None,
        }
        for at, each in enumerate(slugs)
    ]
    tags = [{"path": path, "description": draw(text), "deprecated": draw(st.booleans())} for path in paths]
    product = {"slug": "p", "name": "P", "terms_of_use": draw(text), "status": "active", "owner": draw(who)}
    return {
        "domains": domains,
        "classifications": [{"name": "Kind", "description": draw(text), "exclusive": False}],
        "tags": tags,
        "properties": COSTS,
        "products": [product],
        "ports": [{"product": "p", "direction": "input", **TABLE}],
    }


def assets(meaning, slugs):
    return st.fixed_dictionaries(
        {
            **meaning,
            **dict.fromkeys(("owner", "business_owner", "steward"), who),
            "team": st.sampled_from([None, "Sellers"]),
            "domain": st.sampled_from([None, *slugs]),
            "tier": st.sampled_from([None, 1, 3]),
            "location": st.text(letters, max_size=20),
            "sensitivity": st.sampled_from([None, 0, 3]),
            "properties": st.fixed_dictionaries({}, optional=said),
        }
    )


def fields(meaning):
    return st.fixed_dictionaries(
        {
            **meaning,
            "required": st.booleans(),
            "sensitive": st.booleans(),
            "gdpr_sensitivity": st.sampled_from(["", "high"]),
            "identity": st.sampled_from(["", "email"]),
            "validation_rules": st.sampled_from([[], [{"rule": "pattern", "pattern": '^"=,\n'}]]),
        }
    )


@st.composite
def documents(draw):
    """Rows that name each other as a portal's do; names are unique whatever the case of their letters."""
    slugs = draw(st.lists(slug, min_size=1, max_size=3, unique=True))
    words = draw(st.lists(word, min_size=2, max_size=4, unique_by=str.lower))
    paths = [f"Kind.{each}" for each in words] + [f"Kind.{words[0]}.deep"]
    tags = st.lists(st.sampled_from(paths), max_size=3, unique=True)
    terms = st.lists(st.sampled_from([f"t-{each}" for each in slugs]), max_size=2, unique=True)
    meaning = {"description": text, "tags": tags, "terms": terms}
    vouched = {"certification": "gold", "until": None, "why": draw(text.map(str.strip).filter(bool))}
    asset, field = assets(meaning, slugs), fields(meaning)
    return {
        **draw(vocabularies(slugs, paths)),
        **draw(glossaries(slugs)),
        "assets": [
            {"namespace": NAMESPACE, "name": name, "of_job": job}
            | draw(asset)
            | (ENDS if name == TABLES[0] and draw(st.booleans()) else {})
            | (vouched if draw(st.booleans()) else {})
            for name, job in [*[(name, False) for name in TABLES], (JOB, True)]
        ],
        "fields": [
            {"namespace": NAMESPACE, "name": name, "of_job": False, "column": "email", **draw(field)}
            for name in TABLES
        ],
    }


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(documents())
def test_what_is_exported_and_imported_again_is_the_same(ida, rows):
    with harvested():
        first = imported(ida, written(**rows))
        wrong = [row.note for row in first.rows.exclude(state="done") if row.state != "same"]
        before = exported(ida)
    with harvested():
        again = imported(ida, before)
        after = exported(ida)
        skipped = [row.note for row in again.rows.exclude(state="done") if row.state != "same"]
        third = imported(ida, before)
        changed = third.rows.exclude(state="same").count()

    assert (wrong, skipped, changed) == ([], [], 0)
    assert after == before
    said = json.loads(before)
    assert {row["path"] for row in said["tags"]} == {row["path"] for row in rows["tags"]}
    assert [row["status"] for row in said["terms"]] == [
        row.get("status", "draft") for row in sorted(rows["terms"], key=lambda row: row["slug"])
    ]
    known = {(row["name"], row["of_job"]): row for row in said["assets"]}
    for row in rows["assets"]:
        found = known.get((row["name"], row["of_job"]), {})
        for name in said_of(row):
            assert (name, found.get(name)) == (name, row[name])


def said_of(row):
    """The columns of an asset that a row fills."""
    lists = {name for name in ("tags", "terms") if row[name] != sorted(row[name])}
    return [name for name, value in row.items() if value not in ("", None, [], {}) and name not in lists]


@settings(max_examples=40)
@given(documents())
def test_a_sheet_of_each_kind_reads_as_it_was_written(rows):
    for kind in KINDS:
        full = [{**row} for row in rows[kind]]
        full = [{name: row[name] for name in KINDS[kind].columns if name in row} for row in full]
        columns = set.intersection(*map(set, full)) if full else set()
        full = [{name: row[name] for name in KINDS[kind].columns if name in columns} for row in full]
        lines = "".join(sheet(kind, full))

        if full:
            told = [{name: row.said[name] for name in columns} for row in read_sheet(kind, lines)]
            assert told == full
            assert not [line for line in lines.splitlines() if line.startswith(("=", "+", "-", "@"))]


def test_an_empty_catalog_is_exported_as_an_empty_document(ida):
    document = json.loads(exported(ida))

    assert document == {"format": "govportal-metadata", "version": 1, **{kind: [] for kind in KINDS}}
    assert read(written(domains=[{"slug": "x"}]))[0].kind == "domains"
