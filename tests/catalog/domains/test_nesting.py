"""Domains that stand in each other: no circle, counts with what is below, and who answers."""

import random
import threading
from collections import Counter

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accesscontrol.refusal import Refused
from catalog.assets.models import Asset
from catalog.domains.models import Domain
from catalog.domains.reads import places, with_below
from catalog.domains.services import delete_domain, save_domain
from tests.build import make_asset, make_policy, make_token, make_user

URL = "/catalog/domains/"


def make(slug, parent=None, **changes):
    return save_domain(actor="tests", slug=slug, name=slug.capitalize(), parent=parent, **changes)


def move(domain, parent):
    row = Domain.objects.get(pk=domain.pk)
    save_domain(actor="tests", slug=row.slug, name=row.name, steward=row.steward, parent=parent, domain=row)


def circles():
    """The domains from which one never gets to the top."""
    parents = dict(Domain.objects.values_list("pk", "parent"))
    found = []
    for start in parents:
        seen, at = set(), start
        while at is not None and at not in seen:
            seen.add(at)
            at = parents[at]
        found += [start] if at is not None else []
    return found


def test_a_domain_does_not_stand_in_itself(db):
    top = make("top")
    low = make("low", make("middle", top))

    for inside in (top, low):
        with pytest.raises(ValidationError, match="stand in itself"):
            move(top, inside)
    with pytest.raises(IntegrityError), transaction.atomic():
        Domain.objects.filter(pk=top.pk).update(parent=low)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 6)), max_size=15))
def test_no_order_of_moves_makes_a_circle(db, moves):
    with transaction.atomic():
        rows = [make(f"d{number}") for number in range(6)]
        for one, parent in moves:
            try:
                with transaction.atomic():
                    target = rows[parent] if parent < 6 else None
                    if (one + parent) % 2:
                        move(rows[one], target)
                    else:  # past the service: the database alone
                        Domain.objects.filter(pk=rows[one].pk).update(parent=target)
            except (ValidationError, IntegrityError):
                pass
            assert circles() == []
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_make_no_circle():
    """Each alone would be right; the database lets one wait for the other."""
    for attempt in range(5):
        one, two = make(f"one{attempt}"), make(f"two{attempt}")
        start, refused = threading.Barrier(2), []

        def run(domain, parent, start=start, refused=refused):
            try:
                start.wait(10)
                with transaction.atomic():
                    Domain.objects.filter(pk=domain.pk).update(parent=parent)
            except IntegrityError:
                refused.append(domain.slug)
            finally:
                connection.close()

        both = [threading.Thread(target=run, args=pair) for pair in ((one, two), (two, one))]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join(20)

        assert (len(refused), circles()) == (1, [])


def test_a_domain_with_others_in_it_stays(db):
    top = make("top")
    make("low", top)

    with pytest.raises(Refused, match="Domains stand in it"):
        delete_domain(domain=top, actor="tests")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(seed=st.integers(0, 10_000))
def test_counts_are_those_of_a_naive_reader(db, seed):
    """For each of two readers, every domain counts what they see in it and in all that stands in it."""
    dice = random.Random(seed)
    with transaction.atomic():
        internal = {"attribute": "resource.sensitivity", "operator": "<=", "value": "internal"}
        officer = {"attribute": "user.department", "operator": "==", "value": "all"}
        make_policy("internal", internal)
        make_policy("all", officer)
        readers = [make_user("olga", "viewer"), make_user("oscar", "viewer", department="all")]
        rows = []
        for number in range(6):
            rows.append(make(f"d{number}", dice.choice([None, *rows])))
        for number in range(12):
            make_asset(f"t{number}", domain=dice.choice([None, *rows]), sensitivity=dice.randrange(4))
        for reader in readers:
            seen = Counter(Asset.objects.visible_to(reader).values_list("domain", flat=True))
            for place in places(reader):
                inside = {place.domain.pk}
                for _ in rows:
                    inside |= {row.pk for row in rows if row.parent_id in inside}
                assert place.assets == seen[place.domain.pk]
                assert place.all_assets == sum(seen[pk] for pk in inside)
                assert with_below(reader=reader, slugs=[place.domain.slug]) == inside
        transaction.set_rollback(True)


def test_the_steward_of_the_nearest_domain_above_answers(db):
    top, bottom = make_user("tom", "steward"), make_user("bob", "steward")
    one = make("one", steward=top)
    two = make("two", one)
    three = make("three", two, steward=bottom)
    four = make("four", three)

    def answering():
        rows = Domain.objects.order_by("pk").values_list("slug", "answering__username")
        return dict(rows)

    assert answering() == {"one": "tom", "two": "tom", "three": "bob", "four": "bob"}
    move(four, two)
    assert answering()["four"] == "tom"
    Domain.objects.filter(pk=two.pk).update(parent=None)
    assert answering() == {"one": "tom", "two": None, "three": "bob", "four": None}
    bottom.delete()
    assert answering() == {"one": "tom", "two": None, "three": None, "four": None}


def test_policies_that_name_a_domain_mean_that_one_only(db):
    make_policy("sales", {"attribute": "resource.domain", "operator": "==", "value": "sales"})
    make_policy("steward", {"attribute": "resource.steward", "operator": "==", "value_from": "user.username"})
    stella, vera = make_user("stella", "steward"), make_user("vera", "viewer")
    sales = make("sales", steward=stella)
    above, below = make_asset("above", domain=sales), make_asset("below", domain=make("shop", sales))

    assert list(Asset.objects.visible_to(vera)) == [above]
    assert set(Asset.objects.visible_to(stella)) == {above, below}


def test_the_page_shows_what_the_reader_may_see(ana, signed_in, django_assert_num_queries):
    top = make("top", description="All of it.")
    low = make("low", top)
    make_asset("shop.public.orders", domain=top)
    make_asset("shop.public.items", domain=low)
    web = signed_in(ana)

    page = web.get(f"{URL}{top.code}/")

    assert [asset.title for asset in page.context["found"].assets] == ["orders"]
    assert "1 asset, 2 with those below" in page.text
    inner = web.get(f"{URL}{low.code}/")
    assert [domain.slug for domain in inner.context["found"].path] == ["top"]
    with django_assert_num_queries(14):
        web.get(f"{URL}{top.code}/")
    form = web.get(f"{URL}{top.code}/edit/").context["form"]
    assert [str(choice[1]) for choice in form.fields["parent"].choices] == ["Nothing: it stands on top"]
    web.post(f"{URL}{low.code}/edit/", {"name": "Low", "slug": "low", "parent": ""})
    assert Domain.objects.get(slug="low").parent is None


def test_the_api_nests(ana, client):
    headers = {"Authorization": f"Bearer {make_token(ana)}"}
    told = {"content_type": "application/json", "headers": headers}
    make_user("stella", "steward")
    top = client.post("/api/v1/domains/", {"slug": "top", "name": "Top", "steward": "stella"}, **told).json()
    low = client.post("/api/v1/domains/", {"slug": "low", "name": "Low", "parent": "top"}, **told).json()

    assert (low["parent"], low["answering"], low["steward"]) == ("top", "stella", None)
    wrong = client.patch(f"/api/v1/domains/{top['code']}/", {"parent": "low"}, **told)
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "parent")
    assert client.delete(f"/api/v1/domains/{top['code']}/", headers=headers).status_code == 409
    found = client.get("/api/v1/domains/?within=top", headers=headers).json()["results"]
    assert [row["slug"] for row in found] == ["low", "top"]
    assert client.get("/api/v1/domains/?parent=top", headers=headers).json()["count"] == 1
