"""Chains as data: pages, the API, the patterns that every portal starts with."""

import pytest

from accesscontrol.audit.models import Entry
from catalog.domains.services import save_domain
from stewardship.chains.models import Chain
from stewardship.chains.seeding import ensure_chains
from stewardship.chains.services import save_chain, switch_chain
from stewardship.chains.wishes import Wish
from tests.build import make_user
from tests.stewardship.inbox.asking import api

pytestmark = pytest.mark.django_db
OWNER = {"who": "owner", "days": 3, "silence": "escalate", "then": "next"}
BEN = {"who": "people", "people": ["ben"], "needed": 1, "days": 5}


@pytest.fixture
def root():
    return make_user("root", "administrator")


@pytest.fixture
def ben():
    return make_user("ben", "steward", full_name="Ben Ode")


def form(*steps, **said):
    """What a browser sends."""
    sent = {"name": "Two steps", "verb": "", "domain": "", "is_active": "on", "steps-TOTAL_FORMS": len(steps)}
    sent |= {"steps-INITIAL_FORMS": 0, "steps-MIN_NUM_FORMS": 1, "steps-MAX_NUM_FORMS": 6}
    usual = {"who": "owner", "needed": 1, "days": 5, "silence": "remind", "then": ""}
    for at, step in enumerate(steps):
        sent |= {f"steps-{at}-{name}": value for name, value in {**usual, **step}.items()}
    return sent | said


def test_a_portal_starts_with_patterns_that_are_off():
    found = Chain.objects.exclude(seed=None)

    assert found.count() == 3
    assert not found.filter(is_active=True).exists()


def test_what_an_administrator_made_of_a_pattern_stays(root):
    chain = Chain.objects.get(seed="two-stewards")
    save_chain(actor="root", chain=chain, name="Ours", steps=[Wish(who="owner")], is_active=False)

    ensure_chains()

    assert Chain.objects.exclude(seed=None).count() == 3
    assert Chain.objects.get(seed="two-stewards").name == "Ours"


def test_the_api_makes_changes_and_shows_one(client, root, ben):
    domain = save_domain(actor="t", slug="sales", name="Sales")
    body = {
        "name": "Sales",
        "verb": "catalog.change_asset",
        "domain": str(domain.code),
        "steps": [OWNER, BEN],
    }

    made = api(client, "post", "chains/", root, body).json()
    body["steps"] = [BEN]
    changed = api(client, "put", f"chains/{made['code']}/", root, {**body, "version": made["version"]}).json()

    assert [step["who"] for step in made["steps"]] == ["owner", "people"]
    assert (made["domain"], made["steps"][1]["people"]) == (str(domain.code), ["ben"])
    assert (changed["version"], len(changed["steps"])) == (2, 1)
    entries = Entry.objects.filter(object_id=made["code"]).values_list("action", "actor")
    assert list(entries) == [("chains.saved", "root")] * 2


def test_a_stale_change_is_refused(client, root):
    chain = save_chain(actor="t", name="Chain", steps=[Wish(who="owner")])
    body = {"name": "Chain", "steps": [{"who": "steward"}], "version": 7}

    assert api(client, "put", f"chains/{chain.code}/", root, body).status_code == 409


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"steps": []}, "1 to 6 steps"),
        ({"steps": [{"who": "role"}]}, "name the role"),
        ({"steps": [{"who": "people"}]}, "name the people"),
        ({"steps": [{"who": "owner", "team": "T"}]}, "does not exist"),
        ({"steps": [{**BEN, "who": "owner"}]}, "people is for steps of this kind only"),
        ({"steps": [{**BEN, "needed": 2}]}, "fewer people"),
        ({"steps": [{**OWNER}]}, "no next step"),
        ({"steps": [{"who": "owner", "silence": "escalate"}]}, "who is asked as well"),
        ({"steps": [{"who": "owner", "then": "next"}]}, "only then"),
        ({"steps": [{"who": "owner", "silence": "escalate", "then": "role"}]}, "name the role"),
        ({"steps": [{"who": "owner", "needed": 0}]}, "greater than or equal to 1"),
        ({"steps": [{"who": "wizard"}]}, "not a valid choice"),
        ({"verb": "catalog.fly"}, "no verb catalog.fly"),
        ({"domain": "00000000-0000-0000-0000-000000000000"}, "no such domain"),
        ({"name": " "}, "blank"),
    ],
)
def test_what_is_wrong_is_said(client, root, ben, change, text):
    answer = api(client, "post", "chains/", root, {"name": "Chain", "steps": [BEN], **change})

    assert answer.status_code == 400
    assert text in str(answer.json()["errors"])


