"""Tags in the browser and by the API."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.assets.models import Asset, Field
from catalog.tags.models import Classification, Tag
from catalog.tags.services import add_usual_classifications, set_tags
from stewardship.approvals.models import Proposal
from stewardship.approvals.services import approve
from tests.build import make_asset, make_token, make_user

pytestmark = pytest.mark.django_db
DOCUMENT = """
- name: Layer
  exclusive: true
  tags:
    - {name: Raw}
    - name: Curated
      tags: [{name: Mart, description: For reports.}]
"""


@pytest.fixture
def usual():
    add_usual_classifications(actor="tests")


@pytest.fixture
def browser(ana, signed_in):
    return signed_in(ana)


def fields_of(form, name):
    """The form's field that offers the tags of a classification."""
    return next(key for key, field in form.fields.items() if field.label == name)


def test_a_classification_and_its_tags_are_added_changed_and_deleted(browser):
    browser.post("/catalog/classifications/add/", {"name": "Layer", "exclusive": "on"})
    layer = Classification.objects.get()
    add = reverse("catalog:tag-add", args=[layer.code])
    browser.post(add, {"name": "Raw"})
    raw = Tag.objects.get()
    browser.post(add, {"name": "Files", "parent": raw.pk})
    files = Tag.objects.get(name="Files")
    browser.post(
        reverse("catalog:tag-edit", args=[raw.code]),
        {"name": "Landing", "version": "1", "description": "As it came."},
    )

    assert (layer.exclusive, Tag.objects.get(pk=files.pk).path) == (True, "Layer.Landing.Files")
    assert browser.post(reverse("catalog:classification-delete", args=[layer.code])).status_code == 409
    for row in (files, raw):
        browser.post(reverse("catalog:tag-delete", args=[row.code]))
    browser.post(reverse("catalog:classification-delete", args=[layer.code]))
    assert not Classification.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a.b"}, "name"),
        ({"name": "Contact"}, "__all__"),
        ({"name": "x", "parent": "0"}, "parent"),
    ],
)
def test_what_is_wrong_with_a_tag_is_named(browser, usual, given, field):
    pii = Classification.objects.get(name="PII")

    answer = browser.post(reverse("catalog:tag-add", args=[pii.code]), given)

    assert (answer.status_code, list(answer.context["form"].errors)) == (400, [field])


def test_a_document_is_imported_twice_with_the_same_result(browser):
    for _ in range(2):
        assert browser.post("/catalog/tags/import/", {"document": DOCUMENT}).status_code == 302

    assert [row.path for row in Tag.objects.all()] == ["Layer.Curated", "Layer.Curated.Mart", "Layer.Raw"]


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ("{", "neither YAML nor JSON"),
        ("a: b", "list of classifications"),
        ("- {tags: []}", "name must be a text"),
        ("- {name: A, tags: [{nam: x}]}", "nam is not known"),
        ("- {name: A, exclusive: maybe}", "must be true or false"),
        ("- {name: A.B}", "A name has no dot"),
    ],
)
def test_a_document_that_cannot_be_read_says_where(browser, document, says):
    answer = browser.post("/catalog/tags/import/", {"document": document})

    assert answer.status_code == 400
    assert says in " ".join(answer.context["form"].errors["document"])


def test_an_asset_and_its_field_are_tagged_in_the_browser(browser, usual):
    asset = make_asset(columns="mail")
    field = Field.objects.get()
    page = reverse("catalog:asset-tags", args=[asset.code])
    form = browser.get(page).context["form"]

    browser.post(page, {"version": "1", fields_of(form, "Confidentiality"): "Confidentiality.Secret"})
    browser.post(
        reverse("catalog:field-tags", args=[field.code]),
        {"version": "1", fields_of(form, "PII"): ["PII.Contact.Email", "PII.Online"]},
    )

    shown = browser.get(asset.get_absolute_url())
    assert Asset.objects.get().tags == ["Confidentiality.Secret"]
    (tagged,) = [each for each in shown.context["slots"]["aside"] if each.template.endswith("/tags.html")]
    assert [each.path for each in tagged.part["tags"]] == ["Confidentiality.Secret"]
    assert "PII.Contact.Email" in shown.text


def test_tags_that_somebody_changed_meanwhile_are_shown_side_by_side(browser, usual):
    asset = make_asset()
    set_tags(thing=asset, paths=["PII.Health"], actor="leo")
    page = reverse("catalog:asset-tags", args=[asset.code])
    form = browser.get(page).context["form"]

    answer = browser.post(page, {"version": "1", fields_of(form, "PII"): ["PII.Online"]})

    assert answer.status_code == 409
    assert answer.context["overtaken"] == [("Tags", "PII.Health", "PII.Online")]


def test_who_may_not_tag_proposes(vera, signed_in, usual):
    asset = make_asset()
    browser, page = signed_in(vera), reverse("catalog:asset-tags", args=[asset.code])
    form = browser.get(page).context["form"]

    browser.post(page, {"version": "1", "reason": "it has diagnoses", fields_of(form, "PII"): ["PII.Health"]})
    proposal = Proposal.objects.get()
    assert Asset.objects.get().tags == []
    approve(proposal=proposal, actor=make_user("stella", "steward"))

    assert (proposal.verb, proposal.after) == ("catalog.tag_asset", {"tags": ["PII.Health"]})
    assert Asset.objects.get().tags == ["PII.Health"]


def test_the_api_does_all_of_it(client, ana):
    told = {"headers": {"Authorization": f"Bearer {make_token(ana)}"}, "content_type": "application/json"}
    made = client.post("/api/v1/classifications/", {"name": "Layer", "exclusive": True}, **told)
    raw = client.post("/api/v1/tags/", {"classification": "Layer", "name": "Raw"}, **told).json()
    below = client.post(
        "/api/v1/tags/", {"classification": "Layer", "parent": "Layer.Raw", "name": "Files"}, **told
    ).json()
    renamed = client.patch(f"/api/v1/tags/{raw['code']}/", {"name": "Landing"}, **told).json()
    asset = make_asset()
    tags = f"/api/v1/assets/{asset.code}/tags/"

    put = client.put(tags, {"tags": ["Layer.Landing.Files"], "version": 1}, **told)
    stale = client.put(tags, {"tags": [], "version": 1}, **told)
    wrong = client.put(tags, {"tags": ["Layer.Nothing"]}, **told)
    used = client.delete(f"/api/v1/tags/{below['code']}/", **told)

    assert (made.status_code, below["path"], renamed["path"]) == (201, "Layer.Raw.Files", "Layer.Landing")
    assert put.json() == {"tags": ["Layer.Landing.Files"], "version": 2}
    assert client.get(f"/api/v1/assets/{asset.code}/", **told).json()["tags"] == ["Layer.Landing.Files"]
    assert (stale.status_code, used.status_code) == (409, 409)
    assert wrong.json()["errors"] == [{"field": "tags", "detail": "There is no tag Layer.Nothing."}]


def test_the_list_costs_the_same_for_any_number_of_tags(browser, usual):
    browser.get("/catalog/tags/")
    few = queries(browser)
    for at in range(5):
        set_tags(thing=make_asset(f"a{at}"), paths=["PII.Health"], actor="ana")

    assert queries(browser) == few


def queries(browser):
    with CaptureQueriesContext(connection) as done:
        browser.get("/catalog/tags/")
    return len(done)
