"""Changing an asset and its fields in the browser; nobody overwrites what they have not seen."""

import pytest
from django.urls import reverse

from accesscontrol.audit.models import Entry
from catalog.assets.models import Asset, Field
from catalog.assets.names import AssetName
from catalog.assets.services import change_asset, change_field, ensure_assets
from catalog.domains.services import save_domain
from tests.build import make_asset, make_policy, make_user


@pytest.fixture
def asset(db):
    return make_asset(columns="id email", description="Old")


@pytest.fixture
def browser(ana, signed_in):
    return signed_in(ana)


def edit_of(asset):
    return reverse("catalog:asset-edit", args=[asset.code])


FORM = {"version": "1"}


def test_a_description_is_changed_in_its_place(browser, asset):
    opened = browser.get(
        reverse("catalog:describe", args=[asset.code]),
        headers={"HX-Request": "true", "HX-Target": "description"},
    )
    response = browser.post(
        reverse("catalog:describe", args=[asset.code]), {"description": "New", "version": "1"}
    )

    asset.refresh_from_db()
    assert opened.text.strip().startswith('<section class="card" id="description">')
    assert 'name="description"' in opened.text
    assert response.url == asset.get_absolute_url()
    assert (asset.description, asset.version) == ("New", 2)
    entry = Entry.objects.get(action="catalog.asset_changed")
    assert entry.actor == "ana"
    assert '"before":{"description":"Old"}' in entry.body


def test_a_stale_description_shows_both(browser, asset):
    change_asset(asset=asset, actor="leo", changes={"description": "Theirs"})

    response = browser.post(
        reverse("catalog:describe", args=[asset.code]), {"description": "Mine", "version": "1"}
    )

    assert response.status_code == 409
    assert "Theirs" in response.text
    assert "Mine" in response.text
    assert 'name="version" value="2"' in response.text
    assert Asset.objects.get(pk=asset.pk).description == "Theirs"


def test_owner_tier_domain_and_the_rest_are_changed(browser, asset):
    olga = make_user("olga", "viewer")
    sales = save_domain(actor="tests", slug="sales", name="Sales")

    response = browser.post(
        edit_of(asset),
        {
            "owner": olga.pk,
            "tier": "2",
            "domain": sales.pk,
            "sensitivity": "2",
            "gdpr_category": "contact data",
            "location": "eu",
            "version": "1",
        },
    )

    asset.refresh_from_db()
    assert response.url == asset.get_absolute_url()
    assert (asset.owner, asset.tier, asset.domain) == (olga, 2, sales)
    assert (asset.sensitivity, asset.gdpr_category, asset.location) == (2, "contact data", "eu")
    assert asset.description == "Old"


def test_a_stale_form_shows_what_differs_and_may_be_sent_again(browser, asset):
    change_asset(asset=asset, actor="leo", changes={"tier": 3})

    refused = browser.post(edit_of(asset), {**FORM, "location": "eu"})
    again = browser.post(edit_of(asset), {**FORM, "location": "eu", "version": "2"})

    assert refused.status_code == 409
    assert refused.context["overtaken"] == [("Tier", "Tier 3", ""), ("Location", "", "eu")]
    assert 'name="version" value="2"' in refused.text
    assert again.status_code == 302
    asset.refresh_from_db()
    assert (asset.tier, asset.location) == (None, "eu")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"tier": "9"}, "tier"),
        ({"owner": "0"}, "owner"),
        ({"sensitivity": "9"}, "sensitivity"),
        ({"location": "x" * 101}, "location"),
        ({"version": "now"}, "version"),
    ],
)
def test_bad_input_is_named_by_its_field(browser, asset, change, field):
    response = browser.post(edit_of(asset), {**FORM, **change})

    assert response.status_code == 400
    assert list(response.context["form"].errors) == [field]


def test_an_owner_whose_account_is_closed_is_not_lost(browser, asset):
    olga = make_user("olga", "viewer")
    olga.is_active = False
    olga.save()
    change_asset(asset=asset, actor="leo", changes={"owner": olga})

    browser.post(edit_of(asset), {**FORM, "owner": olga.pk, "version": "2", "location": "eu"})

    asset.refresh_from_db()
    assert (asset.owner, asset.location) == (olga, "eu")


