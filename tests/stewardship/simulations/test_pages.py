"""Pages and API of simulations name only what the reader may see, and refuse what makes no sense."""

import json

import pytest
from django.urls import reverse

from accesscontrol.identity.models import User
from accesscontrol.policysets.models import PolicySet
from accesscontrol.policysets.services import draft, put_policy
from stewardship.jobs.models import Job
from stewardship.jobs.work import run_job
from stewardship.simulations.models import Simulation
from stewardship.simulations.services import request_simulation
from tests.build import make_asset, make_policy, make_token, make_user
from tests.stewardship.simulations.asked import API, LIST, OPEN_TABLES, SECRETS, simulated, with_more

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client):
    ada = make_user("ada", "administrator")
    client.force_login(ada)
    return ada


def test_only_what_the_reader_sees_is_named(ada, client):
    make_user("bob", "viewer")
    make_policy("secrets", *SECRETS["conditions"], effect="forbid", actions=["*"])
    make_policy("auditors", {"attribute": "user.roles", "operator": "contains", "value": "auditor"})
    hidden = make_asset("shop.public.hidden", sensitivity=3)
    seen = make_asset("shop.public.orders", sensitivity=0)
    lifted = request_simulation(actor="ada", documents=[OPEN_TABLES])
    run_job(job_id=lifted.job_id)
    client.force_login(make_user("olga", "auditor"))

    page = client.get(lifted.get_absolute_url()).content.decode()
    answer = json.dumps(client.get(f"{API}{lifted.code}/").json())

    assert seen.name in page
    assert "1 more, or hidden from you" in page
    assert (hidden.name in page, hidden.name in answer, str(hidden.code) in answer) == (False, False, False)
    assert seen.name in answer


def test_the_api_answers_202_and_then_the_result(client):
    make_user("ada", "administrator")
    make_user("bob", "viewer")
    orders = make_asset()
    headers = {"Authorization": f"Bearer {make_token(User.objects.get(username='ada'))}"}

    answer = client.post(
        API, {"policies": with_more(OPEN_TABLES)}, content_type="application/json", headers=headers
    )

    assert answer.status_code == 202
    assert answer.json().keys() == {"job", "state", "url"}
    waiting = client.get(answer["Location"], headers=headers).json()
    assert (waiting["state"], waiting["result"]) == ("queued", None)
    run_job(job_id=Job.objects.get(code=answer.json()["job"]).pk)
    found = client.get(answer["Location"], headers=headers).json()
    view = next(each for each in found["result"]["changes"] if each["action"] == "view")
    assert view["people"] == [
        {
            "username": "bob",
            "gained": {"count": 1, "sample": [{"code": str(orders.code), "name": orders.name}]},
            "lost": {"count": 0, "sample": []},
        }
    ]
    assert found["stale"] == ""
    assert client.get(API, headers=headers).json()["results"][0]["code"] == found["code"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "policies"),
        ({"policies": []} | {"policy_set": "5a4f5c9e-0000-4000-8000-000000000000"}, "policies"),
        ({"policies": [{"name": "x"}]}, "policies[0].actions"),
        ({"policies": "x"}, "policies"),
        ({"policy_set": "x"}, "policy_set"),
    ],
)
def test_the_api_names_what_is_wrong(ada, client, body, field):
    answer = client.post(API, body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field


def test_a_set_is_simulated_by_its_code(ada, client):
    change = draft(summary="Open the tables", author=ada)

    answer = client.post(API, {"policy_set": str(change.code)}, content_type="application/json")

    assert answer.status_code == 202
    assert Simulation.objects.get().policy_set == change
    unknown = {"policy_set": "5a4f5c9e-0000-4000-8000-000000000000"}
    assert client.post(API, unknown, content_type="application/json").status_code == 404


def test_policies_are_simulated_from_a_page(ada, client):
    form = client.get(f"{LIST}new/").content.decode()
    assert "platform-administrators" in form
    wrong = client.post(f"{LIST}new/", {"policies": "[{]"})
    assert (wrong.status_code, "line 1, column 3" in wrong.content.decode()) == (400, True)

    sent = client.post(f"{LIST}new/", {"policies": json.dumps([OPEN_TABLES])})

    row = Simulation.objects.get()
    assert sent["Location"] == row.get_absolute_url()
    assert row.documents[0]["name"] == "open-tables"
    assert "Proposed policies" in client.get(LIST).content.decode()


def test_the_page_of_a_set_has_its_section(ada, client):
    make_user("bob", "viewer")
    make_asset()
    change = draft(summary="Open the tables", author=ada)
    put_policy(policy_set=change, document=OPEN_TABLES, actor=ada)
    section = reverse("simulations:of_set", args=[change.code])
    assert section in client.get(change.get_absolute_url()).content.decode()
    assert "Not simulated yet" in client.get(section).content.decode()

    assert client.post(f"{section}run/")["Location"] == change.get_absolute_url()
    assert "every 2s" in client.get(section).content.decode()
    run_job(job_id=Job.objects.get().pk)

    found = client.get(section).content.decode()
    assert "every 2s" not in found
    assert "bob" in found


def test_a_page_made_before_its_simulation_ended_is_made_anew(ada, client):
    change = draft(summary="Open the tables", author=ada)
    put_policy(policy_set=change, document=OPEN_TABLES, actor=ada)
    section = reverse("simulations:of_set", args=[change.code]) + "?waiting=1"
    client.post(reverse("simulations:run", args=[change.code]))
    page = client.get(change.get_absolute_url()).content.decode()
    assert (section in page, "Ask for approval" in page) == (True, False)
    assert "HX-Refresh" not in client.get(section).headers

    run_job(job_id=Job.objects.get().pk)

    assert client.get(section).headers["HX-Refresh"] == "true"
    page = client.get(change.get_absolute_url()).content.decode()
    assert (section in page, "Ask for approval" in page) == (False, True)


def test_who_lacks_the_right_gets_no_further_than_the_door(ada, client):
    row = simulated(OPEN_TABLES)
    change = draft(summary="Open the tables", author=ada)
    client.force_login(make_user("bob", "viewer"))

    for path in (
        LIST,
        f"{LIST}new/",
        row.get_absolute_url(),
        reverse("simulations:of_set", args=[change.code]),
    ):
        assert client.get(path).status_code == 403
    assert client.post(reverse("simulations:run", args=[change.code])).status_code == 403
    assert client.get(f"{API}{row.code}/").status_code == 403
    assert client.post(API, {"policies": []}, content_type="application/json").status_code == 403
    assert client.get(f"/jobs/{row.job.code}/").status_code == 404


def test_an_auditor_reads_and_starts_nothing(ada, client):
    row = simulated(OPEN_TABLES)
    client.force_login(make_user("olga", "auditor"))

    assert client.get(row.get_absolute_url()).status_code == 200
    assert client.get(f"{LIST}new/").status_code == 403
    assert client.post(reverse("simulations:cancel", args=[row.code])).status_code == 403


def test_pages_take_a_constant_number_of_queries(ada, client, django_assert_max_num_queries):
    for at in range(6):
        make_user(f"user{at}", "viewer", department=f"d{at}")
        make_asset(f"a{at}", location=f"d{at}")
    own = {"attribute": "user.department", "operator": "==", "value_from": "resource.location"}
    row = simulated({"name": "own", "actions": ["*"], "conditions": [own]})

    with django_assert_max_num_queries(22):
        client.get(row.get_absolute_url())
    assert PolicySet.objects.count() >= 1
