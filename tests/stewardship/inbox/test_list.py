"""Everything that waits stands in one list, the most urgent first."""

import pytest

from stewardship.chains.wishes import Wish
from stewardship.delegations.models import Delegation
from tests.build import make_asset, make_user
from tests.stewardship.approvals.test_deputies import away
from tests.stewardship.inbox.asking import api, ask_access, due_in, key


def listed(client, person, query=""):
    return [row["item"] for row in api(client, "get", f"inbox/{query}", person).json()["results"]]


@pytest.fixture
def three(company):
    """Overdue, due the day after tomorrow, and without a date; and a request for access, due in some days."""
    company.chain(Wish(who="owner", days=5))
    late, soon = company.propose(), company.propose(author=company.cleo)
    due_in(late, -1)
    due_in(soon, 2)
    company.chain(Wish(who="anybody", days=5), name="Other", verb="catalog.change_asset")
    loose = company.propose(asset=make_asset("shop.public.loose", owner=company.ben))
    loose.steps.update(due_at=None)
    return [key(late), key(soon), key(ask_access(company, company.leo)), key(loose)]


def test_kinds_are_mixed_and_sorted_by_their_due_time(client, company, three):
    assert listed(client, company.ana) == three


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("?due=overdue", [0]),
        ("?due=soon", [0]),
        ("?due=week", [0, 1]),
        ("?due=never", [3]),
        ("?kind=access-requests", [2]),
        ("?whose=mine", [0, 1, 2]),
        ("?whose=team", [3]),
        ("?author=cleo", [1]),
        ("?age=old", []),
        ("?age=new", [0, 1, 2, 3]),
        ("?due=overdue&kind=access-requests", []),
    ],
)
def test_it_is_narrowed(client, company, three, query, places):
    assert listed(client, company.ana, query) == [three[at] for at in places]


def test_it_is_narrowed_to_one_subject(client, company, three):
    assert listed(client, company.ana, f"?subject={company.orders.code}") == three[:2]


def test_kinds_are_counted_within_the_other_filters(client, company, three):
    found = api(client, "get", "inbox/?whose=mine", company.ana).json()

    numbers = {row["kind"]: row["count"] for row in found["kinds"]}
    assert (found["count"], numbers) == (3, {"proposals": 2, "access-requests": 1})


def test_a_wrong_filter_is_named(client, company):
    answer = api(client, "get", "inbox/?due=yesterday", company.ana)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "due")


def test_the_page_shows_what_is_overdue(client, company, three):
    client.force_login(company.ana)

    page = client.get("/inbox/").content.decode()

    assert "overdue" in page
    assert page.index("shop.public.orders") < page.index("shop.public.loose")


def test_a_page_with_a_wrong_filter_shows_everything(client, company, three):
    client.force_login(company.ana)

    assert "4 waiting" in client.get("/inbox/?due=yesterday&age=x&subject=y").content.decode()


def test_a_deputy_sees_for_whom_it_is(client, company):
    company.chain(Wish(who="owner"))
    company.propose()
    away(company.ana, company.ben)

    [row] = api(client, "get", "inbox/", company.ben).json()["results"]

    assert (row["note"], row["mine"]) == ("For Ana Ruiz", True)


def test_who_handed_it_over_sees_to_whom(client, company):
    company.chain(Wish(who="owner"))
    proposal = company.propose()
    body = {"items": [key(proposal)], "deputy": "ben"}

    api(client, "post", "inbox/hand-over/", company.ana, body)

    [row] = api(client, "get", "inbox/", company.ana).json()["results"]
    assert (row["note"], row["mine"]) == ("Handed over to Ben Ode", False)
    assert Delegation.objects.get().deputy == company.ben


def test_a_line_without_a_part_of_its_own_is_shown_beside_the_list(client, company):
    client.force_login(company.ana)
    row = ask_access(company, company.leo)

    page = client.get(f"/inbox/line/?item={key(row)}").content.decode()

    assert "Month end" in page
    assert "Give access" in page
    assert "<html" not in page


@pytest.mark.parametrize(
    "item", ["", "proposals:", "nothing:1", "access-requests:00000000-0000-0000-0000-000000000000"]
)
def test_what_does_not_wait_is_not_shown(client, company, item):
    client.force_login(company.ana)

    assert client.get("/inbox/line/", {"item": item}).status_code == 404


def test_a_proposal_is_shown_beside_the_list(client, company):
    proposal = company.propose()
    client.force_login(company.ben)

    part = client.get(proposal.get_absolute_url(), headers={"HX-Request": "true", "HX-Target": "beside"})

    assert "<html" not in part.content.decode()
    assert "Approve and apply" in part.content.decode()


def test_all_open_ones_are_for_who_sees_all(client, company):
    company.chain(Wish(who="owner"))
    proposal = company.propose()
    for person, found in ((company.ben, True), (make_user("eve", "viewer"), False)):
        client.force_login(person)
        assert (proposal.get_absolute_url() in client.get("/inbox/?tab=open").content.decode()) == found


@pytest.mark.parametrize("rows", [1, 12])
def test_it_costs_the_same_for_any_length(client, company, rows, django_assert_max_num_queries):
    for number in range(rows):
        company.propose(asset=make_asset(f"shop.public.t{number}"))
        ask_access(company, make_user(f"p{number}"))
    away(company.ana, company.ben)
    client.force_login(company.ben)
    with django_assert_max_num_queries(36):
        client.get("/inbox/")


def test_the_list_is_told_as_csv_as_it_is_narrowed(client, company, three):
    client.force_login(company.ana)

    answer = client.get("/inbox/export/?whose=team")

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    head, line = answer.content.decode().removeprefix("\ufeff").splitlines()
    assert head.startswith("item,kind,about,asked,by,author,reason,since,due,mine,note,page")
    assert line.startswith(f"{three[3]},proposals,shop.public.loose,")
    assert client.get("/inbox/export/?kind=terms").content.decode().count("\n") == 1


def test_filters_find_what_stands_behind_a_hundred_others(client, company):
    for number in range(101):
        company.propose(asset=make_asset(f"shop.public.t{number}", owner=company.ben))
    last = company.propose(author=company.cleo)

    assert listed(client, company.ana, "?author=cleo") == [key(last)]
    assert len(listed(client, company.ana)) == 102
