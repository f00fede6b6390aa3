"""Classifications, tags in them, and where they are; nobody learns of what they may not see."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accesscontrol.audit.models import Entry
from accesscontrol.refusal import Refused
from catalog.assets.models import Asset, Field
from catalog.editing.stale import Stale
from catalog.tags.models import Classification, Tag, TagUse
from catalog.tags.services import (
    add_usual_classifications,
    delete_tag,
    save_classification,
    save_tag,
    set_tags,
)
from tests.build import make_asset, make_policy, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def usual():
    add_usual_classifications(actor="tests")


def tag(path):
    return Tag.objects.get(path=path)


def put(thing, *paths):
    return set_tags(thing=thing, paths=paths, actor="ana")


def test_the_usual_ones_are_added_once():
    assert add_usual_classifications(actor="ana") == 19
    assert add_usual_classifications(actor="ana") == 0
    assert tag("PII.Contact.Email").parent == tag("PII.Contact")
    assert Classification.objects.get(name="Confidentiality").exclusive


def test_paths_follow_names_and_places(usual):
    asset = make_asset(columns="mail")
    put(asset.fields.get(), "PII.Contact.Email")
    pii, email = Classification.objects.get(name="PII"), tag("PII.Contact.Email")

    save_classification(actor="ana", classification=pii, name="Personal data")
    save_tag(actor="ana", tag=email, classification=pii, name="E-mail", parent=tag("Personal data.Identity"))

    asset.refresh_from_db()
    assert asset.fields.get().tags == ["Personal data.Identity.E-mail"]
    assert asset.all_tags == ["Personal data", "Personal data.Identity", "Personal data.Identity.E-mail"]
    assert asset.tags == []


def test_an_asset_holds_its_own_tags_and_knows_those_of_its_fields(usual):
    asset = make_asset(columns="id mail")
    field = Field.objects.get(name="mail")

    put(asset, "Confidentiality.Secret")
    put(field, "PII.Contact.Email", "PII.Online")
    put(field, "PII.Online")

    asset.refresh_from_db()
    field.refresh_from_db()
    assert (asset.tags, field.tags) == (["Confidentiality.Secret"], ["PII.Online"])
    assert asset.all_tags == ["Confidentiality", "Confidentiality.Secret", "PII", "PII.Online"]
    assert (asset.version, field.version) == (2, 3)
    entry = Entry.objects.filter(action="catalog.tags_changed").latest("pk")
    assert (entry.actor, entry.object_id) == ("ana", str(asset.code))
    assert '"after":{"tags":["PII.Online"]}' in entry.body


def test_of_an_exclusive_classification_a_thing_bears_one(usual):
    asset = make_asset(columns="id")
    put(asset, "Confidentiality.Secret")

    with pytest.raises(ValidationError, match="choose one tag only"):
        put(asset, "Confidentiality.Secret", "Confidentiality.Public")
    put(asset, "Confidentiality.Public")
    put(asset.fields.get(), "Confidentiality.Secret")

    assert [str(use) for use in TagUse.objects.order_by("pk")] == [
        "Confidentiality.Public on shop.public.orders",
        "Confidentiality.Secret on id",
    ]


def test_the_database_itself_refuses_two_of_an_exclusive_one(usual):
    asset = make_asset(columns="id")
    for field in (None, asset.fields.get()):
        TagUse.objects.create(tag=tag("Confidentiality.Public"), asset=asset, field=field)
        with pytest.raises(IntegrityError), transaction.atomic():
            TagUse.objects.create(tag=tag("Confidentiality.Secret"), asset=asset, field=field)
    with pytest.raises(IntegrityError), transaction.atomic():
        Classification.objects.filter(name="Data quality").update(exclusive=False)
        TagUse.objects.create(tag=tag("Data quality.Trusted"), asset=asset)
        TagUse.objects.create(tag=tag("Data quality.Known issues"), asset=asset)
        Classification.objects.filter(name="Data quality").update(exclusive=True)


def test_a_classification_becomes_exclusive_only_where_nothing_bears_two(usual):
    pii = Classification.objects.get(name="PII")
    asset = make_asset()
    put(asset, "PII.Health", "PII.Online")

    with pytest.raises(ValidationError, match="bears two tags"):
        save_classification(actor="ana", classification=pii, name="PII", exclusive=True)
    put(asset, "PII.Health")
    save_classification(actor="ana", classification=pii, name="PII", exclusive=True)
    with pytest.raises(ValidationError, match="choose one tag only"):
        put(asset, "PII.Health", "PII.Online")


def test_the_database_keeps_the_tree_in_its_classification(usual):
    contact, public = tag("PII.Contact"), tag("Confidentiality.Public")
    for wrong in (
        {"parent": public},
        {"parent": tag("PII.Contact.Email")},
        {"classification": public.classification},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Tag.objects.filter(pk=contact.pk).update(**wrong)
            transaction.get_connection().check_constraints()


def test_a_field_of_another_asset_is_refused_by_the_database(usual):
    one, other = make_asset("one", "id"), make_asset("other")

    with pytest.raises(IntegrityError), transaction.atomic():
        TagUse.objects.create(tag=tag("PII.Health"), asset=other, field=one.fields.get())


def test_a_deprecated_tag_stays_where_it_is_and_comes_nowhere_else(usual):
    old, new = make_asset("old"), make_asset("new")
    health = tag("PII.Health")
    put(old, "PII.Health")
    save_tag(actor="ana", tag=health, classification=health.classification, name="Health", deprecated=True)

    put(old, "PII.Health", "PII.Online")
    with pytest.raises(ValidationError, match="is deprecated: choose another"):
        put(new, "PII.Health")

    assert Asset.objects.get(pk=old.pk).tags == ["PII.Health", "PII.Online"]


def test_a_tag_in_use_is_not_deleted(usual):
    put(make_asset(), "PII.Health")

    with pytest.raises(Refused, match="Something bears this tag"):
        delete_tag(tag=tag("PII.Health"), actor="ana")
    with pytest.raises(Refused, match="tags below it"):
        delete_tag(tag=tag("PII.Contact"), actor="ana")
    delete_tag(tag=tag("PII.Online"), actor="ana")

    assert not Tag.objects.filter(path="PII.Online").exists()


def test_who_looked_at_an_older_state_changes_nothing(usual):
    asset = make_asset()
    put(asset, "PII.Health")

    with pytest.raises(Stale):
        set_tags(thing=asset, paths=[], actor="leo", version=1)


def test_tags_stand_at_most_eight_deep():
    deep = save_classification(actor="ana", name="Deep")
    parent = None
    for at in range(8):
        parent = save_tag(actor="ana", classification=deep, name=f"n{at}", parent=parent)

    with pytest.raises(ValidationError, match="at most 8 deep"):
        save_tag(actor="ana", classification=deep, name="more", parent=parent)


PATHS = ["PII.Contact", "PII.Contact.Email", "PII.Health", "Confidentiality.Public", "Confidentiality.Secret"]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 2), st.sets(st.sampled_from(PATHS), max_size=4)), max_size=6))
def test_what_is_held_is_always_what_is_borne(said):
    """Whatever is said in whatever order: the arrays say what the rows say, and exclusive is exclusive."""
    with transaction.atomic():
        add_usual_classifications(actor="tests")
        asset = make_asset(columns="a b")
        things = [asset, *asset.fields.order_by("pk")]
        for at, paths in said:
            try:
                put(things[at], *paths)
            except ValidationError:
                assert {"Confidentiality.Public", "Confidentiality.Secret"} <= paths
        asset.refresh_from_db()
        borne = set(TagUse.objects.values_list("tag__path", flat=True))
        above = {".".join(path.split(".")[:at]) for path in borne for at in range(1, path.count(".") + 2)}
        assert asset.all_tags == sorted(above)
        for thing, fields in ((asset, [None]), *((field, [field]) for field in asset.fields.all())):
            rows = TagUse.objects.filter(asset=asset, field=fields[0])
            assert sorted(thing.tags) == sorted(rows.values_list("tag__path", flat=True))
        transaction.set_rollback(True)


def test_counts_and_lists_are_of_what_the_reader_may_see(usual, client):
    make_policy("open", {"attribute": "resource.name", "operator": "!=", "value": "secret"})
    seen, hidden = make_asset("seen", "mail"), make_asset("secret", "mail")
    for asset in (seen, hidden):
        put(asset.fields.get(), "PII.Contact.Email")
    client.force_login(make_user("vera", "viewer"))
    email = tag("PII.Contact.Email")

    shelves = client.get("/catalog/tags/").context["shelves"]
    page = client.get(
        tag("PII").get_absolute_url() if Tag.objects.filter(path="PII") else email.get_absolute_url()
    )
    listed = client.get(f"/api/v1/tags/{email.code}/uses/").json()
    filtered = client.get("/api/v1/assets/?tag=PII.Contact").json()

    pii = next(shelf for shelf in shelves if shelf.classification.name == "PII")
    assert pii.assets == 1
    assert {each.tag.path: each.assets for each in pii.tags}["PII.Contact"] == 1
    assert page.context["assets"] == 1
    assert "secret" not in page.text
    assert [(row["asset_name"], row["field"]) for row in listed["results"]] == [("seen", "mail")]
    assert [row["name"] for row in filtered["results"]] == ["seen"]
