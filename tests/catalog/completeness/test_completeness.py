"""How complete what is said of an asset is, and what is missing."""

import pytest
from django.urls import reverse

from catalog.assets.models import Asset, Field
from catalog.completeness.reads import completeness, with_completeness
from catalog.completeness.weights import CRITERIA
from catalog.domains.services import save_domain
from catalog.properties.services import save_property
from catalog.tags.services import add_usual_classifications, set_tags
from tests.build import make_asset, make_token, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def stella():
    return make_user("stella", "steward")


def score(asset):
    return with_completeness(Asset.objects.filter(pk=asset.pk)).get().completeness


def whole(stella):
    """An asset of which everything is said."""
    sales = save_domain(actor="tests", slug="sales", name="Sales", steward=stella)
    people = {"owner": stella, "business_owner": stella, "domain": sales}
    asset = make_asset("whole", "id", description="All orders", sensitivity=1, tier=2, **people)
    Field.objects.filter(asset=asset).update(harvested_description="Its number")
    add_usual_classifications(actor="tests")
    set_tags(thing=asset, paths=["PII.Health"], actor="stella")
    return Asset.objects.get(pk=asset.pk)


def test_an_asset_of_which_all_is_said_is_whole_and_an_empty_one_is_not(stella):
    assert score(whole(stella)) == 100
    assert score(make_asset("empty", "id")) == 0


def test_what_cannot_be_asked_does_not_count(stella):
    asset = whole(stella)
    Field.objects.all().delete()

    found = completeness(stella, asset)

    asked = {each.name for each in CRITERIA} - {"columns", "properties"}
    assert (found.score, {part.criterion.name for part in found.parts}) == (100, asked)


def test_shares_count_in_part_and_what_weighs_most_comes_first(stella):
    asset = whole(stella)
    Field.objects.bulk_create(Field(asset=asset, name=f"c{at}", position=at + 2) for at in range(3))
    Asset.objects.filter(pk=asset.pk).update(tier=None)

    found = completeness(stella, Asset.objects.get(pk=asset.pk))

    missing = [(part.criterion.name, part.share) for part in found.missing]
    assert missing == [("columns", 0.25), ("tier", 0.0)]
    assert found.score == round(100 * (100 - 15 * 0.75 - 5) / 100)
    assert found.missing[1].url == reverse("catalog:asset-edit", args=[asset.code])


def test_properties_that_are_required_of_its_kind_belong_to_it(stella):
    asset = whole(stella)
    for name, kinds in (("cost", []), ("kept", ["table"]), ("board", ["dashboard"])):
        save_property(actor="ana", name=name, label=name, type="text", kinds=kinds, required=True)
    save_property(actor="ana", name="hobby", label="Hobby", type="text")
    Asset.objects.filter(pk=asset.pk).update(properties={"kept": "x", "hobby": "y"})

    [part] = completeness(stella, Asset.objects.get(pk=asset.pk)).missing

    assert (part.criterion.name, part.share) == ("properties", 0.5)


def test_a_list_knows_all_scores_in_one_query(stella, django_assert_num_queries):
    whole(stella)
    for at in range(5):
        make_asset(f"empty {at}", "id mail")

    with django_assert_num_queries(1):
        found = [row.completeness for row in with_completeness(Asset.objects.all()).order_by("name")]
    assert found == [0, 0, 0, 0, 0, 100]


def test_the_page_and_the_api_tell_what_is_missing(ana, signed_in):
    asset = make_asset("empty", "id", description="Said")
    headers = {"Authorization": f"Bearer {make_token(ana)}"}

    shown = signed_in(ana).get(asset.get_absolute_url()).text
    told = signed_in(ana).get(f"/api/v1/assets/{asset.code}/completeness/", headers=headers).json()

    assert told["score"] == 20
    assert [part["name"] for part in told["parts"] if part["share"] == 1] == ["description"]
    assert "20 %" in shown
    assert f'<a href="{reverse("catalog:asset-tags", args=[asset.code])}">Tags</a>' in shown
