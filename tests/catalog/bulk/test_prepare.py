"""What a bulk edit would do is said before anything is done."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accesscontrol.audit.models import Entry
from accesscontrol.identity.models import User
from accesscontrol.refusal import Refused
from catalog.assets.models import Asset
from catalog.bulk.models import BulkEdit
from catalog.bulk.services import discard_edit, start_edit
from catalog.bulk.tasks import delete_old
from govportal.schedule import SCHEDULE
from tests.build import make_asset, make_user

pytestmark = pytest.mark.django_db


def expected(edit):
    return list(edit.items.order_by("asset__name").values_list("expected", flat=True))


def test_nothing_is_changed_by_preparing(ana, tables, prepared):
    edit = prepared(ana, {"tier": 1})

    assert expected(edit) == ["change", "same", "change"]
    assert list(Asset.objects.order_by("name").values_list("tier", "version")) == [(2, 1), (1, 1), (None, 1)]
    fact = Entry.objects.get(action="bulk.prepared")
    assert (fact.actor, fact.object_id) == ("ana", str(edit.code))


def test_what_was_not_started_can_be_forgotten(ana, tables, prepared, carried_out):
    edit = prepared(ana, {"tier": 1})

    discard_edit(edit=edit, actor=ana)

    assert not BulkEdit.objects.exists()
    assert Entry.objects.filter(action="bulk.discarded").exists()
    started = prepared(ana, {"tier": 1})
    carried_out(started)
    with pytest.raises(Refused, match="It was started"):
        discard_edit(edit=started, actor=ana)


def test_what_nobody_started_for_two_weeks_goes(ana, tables, prepared, carried_out):
    old, young, started = (prepared(ana, {"tier": tier}) for tier in (1, 2, 3))
    carried_out(started)
    for edit, days in ((old, 15), (young, 13), (started, 15)):
        BulkEdit.objects.filter(pk=edit.pk).update(created_at=timezone.now() - timedelta(days=days))

    assert [delete_old(), delete_old()] == [1, 0]
    assert set(BulkEdit.objects.all()) == {young, started}
    assert Entry.objects.get(action="bulk.old_deleted").actor == "system"
    assert delete_old.name in [each["task"] for each in SCHEDULE.values()]


@pytest.mark.parametrize(
    ("wishes", "name", "sentence"),
    [
        ({}, "wishes", "Say what to set."),
        ({"tier": 9}, "tier", "Value 9 is not a valid choice."),
        ({"status": None}, "status", "This field cannot be null."),
        ({"owner": "nobody"}, "owner", "There is no owner 'nobody' here."),
        ({"owner": "gone"}, "owner", "“gone” has no open account."),
        ({"domain": "lost"}, "domain", "There is no domain 'lost' here."),
        ({"team": ["x"]}, "team", "There is no team"),
        ({"owner": "a\0b"}, "owner", "There is no owner"),
        ({"tags": ["PII"]}, "tags", "Write {"),
        ({"tags": {"add": ["Lost.Tag"]}}, "tags", "There is no tag Lost.Tag."),
        ({"tags": {"add": ["A.B"], "remove": ["A.B"]}}, "tags", "The same cannot be added and taken away."),
        (
            {"description": "All the same."},
            "description",
            "There is no such attribute, or it cannot be set of many",
        ),
        ({"name": "x"}, "name", "There is no such attribute"),
    ],
)
def test_what_no_asset_can_be_is_said_at_once(ana, tables, wishes, name, sentence, prepared):
    User.objects.filter(pk=make_user("gone").pk).update(is_active=False)
    with pytest.raises(ValidationError) as refused:
        prepared(ana, wishes)

    assert sentence in refused.value.message_dict[name][0]
    assert not BulkEdit.objects.exists()


def test_a_proposal_needs_a_reason_and_the_right(ana, tables, prepared):
    edit = prepared(ana, {"tier": 1})

    with pytest.raises(ValidationError) as refused:
        start_edit(edit=edit, actor=ana, propose=True, reason=" ")
    assert list(refused.value.message_dict) == ["reason"]


def test_nothing_and_too_much_are_refused(ana, tables, monkeypatch, prepared):
    with pytest.raises(Refused, match="Nothing is selected"):
        prepared(ana, {"tier": 1}, name="nothing")
    monkeypatch.setattr("catalog.bulk.services.MOST", 2)
    with pytest.raises(Refused, match="More than 2 assets are selected"):
        prepared(ana, {"tier": 1})


def test_preparing_costs_the_same_for_any_number(ana, django_assert_max_num_queries, prepared):
    for at in range(30):
        make_asset(f"shop.public.m{at}")

    with django_assert_max_num_queries(20):
        prepared(ana, {"tier": 1, "owner": "ana"})