def test_a_field_is_changed_and_its_asset_holds_personal_data(browser, asset):
    email = Field.objects.get(name="email")

    response = browser.post(
        reverse("catalog:field-edit", args=[email.code]),
        {
            "description": "Theirs",
            "identity": "email",
            "sensitive": "on",
            "gdpr_sensitivity": "high",
            "required": "on",
            "validation_rules": '[{"rule": "regex", "pattern": "@"}]',
            "version": "1",
        },
    )

    email.refresh_from_db()
    assert response.url == email.get_absolute_url()
    assert (email.description, email.identity, email.sensitive) == ("Theirs", "email", True)
    assert (email.gdpr_sensitivity, email.required, email.version) == ("high", True, 2)
    assert email.validation_rules == [{"rule": "regex", "pattern": "@"}]
    assert Asset.objects.get(pk=asset.pk).has_personal_data is True
    assert Entry.objects.get(action="catalog.field_changed").object_id == str(asset.code)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"validation_rules": "{"}, "validation_rules"),
        ({"validation_rules": '{"rule": 1}'}, "validation_rules"),
        ({"validation_rules": "[1]"}, "validation_rules"),
        ({"identity": "E-Mail!"}, "identity"),
        ({"gdpr_sensitivity": "very"}, "gdpr_sensitivity"),
    ],
)
def test_what_is_wrong_with_a_field_is_named(browser, asset, change, field):
    email = Field.objects.get(name="email")

    response = browser.post(reverse("catalog:field-edit", args=[email.code]), {"version": "1", **change})

    assert response.status_code == 400
    assert list(response.context["form"].errors) == [field]


def test_a_stale_field_shows_what_differs(browser, asset):
    email = Field.objects.get(name="email")
    change_field(field=email, actor="leo", changes={"identity": "phone"})

    response = browser.post(
        reverse("catalog:field-edit", args=[email.code]), {"identity": "email", "version": "1"}
    )

    assert response.status_code == 409
    assert response.context["overtaken"] == [("Identity", "phone", "email")]


def test_saving_without_a_change_leaves_no_trace(browser, asset):
    browser.post(edit_of(asset), FORM)

    assert Asset.objects.get(pk=asset.pk).version == 1
    assert not Entry.objects.filter(action="catalog.asset_changed").exists()


def test_who_may_neither_change_nor_propose_is_offered_no_form(vera, signed_in, asset):
    role = vera.groups.get()
    role.permissions.remove(role.permissions.get(codename="add_proposal"))
    browser = signed_in(vera)

    assert browser.get(edit_of(asset)).status_code == 403
    assert browser.post(edit_of(asset), FORM).status_code == 403
    assert edit_of(asset) not in browser.get(asset.get_absolute_url()).text


def test_a_policy_may_forbid_what_the_role_allows(ana, signed_in, asset):
    make_policy("frozen", actions=["change"], effect="forbid")
    browser = signed_in(ana)
    email = Field.objects.get(name="email")

    assert browser.get(asset.get_absolute_url()).context["may_change"] is False
    for address in (edit_of(asset), reverse("catalog:field-edit", args=[email.code])):
        answer = browser.post(address, {"version": "1", "location": "eu", "identity": "email"})
        assert list(answer.context["form"].errors) == ["reason"]  # it would be a proposal
    assert Asset.objects.get(pk=asset.pk).location == ""


def test_the_activity_tells_who_changed_what(vera, signed_in, asset):
    change_asset(asset=asset, actor="leo", changes={"description": "New words", "status": "archived"})
    change_field(field=Field.objects.get(name="email"), actor="ana", changes={"identity": "email"})

    page = signed_in(vera).get(f"{asset.get_absolute_url()}activity/")

    assert [(act.actor, act.action, act.field, act.changes) for act in page.context["acts"]] == [
        ("ana", "field_changed", "email", [("identity", "", "email")]),
        (
            "leo",
            "asset_changed",
            "",
            [("description", "Old", "New words"), ("status", "active", "archived")],
        ),
    ]
    assert "became known" in page.text


def test_the_activity_of_many_does_not_name_the_others(vera, signed_in):
    names = [AssetName("table", "ns", name) for name in ("a.first", "b.nobodys_business")]
    first = ensure_assets(wanted=names, actor="events")[names[0]]

    page = signed_in(vera).get(f"{first.get_absolute_url()}activity/")

    assert [act.action for act in page.context["acts"]] == ["assets_registered"]
    assert "nobodys_business" not in page.text
