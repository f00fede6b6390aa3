"""Programs change many assets at once, as a person with a token."""

import pytest
from django.test import Client

from catalog.assets.models import Asset
from catalog.bulk.models import BulkEdit
from catalog.domains.models import Domain
from stewardship.jobs.models import Job
from stewardship.jobs.work import run_job
from tests.build import make_asset, make_policy, make_token, make_user

pytestmark = pytest.mark.django_db
EDITS = "/api/v1/bulk-edits/"


class Program(Client):
    """JSON with a token."""

    def __init__(self, user):
        super().__init__(headers={"Authorization": f"Bearer {make_token(user)}"})

    def send(self, method, path, body=None):
        return getattr(self, method)(path, body, content_type="application/json")


@pytest.fixture
def program(ana):
    return Program(ana)


@pytest.fixture
def tables(ana):
    sales = Domain.objects.create(slug="sales", name="Sales")
    return [make_asset(f"shop.public.t{at}", domain=sales if at else None) for at in range(3)]


def worked_off():
    for job in Job.objects.unfinished():
        run_job(job_id=job.pk)


def test_what_a_search_finds_is_changed(program, tables):
    made = program.send("post", EDITS, {"query": "domain=sales&kind=table", "set": {"tier": 1}})

    assert made.status_code == 201
    told = made.json()
    assert (told["state"], told["expected"]) == ("prepared", {"change": 2, "same": 0, "refused": 0})
    assert told["query"] == "kind=table&domain=sales"
    started = program.send("post", f"{EDITS}{told['code']}/start/")
    assert started.status_code == 202
    worked_off()
    told = program.get(f"{EDITS}{told['code']}/").json()
    assert (told["state"], told["outcome"]["changed"]) == ("succeeded", 2)
    assert list(Asset.objects.order_by("name").values_list("tier", flat=True)) == [None, 1, 1]


def test_picked_assets_are_changed_and_changed_back(program, tables):
    picked = [str(tables[0].code), str(tables[2].code)]
    code = program.send("post", EDITS, {"assets": picked, "set": {"location": "eu"}}).json()["code"]
    program.send("post", f"{EDITS}{code}/start/", {"propose": False})
    worked_off()

    items = program.get(f"{EDITS}{code}/items/?state=changed").json()["results"]
    undoing = program.send("post", f"{EDITS}{code}/undo/").json()
    program.send("post", f"{EDITS}{undoing['code']}/start/")
    worked_off()

    assert [(item["asset"], item["before"], item["after"]) for item in items] == [
        (each, {"location": ""}, {"location": "eu"}) for each in picked
    ]
    assert undoing["undoes"] == code
    assert set(Asset.objects.values_list("location", flat=True)) == {""}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"set": {"tier": 1}}, "assets"),
        ({"query": "", "assets": [], "set": {"tier": 1}}, "query"),
        ({"query": "q=shop", "set": {"tier": 9}}, "set.tier"),
        ({"query": "q=shop", "set": {"lost": 1}}, "set.lost"),
        ({"query": "q=shop", "set": {}}, "set.wishes"),
        ({"query": "q=shop", "set": []}, "set"),
        ({"query": "q=shop"}, "set"),
        ({"assets": ["x"], "set": {"tier": 1}}, "assets.0"),
    ],
)
def test_what_is_wrong_is_named(program, tables, body, field):
    answer = program.send("post", EDITS, body)

    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == [field]


def test_a_search_of_nothing_is_refused(program, tables):
    answer = program.send("post", EDITS, {"query": "q=nothing", "set": {"tier": 1}})

    assert (answer.status_code, answer.json()["detail"]) == (409, "Nothing is selected that you may see.")


def test_hidden_assets_are_neither_selected_nor_counted(ana, tables):
    make_policy(
        "all",
        {"attribute": "resource.domain", "operator": "==", "value": "sales"},
        actions=["view", "change"],
    )
    program = Program(ana)

    by_code = program.send("post", EDITS, {"assets": [str(tables[0].code)], "set": {"tier": 1}})
    by_search = program.send("post", EDITS, {"query": "q=", "set": {"tier": 1}}).json()

    assert by_code.status_code == 409
    assert by_search["expected"] == {"change": 2, "same": 0, "refused": 0}
    make_policy("all", {"attribute": "resource.name", "operator": "==", "value": "shop.public.t1"})
    assert program.get(f"{EDITS}{by_search['code']}/").json()["expected"]["change"] == 1
    assert program.get(f"{EDITS}{by_search['code']}/items/").json()["count"] == 1


def test_an_edit_is_its_authors_own(program, tables):
    code = program.send("post", EDITS, {"query": "q=shop", "set": {"tier": 1}}).json()["code"]
    other = Program(make_user("root", "administrator"))

    assert other.get(EDITS).json()["count"] == 0
    for method, path in [
        ("get", ""),
        ("delete", ""),
        ("post", "start/"),
        ("post", "undo/"),
        ("get", "items/"),
    ]:
        assert other.send(method, f"{EDITS}{code}/{path}").status_code == 404
    assert BulkEdit.objects.get().job is None


def test_what_was_not_started_is_discarded(program, tables):
    code = program.send("post", EDITS, {"query": "q=shop", "set": {"tier": 1}}).json()["code"]

    assert program.send("delete", f"{EDITS}{code}/").status_code == 204
    assert program.get(EDITS).json()["count"] == 0


def test_the_list_costs_the_same_for_any_length(ana, program, tables, query_count):
    def many(number):
        for _ in range(number):
            program.send("post", EDITS, {"query": "q=shop", "set": {"tier": 1}})

    many(1)
    with query_count(8):
        assert program.get(EDITS).json()["count"] == 1
    many(2)
    with query_count(8):
        assert [row["expected"]["change"] for row in program.get(EDITS).json()["results"]] == [3, 3, 3]
