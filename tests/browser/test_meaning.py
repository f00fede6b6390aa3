"""What is said of an asset, as a user says it: in the drawer, in place, and as a proposal."""

import pytest
from playwright.sync_api import expect

from catalog.assets.models import Asset, Field
from catalog.certification.models import Certificate
from catalog.tags.services import add_usual_classifications, set_tags
from stewardship.approvals.models import Proposal
from tests.build import make_asset, make_policy, make_user


@pytest.fixture
def orders(live):
    make_policy("all", actions=["view", "change"])
    make_user("stella", "steward")
    make_user("vera", "viewer")
    add_usual_classifications(actor="tests")
    asset = make_asset("shop.public.orders", "id email note", description="All orders")
    set_tags(thing=Field.objects.get(name="email"), paths=["PII.Contact.Email"], actor="tests")
    return asset


def test_a_column_opens_beside_the_page_by_keyboard(enter, axe, orders):
    page = enter("stella", orders.get_absolute_url())
    link = page.get_by_role("link", name="email", exact=True)
    link.focus()
    page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog", name="Column")
    expect(drawer.get_by_role("heading", name="email")).to_be_visible()
    expect(drawer.get_by_role("link", name="PII.Contact.Email")).to_be_visible()
    axe(page)
    drawer.get_by_role("button", name="Column after: note").click()
    expect(drawer.get_by_role("heading", name="note")).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(link).to_be_focused()
    page.set_viewport_size({"width": 390, "height": 844})
    link.click()
    expect(drawer).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    drawer.get_by_role("link", name="Open email as a page").click()
    expect(page.get_by_role("heading", name="email", level=1)).to_be_visible()


def test_a_description_is_edited_in_its_place(enter, axe, orders):
    page = enter("stella", orders.get_absolute_url())
    page.get_by_role("link", name="Edit of the description").click()
    box = page.get_by_label("Description")
    expect(box).to_have_value("All orders")
    axe(page)
    box.fill("One row for each order")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("One row for each order")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()


def test_who_may_not_change_it_proposes_in_the_same_form(enter, axe, orders):
    page = enter("vera", orders.get_absolute_url())
    page.get_by_role("link", name="Propose tags").click()
    page.get_by_label("Health").check()
    page.get_by_label("Reason").fill("Notes hold diagnoses")
    axe(page)
    page.get_by_role("button", name="Propose").click()
    expect(page.get_by_role("link", name="A proposal")).to_be_visible()
    assert Proposal.objects.get().after == {"tags": ["PII.Health"]}


def test_a_steward_certifies_and_deprecates(enter, axe, orders):
    make_asset("shop.public.sales")
    page = enter("stella", orders.get_absolute_url())
    page.get_by_role("link", name="Certify a certificate").click()
    page.get_by_label("Gold").check()
    page.get_by_label("Reason").fill("Counted twice")
    axe(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Counted twice")).to_be_visible()
    assert Certificate.objects.get().level == "gold"
    page.get_by_role("link", name="Deprecate").click()
    page.get_by_label("Deprecated").check()
    page.get_by_label("Replacement").fill("shop.public.sales")
    axe(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="sales", exact=True)).to_be_visible()
    assert Asset.objects.get(name="shop.public.orders").status == "deprecated"


def test_classifications_are_kept_on_their_page(enter, axe, sure, orders):
    page = enter("stella", "/catalog/tags/")
    axe(page)
    page.get_by_role("link", name="Add a classification").click()
    page.get_by_label("Name").fill("Layer")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Add a tag of Layer").click()
    page.get_by_label("Name").fill("Raw")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Layer.Raw")).to_be_visible()
    axe(page)
    sure(page, "Delete")
    expect(page.get_by_text("Layer.Raw is deleted.")).to_be_visible()
