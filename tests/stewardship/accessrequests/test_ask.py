"""Asking tells nothing: what exists and what does not give one page, one answer and one row."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from accesscontrol.audit.models import Entry
from accesscontrol.display.stubs import Stubs
from accesscontrol.refusal import Refused
from stewardship.accessrequests.choices import CHOICES
from stewardship.accessrequests.models import AccessRequest
from stewardship.accessrequests.services import request_access
from tests.build import make_asset, make_policy, make_token, make_user

pytestmark = pytest.mark.django_db

SAID = {"action": "view", "days": 7, "reason": "month end"}
API = "/api/v1/access-requests/"


@pytest.fixture
def bob():
    return make_user("bob", "viewer")


@pytest.fixture
def olga():
    return make_user("olga")


@pytest.fixture
def orders(olga):
    return make_asset(owner=olga)


def page(client, address, code):
    """What a reader sees, without the code itself and the token of the form."""
    text = client.get(address).content.decode()
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"', "", text).replace(
        str(code), ""
    )


def test_the_page_is_the_same_whether_or_not_the_code_exists(client, bob, orders):
    client.force_login(bob)
    nothing = uuid4()

    pages = [page(client, f"/access/request/{code}/", code) for code in (orders.code, nothing)]

    assert pages[0] == pages[1]
    assert orders.name not in pages[0]
    assert "olga" not in pages[0]


def test_the_answer_and_the_list_are_the_same_too(client, bob, orders):
    client.force_login(bob)
    seen = []
    for code in (orders.code, uuid4()):
        answer = client.post(f"/access/request/{code}/", SAID, follow=True)
        row = AccessRequest.objects.get()
        detail = client.get(f"/access/requests/{row.code}/").content.decode()
        both = (answer.content.decode() + detail).replace(str(row.code), "").replace(str(code), "")
        both = re.sub(r'value="\w{64}"|"X-CSRFToken": "\w+"|<time.*?</time>', "", both)
        seen.append((answer.status_code, both))
        AccessRequest.objects.all().delete()

    assert seen[0] == seen[1]
    assert "Your request was sent to whoever answers for it." in seen[0][1]


def test_the_api_answers_alike(client, bob, orders):
    headers = {"Authorization": f"Bearer {make_token(bob)}"}
    answers = []
    for code in (orders.code, uuid4()):
        sent = json.dumps({"asset": str(code), **SAID})
        answer = client.post(API, sent, "application/json", headers=headers)
        answers.append(
            (answer.status_code, {**answer.json(), "code": "", "created_at": "", "expires_at": ""})
        )
        assert answers[-1][1].pop("asset") == answers[-1][1].pop("title") == str(code)

    assert answers[0] == answers[1]
    assert answers[0][0] == 202


def test_what_does_not_exist_reaches_nobody_and_is_noted(bob, orders):
    row = request_access(actor=bob, asked_as=str(uuid4()), **SAID)

    decider = make_user("ada", "administrator")
    assert not AccessRequest.objects.decidable_by(decider).exists()
    assert row.resource is None
    entry = Entry.objects.get(action="access.requested")
    assert (entry.object_id, '"exists":false' in entry.body) == (str(row.code), True)


def test_whoever_may_discover_it_reads_name_and_owner(client, bob, orders):
    make_policy("known", actions=["discover"])
    client.force_login(bob)

    text = client.get(f"/access/request/{orders.code}/").content.decode()

    assert orders.name in text
    assert "olga" in text
    assert orders.get_absolute_url() not in text


def test_a_stub_of_a_picture_asks_for_what_it_hides_and_only_for_its_reader(client, bob, orders):
    stub = Stubs(settings.SECRET_KEY, bob.pk).id_of(orders.pk)
    for name, found in (("bob", orders), ("eve", None)):
        user = bob if name == "bob" else make_user(name, "viewer")
        client.force_login(user)
        assert orders.name not in client.get(f"/access/request/t/{stub}/").content.decode()
        client.post(f"/access/request/t/{stub}/", SAID)
        row = AccessRequest.objects.get(requester=user)
        assert row.resource == found
        mine = client.get("/access/requests/").content.decode()
        assert "A hidden asset" in mine
        assert str(orders.code) not in mine


def test_the_stub_shows_the_way_to_ask(client, bob, orders):
    client.force_login(bob)

    missing = client.get(f"/catalog/assets/{orders.code}/")
    nothing = client.get(f"/catalog/assets/{uuid4()}/")

    assert missing.status_code == nothing.status_code == 404
    assert f"/access/request/{orders.code}/" in missing.content.decode()
    assert "/access/request/" in nothing.content.decode()


def test_asking_twice_is_asking_once(bob, orders):
    first = request_access(actor=bob, asked_as=str(orders.code), **SAID)

    assert request_access(actor=bob, asked_as=str(orders.code), **SAID) == first
    assert request_access(actor=bob, asked_as=str(orders.code), **{**SAID, "action": "change"}) != first
    AccessRequest.objects.filter(pk=first.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
    assert request_access(actor=bob, asked_as=str(orders.code), **SAID) != first
    first.refresh_from_db()
    assert first.status == "expired"


def test_nobody_floods_the_inbox(bob, monkeypatch):
    monkeypatch.setattr("stewardship.accessrequests.services.CHOICES", replace(CHOICES, most_pending=2))
    for _ in range(2):
        request_access(actor=bob, asked_as=str(uuid4()), **SAID)

    with pytest.raises(Refused, match="2 of your requests are open"):
        request_access(actor=bob, asked_as=str(uuid4()), **SAID)


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("action", {"action": "own"}),
        ("days", {"days": 2}),
        ("days", {"days": 900}),
        ("reason", {"reason": " "}),
    ],
)
def test_a_bad_question_is_refused_by_field(client, bob, orders, field, said):
    with pytest.raises(ValidationError) as refusal:
        request_access(actor=bob, asked_as=str(orders.code), **{**SAID, **said})
    assert list(refusal.value.message_dict) == [field]

    headers = {"Authorization": f"Bearer {make_token(bob)}"}
    sent = json.dumps({"asset": str(orders.code), **SAID, **said})
    answer = client.post(API, sent, "application/json", headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)

    client.force_login(bob)
    assert client.post(f"/access/request/{orders.code}/", {**SAID, **said}).status_code == 400
    assert not AccessRequest.objects.exists()


def test_strangers_sign_in_first(client, orders):
    assert client.get(f"/access/request/{orders.code}/").status_code == 302
    assert client.post(API, "{}", "application/json").status_code in {401, 403}


def test_what_one_may_discover_is_named_in_ones_own_requests(client):
    bob = make_user("bob", "viewer")
    make_policy("names", actions=["discover"])
    hidden = make_asset("hr.public.salaries")
    client.force_login(bob)
    client.post(
        f"/access/request/{hidden.code}/", {"action": "view", "days": 7, "reason": "The yearly report"}
    )

    assert "hr.public.salaries" in client.get("/access/requests/").content.decode()
