"""What a company wants to know besides: definitions, and values by their type."""

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from accesscontrol.audit.models import Entry
from catalog.assets.models import Asset
from catalog.properties.models import Property
from catalog.properties.services import save_property
from catalog.properties.values import Wrong, value_of
from stewardship.approvals.models import Proposal
from stewardship.approvals.services import approve
from tests.build import make_asset, make_token, make_user

EVERY = {
    "text": "Tokyo",
    "number": 12.5,
    "boolean": False,
    "date": "2027-03-01",
    "choice": "high",
    "url": "https://wiki.example/orders",
    "person": "olga",
}


@pytest.fixture
def told(ana):
    return {
        "headers": {"Authorization": f"Bearer {make_token(ana)}"},
        "content_type": "application/json",
    }


def define(type="text", name="", **more):
    choices = ["low", "high"] if type == "choice" else []
    values = {"name": name or f"a_{type}", "label": f"A {type}", "choices": choices, **more}
    return save_property(actor="ana", type=type, **values)


def address(asset):
    return f"/api/v1/assets/{asset.code}/"


def faults(answer):
    return [(error["field"], error["detail"]) for error in answer.json()["errors"]]


def test_a_value_of_every_type_is_kept_as_it_is(client, told):
    make_user("olga", "viewer")
    for type_ in EVERY:
        define(type_)
    said = {f"a_{type_}": value for type_, value in EVERY.items()}

    answer = client.patch(address(make_asset()), {"properties": said}, **told)

    assert answer.json()["properties"] == said
    assert '"properties":{"a_boolean":false' in Entry.objects.get(action="catalog.asset_changed").body


@pytest.mark.parametrize(
    ("type_", "said", "says"),
    [
        ("text", 3, "Write a text"),
        ("number", "three", "Write a number"),
        ("number", True, "Write a number"),
        ("boolean", "perhaps", "true or false"),
        ("date", "1.3.2027", "Write a day"),
        ("choice", "middle", "Choose one of low, high"),
        ("url", "javascript:alert(1)", "begins with https://"),
        ("person", "nobody", "nobody of this user name"),
    ],
)
def test_a_value_of_another_type_is_refused(client, told, type_, said, says):
    define(type_)

    answer = client.patch(address(make_asset()), {"properties": {f"a_{type_}": said}}, **told)

    [(field, detail)] = faults(answer)
    assert (answer.status_code, field) == (400, "properties")
    assert detail.startswith(f"A {type_}: ")
    assert says in detail


def test_what_nobody_defined_for_this_kind_is_refused(client, told):
    define(name="floor", kinds=["dashboard"])
    table, board = make_asset(), make_asset("board", kind="dashboard")

    for name in ("floor", "ceiling"):
        answer = client.patch(address(table), {"properties": {name: "x"}}, **told)
        assert faults(answer) == [("properties", f"{name}: there is no such property of this kind of asset.")]
    assert client.patch(address(board), {"properties": {"floor": "x"}}, **told).status_code == 200


def test_nothing_said_is_nothing_kept(client, told):
    define("number")
    asset = make_asset(properties={"a_number": 3})

    client.patch(address(asset), {"properties": {"a_number": None}}, **told)

    assert Asset.objects.get().properties == {}


@pytest.mark.parametrize("change", [{"type": "text", "choices": []}, {"name": "other"}, {"choices": ["low"]}])
def test_what_something_has_keeps_its_name_type_and_choices(client, told, change):
    row = define("choice")
    asset = make_asset(properties={"a_choice": "high"})
    at = f"/api/v1/properties/{row.code}/"

    assert client.patch(at, change, **told).status_code == 400
    assert client.delete(at, **told).status_code == 409
    wider = {"label": "Other", "choices": ["high", "low", "higher"]}
    assert client.patch(at, wider, **told).status_code == 200
    Asset.objects.filter(pk=asset.pk).update(properties={})
    assert client.patch(at, change, **told).status_code == 200
    assert client.delete(at, **told).status_code == 204


@pytest.mark.django_db
def test_the_database_itself_keeps_the_type_of_what_something_has():
    row = define("number")
    make_asset(properties={"a_number": 3})

    with pytest.raises(IntegrityError), transaction.atomic():
        Property.objects.filter(pk=row.pk).update(type="text")
    with pytest.raises(IntegrityError), transaction.atomic():
        row.delete()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "No Name"}, "name"),
        ({"type": "colour"}, "type"),
        ({"type": "choice"}, "choices"),
        ({"kinds": ["abacus"]}, "kinds"),
    ],
)
def test_what_is_wrong_with_a_definition_is_named(client, told, change, field):
    body = {"name": "cost", "label": "Cost", "type": "text", **change}

    answer = client.post("/api/v1/properties/", body, **told)

    assert (answer.status_code, [name for name, _ in faults(answer)]) == (400, [field])


def test_it_is_defined_and_filled_in_the_browser(ana, signed_in):
    browser, asset = signed_in(ana), make_asset()
    form = {"label": "Kept for", "name": "kept_for", "type": "choice", "choices": "1 year\n10 years"}
    browser.post("/catalog/properties/add/", {**form, "required": "on"})
    browser.post("/catalog/properties/add/", {"label": "Live", "name": "live", "type": "boolean"})
    before = browser.get(asset.get_absolute_url()).text

    browser.post(
        f"/catalog/assets/{asset.code}/properties/",
        {"version": "1", "p_kept_for": "10 years", "p_live": "false"},
    )

    assert "Missing" in before
    assert Asset.objects.get().properties == {"kept_for": "10 years", "live": False}
    assert "10 years" in browser.get(asset.get_absolute_url()).text
    assert "Kept for" in browser.get("/catalog/properties/").text


def test_who_may_not_change_the_asset_proposes(vera, signed_in):
    define(name="room")
    asset = make_asset()

    form = {"version": "1", "p_room": "12", "reason": "I asked there"}
    signed_in(vera).post(f"/catalog/assets/{asset.code}/properties/", form)
    approve(proposal=Proposal.objects.get(), actor=make_user("stella", "steward"))

    assert Asset.objects.get().properties == {"room": "12"}


@pytest.mark.parametrize(
    ("said", "fault"),
    [({"live": "perhaps"}, "Live"), ({"nothing": 1}, "there is no such property"), ("x", "Write an object")],
)
def test_a_program_that_proposes_is_told_at_once_what_is_wrong(vera, client, said, fault):
    define(name="live", label="Live", type="boolean")
    body = {
        "verb": "catalog.change_asset",
        "subject": str(make_asset().code),
        "changes": {"properties": said},
    }
    bearer = {"Authorization": f"Bearer {make_token(vera)}"}

    answer = client.post("/api/v1/proposals/", body, content_type="application/json", headers=bearer)

    assert answer.status_code == 400
    assert fault in answer.content.decode()
    assert not Proposal.objects.exists()


@given(
    st.sampled_from(["text", "number", "boolean", "date", "url"]),
    st.one_of(st.none(), st.text(), st.integers(), st.floats(), st.booleans(), st.lists(st.text())),
)
def test_what_is_kept_is_kept_again(type_, said):
    """Whatever is said is refused, or kept in a form that says the same when it is said once more."""
    try:
        kept = value_of(type_, said)
    except Wrong:
        return
    assert value_of(type_, kept) == kept
