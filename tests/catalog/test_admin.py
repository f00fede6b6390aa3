"""The back office shows every table of this floor, changes none of them, and shows no secret."""

import pytest
from django.urls import reverse

from accesscontrol.identity.models import User
from catalog.assets.models import Field, ForeignKey
from catalog.domains.services import save_domain
from catalog.sources.services import save_source
from tests.build import make_asset, make_user

pytestmark = pytest.mark.django_db
SETTINGS = {"host": "db.example.org", "database": "shop", "user": "reader"}


@pytest.fixture
def rows(db):
    asset = make_asset(columns="id")
    ForeignKey.objects.create(asset=asset, target=asset, name="self", columns=["id"], target_columns=["id"])
    return {
        "asset": asset,
        "field": Field.objects.get(),
        "foreignkey": ForeignKey.objects.get(),
        "domain": save_domain(actor="tests", slug="sales", name="Sales"),
        "source": save_source(
            actor="tests", name="Shop", kind="postgresql", settings=SETTINGS, secret="s3cret-of-the-shop"
        ),
    }


@pytest.mark.parametrize("model", ["asset", "field", "foreignkey", "domain", "source"])
def test_every_table_is_listed_searched_and_shown(signed_in, rows, model):
    boss = make_user("boss", "administrator")
    User.objects.filter(pk=boss.pk).update(is_superuser=True, is_staff=True)
    browser = signed_in(boss)

    listed = browser.get(reverse(f"admin:catalog_{model}_changelist"), {"q": "a"})
    shown = browser.get(reverse(f"admin:catalog_{model}_change", args=[rows[model].pk]))

    assert (listed.status_code, shown.status_code) == (200, 200)
    assert "s3cret-of-the-shop" not in shown.text
    assert rows["source"].secret_token not in shown.text
    assert 'name="_save"' not in shown.text
    assert browser.get(reverse(f"admin:catalog_{model}_add")).status_code == 403
