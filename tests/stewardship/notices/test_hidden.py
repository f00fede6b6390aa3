"""A notice never tells of what its reader may not see, also when the right came or went after it."""

import pytest

from catalog.sources.services import save_source
from stewardship.notices.models import Notice
from stewardship.notices.subjects import SUBJECTS
from tests.build import drop_policy, make_asset, make_grant, make_policy, make_user
from tests.stewardship.notices.telling import tell
from tests.stewardship.notices.test_pages import bell, titles

pytestmark = pytest.mark.django_db
SALARIES = {"attribute": "resource.name", "operator": "==", "value": "shop.hr.salaries"}


@pytest.fixture
def seen_by(client, ana):
    """What Ana is shown of notices: (titles of the page, the bell, titles of the API)."""
    client.force_login(ana)

    def look():
        listed = client.get("/api/v1/notices/").json()
        assert listed["count"] == len(listed["results"])
        return titles(client), bell(client), [row["title"] for row in listed["results"]]

    return look


NOTHING = ([], "Notices", [])
ONE = (["About salaries"], "Notices, 1 unread", ["About salaries"])


def about_salaries(*people):
    asset = make_asset("shop.hr.salaries")
    tell(*people, title="About salaries", about=("asset", asset.code))
    return asset


def test_a_right_that_is_lost_takes_the_notice_with_it_and_brings_it_back(ana, seen_by):
    make_policy()
    about_salaries(ana)
    assert seen_by() == ONE

    hr = make_policy("hr", SALARIES, effect="forbid")
    assert seen_by() == NOTHING
    drop_policy(hr)
    assert seen_by() == ONE


def test_a_right_to_this_one_object_is_enough(ana, seen_by):
    asset = about_salaries(ana)
    assert seen_by() == NOTHING
    make_grant(ana, asset)

    assert seen_by() == ONE


def test_each_reader_is_asked_for_themselves(client, ana, ben, seen_by):
    make_grant(ben, about_salaries(ana, ben))

    assert seen_by() == NOTHING
    client.force_login(ben)
    assert titles(client) == ["About salaries"]


def test_what_is_hidden_cannot_be_marked_as_read(client, ana):
    about_salaries(ana)
    notice = Notice.objects.get()
    client.force_login(ana)

    assert client.post(f"/notices/{notice.code}/read/").status_code == 404
    assert client.post(f"/api/v1/notices/{notice.code}/read/").status_code == 404
    assert client.post("/api/v1/notices/read-all/").json() == {"marked": 0}
    client.post("/notices/read/")
    assert Notice.objects.unread().count() == 1


def test_what_is_no_longer_there_is_told_to_nobody(ana, seen_by):
    make_policy()
    asset = about_salaries(ana)
    asset.delete()

    assert seen_by() == NOTHING


def test_a_code_is_looked_for_among_its_own_kind_only(ana, seen_by):
    """An asset that may be seen does not open a notice about a source."""
    make_policy()
    asset = about_salaries(ana)
    Notice.objects.update(about_type="source", about_code=asset.code)

    assert seen_by() == NOTHING


def test_a_source_is_for_who_may_see_sources(client, ana, seen_by):
    make_policy()
    settings = {"host": "db.example", "port": 5432, "user": "reader", "database": "shop"}
    source = save_source(actor="tests", name="Shop", kind="postgresql", settings=settings, secret="s3cret")
    engineer = make_user("emil", "platform_engineer")
    tell(ana, engineer, title="About a source", about=("source", source.code))

    assert seen_by() == NOTHING
    client.force_login(engineer)
    assert titles(client) == ["About a source"]


def test_what_nobody_guards_any_more_is_hidden(ana, seen_by, monkeypatch):
    make_policy()
    about_salaries(ana)
    monkeypatch.delitem(SUBJECTS, "asset")

    assert seen_by() == NOTHING
