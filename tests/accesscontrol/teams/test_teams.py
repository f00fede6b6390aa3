"""Teams: made, renamed, joined and left; policies that name them keep their word."""

import json

import pytest

from accesscontrol.audit.models import Entry
from accesscontrol.identity.models import Team
from tests.build import make_policy, make_token, make_user

pytestmark = pytest.mark.django_db

LIST, API = "/access/teams/", "/api/v1/teams/"
NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def administrator(client):
    client.force_login(make_user("ada", "administrator"))
    return client


def facts(prefix="teams."):
    rows = Entry.objects.filter(action__startswith=prefix).order_by("pk")
    return [(row.action, json.loads(row.body)["details"]) for row in rows]


def test_a_team_is_made_joined_left_and_deleted(administrator):
    make_user("vic", team="Support")
    made = administrator.post(f"{LIST}new/", {"name": " Sales "})["Location"]
    assert administrator.post(f"{LIST}new/", {"name": "Sales"}).status_code == 400
    team = Team.objects.get(name="Sales")

    assert administrator.post(f"{made}members/", {"person": "vic"}).status_code == 302
    assert administrator.post(f"{made}members/", {"person": "vic"}).status_code == 302  # is in it already
    assert administrator.post(f"{made}members/", {"person": "nobody"}).status_code == 400
    assert "vic" in administrator.get(made).content.decode()
    assert administrator.post(f"{made}delete/").status_code == 409
    vic = team.members.get()
    assert administrator.post(f"{made}members/{vic.code}/remove/").status_code == 302
    assert administrator.post(f"{made}members/{vic.code}/remove/").status_code == 404
    assert administrator.post(f"{made}rename/", {"name": "Support"}).status_code == 400
    assert administrator.post(f"{made}rename/", {"name": "Sellers"})["Location"] == made
    assert administrator.post(f"{made}delete/")["Location"] == LIST
    assert administrator.get(made).status_code == 404
    assert facts() == [
        ("teams.created", {"team": "Sales"}),
        ("teams.member_added", {"team": "Sales", "member": "vic", "left": "Support"}),
        ("teams.member_removed", {"team": "Sales", "member": "vic"}),
        ("teams.renamed", {"team": "Sellers", "before": "Sales"}),
        ("teams.deleted", {"team": "Sellers"}),
    ]


def test_a_team_that_a_policy_names_keeps_its_name(administrator):
    team = Team.objects.create(name="Sales")
    make_policy("sales", {"attribute": "user.team", "operator": "in", "value": ["Sales", "HR"]})

    for address in ("rename", "delete"):
        answer = administrator.post(f"{LIST}{team.code}/{address}/", {"name": "Sellers"})
        assert answer.status_code == 409
        assert "named by policies in force (sales)" in answer.content.decode()


def test_nobody_moves_themselves(administrator):
    team = Team.objects.create(name="Sales")

    answer = administrator.post(f"{LIST}{team.code}/members/", {"person": "ada"})

    assert answer.status_code == 409
    assert not team.members.exists()


def test_the_list_counts_members(administrator):
    assert "No teams yet" in administrator.get(LIST).content.decode()
    make_user("vic", team="Sales")
    make_user("tim", team="Sales")

    assert '<td class="num">2</td>' in administrator.get(LIST).content.decode()


@pytest.mark.parametrize(("role", "status"), [("auditor", 200), ("viewer", 403), ("steward", 403)])
def test_who_may_not_change_teams(client, role, status):
    team, vic = Team.objects.create(name="Sales"), make_user("vic", team="Sales")
    client.force_login(make_user("someone", role))
    here = f"{LIST}{team.code}/"

    for address in (LIST, here, API, f"{API}{team.code}/"):
        assert client.get(address).status_code == status
    pages = (
        f"{LIST}new",
        f"{here}rename",
        f"{here}delete",
        f"{here}members",
        f"{here}members/{vic.code}/remove",
    )
    for address in pages:
        assert client.post(f"{address}/", {"name": "x", "person": "vic"}).status_code == 403
    for address in (API, f"{API}{team.code}/add/", f"{API}{team.code}/remove/"):
        assert client.post(address, {"name": "x"}, content_type="application/json").status_code == 403
    for send in (client.patch, client.delete):
        assert send(f"{API}{team.code}/", {}, content_type="application/json").status_code == 403
    assert client.get(f"{LIST}{NOBODY}/").status_code == (404 if status == 200 else 403)
    assert team.members.get() == vic


def test_teams_through_the_api(client):
    token = make_token(make_user("ada", "administrator"))
    make_user("vic")

    def call(method, address, body=None):
        headers = {"Authorization": f"Bearer {token}"}
        return getattr(client, method)(address, body or {}, content_type="application/json", headers=headers)

    made = call("post", API, {"name": "Sales"})
    assert (made.status_code, made.json()["members"]) == (201, [])
    here = f"{API}{made.json()['code']}/"
    assert call("post", API, {"name": "Sales"}).json()["errors"][0]["field"] == "name"
    assert call("post", f"{here}add/", {"member": "vic"}).json()["members"] == ["vic"]
    assert call("delete", here).status_code == 409
    assert call("post", f"{here}remove/", {"member": "vic"}).json()["members"] == []
    assert call("post", f"{here}add/", {"member": "zoe"}).status_code == 400
    assert call("patch", here, {"name": "Sellers"}).json()["name"] == "Sellers"
    assert [row["name"] for row in call("get", API).json()["results"]] == ["Sellers"]
    assert call("delete", here).status_code == 204


def test_no_team_takes_a_name_that_policies_in_force_let_in(client):
    make_policy("fraud", {"attribute": "user.team", "operator": "==", "value": "Fraud"})
    client.force_login(make_user("ada", "administrator", team="Sales"))
    team = Team.objects.get(name="Sales")

    assert client.post(f"{LIST}{team.code}/rename/", {"name": "Fraud"}).status_code == 409
    assert Team.objects.get() == team