@pytest.mark.parametrize("name", ["Chain", "Other"])
def test_there_is_one_chain_for_each_scope_and_one_of_each_name(client, root, name):
    save_chain(actor="t", name="Chain", steps=[Wish(who="owner")])
    body = {"name": name, "steps": [{"who": "owner"}], "is_active": name == "Other"}

    answer = api(client, "post", "chains/", root, body)

    field = {"Chain": "name", "Other": "is_active"}[name]
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


def test_a_steward_sees_them_and_changes_nothing(client, ben):
    chain = save_chain(actor="t", name="Chain", steps=[Wish(who="owner")])
    client.force_login(ben)

    page = client.get(f"/inbox/chains/{chain.code}/").content.decode()

    assert "Its owner" in page
    assert "Switch off" not in page
    for address in (f"{chain.code}/edit/", f"{chain.code}/switch/", "new/"):
        assert client.post(f"/inbox/chains/{address}").status_code == 403


def test_a_viewer_does_not_see_them(client):
    client.force_login(make_user("vera", "viewer"))

    assert client.get("/inbox/chains/").status_code == 403


def test_the_page_makes_one(client, root, ben):
    client.force_login(root)
    steps = [OWNER, {"who": "people", "people": [ben.pk], "role": "", "needed": 1}]

    answer = client.post("/inbox/chains/new/", form(*steps))

    chain = Chain.objects.get(name="Two steps")
    assert answer.url == chain.get_absolute_url()
    assert [(step.asked, step.otherwise) for step in chain.steps.all()] == [
        ("Its owner", "Ask who decides next as well"),
        ("Ben Ode", "Remind them again"),
    ]


def test_the_page_forgets_what_a_hidden_control_holds(client, root, ben):
    client.force_login(root)

    client.post("/inbox/chains/new/", form({"who": "owner", "people": [ben.pk], "then": "next"}))

    step = Chain.objects.get(name="Two steps").steps.get()
    assert (step.then, step.people.count()) == ("", 0)


def test_the_page_says_what_a_step_lacks(client, root):
    client.force_login(root)

    answer = client.post("/inbox/chains/new/", form({"who": "role"}))

    assert answer.status_code == 400
    assert "Step 1: name the role that decides." in answer.content.decode()


def test_one_more_step_is_added_without_a_script(client, root):
    client.force_login(root)

    page = client.post("/inbox/chains/new/", form({}, more="1")).content.decode()

    assert "Step 2" in page
    assert not Chain.objects.filter(name="Two steps").exists()


def test_a_step_is_left_out(client, root):
    client.force_login(root)
    chain = save_chain(actor="t", name="Two steps", steps=[Wish(who="owner"), Wish(who="steward")])

    client.post(f"/inbox/chains/{chain.code}/edit/", form({"DELETE": "on"}, {"who": "steward"}, version="1"))

    assert Chain.objects.get(pk=chain.pk).steps.get().who == "steward"


def test_it_is_switched_off_and_on(client, root):
    client.force_login(root)
    chain = save_chain(actor="t", name="Chain", steps=[Wish(who="owner")])
    client.post(f"/inbox/chains/{chain.code}/switch/")
    chain.refresh_from_db()
    assert not chain.is_active

    save_chain(actor="t", name="Other", steps=[Wish(who="owner")])
    page = client.post(f"/inbox/chains/{chain.code}/switch/", follow=True).content.decode()
    assert "Another chain decides about this already." in page


def test_a_role_that_goes_leaves_a_step_that_nobody_takes(root):
    dee = make_user("dee", "steward", "auditor")
    role = dee.groups.get(name="auditor")
    chain = save_chain(actor="t", name="Chain", steps=[Wish(who="role", role=role)])

    role.delete()

    assert Chain.objects.get(pk=chain.pk).steps.get().asked == "A role that is gone"


def test_switching_on_what_is_on_changes_nothing():
    chain = save_chain(actor="t", name="Chain", steps=[Wish(who="owner")])

    assert switch_chain(chain=chain, actor="t", on=True).version == 1
