"""Harvests through the API."""

from uuid import uuid4

import pytest

from accesscontrol.identity.models import Clearance
from catalog.assets.models import Asset
from tests.build import make_policy, make_token, make_user
from tests.catalog.scratch import harvest, make_source

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(scratch_db):
    scratch_db.run("CREATE TABLE customer (id int PRIMARY KEY)", "CREATE TABLE vault (id int)")
    source = make_source(scratch_db)
    harvest(source)
    return source


@pytest.fixture
def ask(client):
    def send(user, path, **query):
        headers = {"Authorization": f"Bearer {make_token(user, 'read')}"}
        return client.get(f"/api/v1/{path}", query, headers=headers)

    return send


def test_the_harvests_of_a_source_say_what_they_came_to(shop, ana, ask):
    harvest(shop)

    rows = ask(ana, f"sources/{shop.code}/harvests/").json()["results"]

    assert [row["state"] for row in rows] == ["unchanged", "succeeded"]
    first = ask(ana, f"harvests/{rows[1]['code']}/").json()
    assert (
        first.items()
        >= {
            "source": str(shop.code),
            "created": 4,
            "removed": 0,
            "reason": "asked",
            "actor": "tests",
            "message": "Assets: 4 created.",
        }.items()
    )
    assert first["databases"][0].items() >= {"state": "succeeded", "listed": 2, "missing": 0}.items()
    assert ask(ana, "jobs/" + first["job"] + "/").status_code == 200
    assert ask(ana, "harvests/", state="failed").json()["count"] == 0
    assert ask(ana, "harvests/", state="half").status_code == 400
    assert ask(ana, f"sources/{uuid4()}/harvests/").status_code == 404


def test_its_versions_tell_what_changed(shop, scratch_db, ana, ask):
    scratch_db.run("ALTER TABLE customer ADD COLUMN name text NOT NULL")
    harvest(shop)
    code = shop.harvests.first().code

    answer = ask(ana, f"harvests/{code}/versions/").json()

    (version,) = answer["results"]
    assert answer["count"] == 1
    assert (version["name"], version["event"], version["impact"]) == (
        f"{scratch_db.name}.public.customer",
        "changed",
        "strict",
    )
    assert version["changes"] == [
        {
            "what": "column_added",
            "impact": "strict",
            "column": "name",
            "before": None,
            "after": {"type": "text", "nullable": False},
            "withheld": False,
        }
    ]


def test_versions_of_hidden_assets_are_left_out(shop, ask):
    make_policy("internal", {"attribute": "resource.sensitivity", "operator": "<=", "value": "internal"})
    Asset.objects.update(sensitivity=Clearance.INTERNAL)
    Asset.objects.filter(name__endswith="vault").update(sensitivity=Clearance.RESTRICTED)
    otto, code = make_user("otto", "auditor"), shop.harvests.get().code

    answer = ask(otto, f"harvests/{code}/versions/")

    assert answer.json()["count"] == 3
    assert "vault" not in answer.text
    assert ask(otto, f"harvests/{code}/").json()["created"] == 4


def test_who_sees_no_sources_finds_no_harvest(shop, vera, ask):
    code = shop.harvests.get().code

    for path in (
        "harvests/",
        f"harvests/{code}/",
        f"harvests/{code}/versions/",
        f"sources/{shop.code}/harvests/",
    ):
        assert ask(vera, path).status_code == 403
