"""Many decisions at once: each by itself, with a report, and never silently all or nothing."""

import pytest

from accesscontrol.audit.models import Entry
from catalog.assets.services import change_asset
from stewardship.approvals.inbox import WAITING, Line, Waiting
from stewardship.approvals.models import Proposal
from stewardship.chains.wishes import Wish
from tests.build import make_asset
from tests.stewardship.approvals.people import details, state
from tests.stewardship.inbox.asking import api, ask_access, key


@pytest.fixture
def mixed(company):
    """Two that can be approved, one of which somebody changed the asset, and ben's own."""
    others = [make_asset(f"shop.public.{name}", description=name) for name in ("a", "b")]
    good = [company.propose(), company.propose(asset=others[0])]
    stale, own = company.propose(asset=others[1]), company.propose(author=company.ben)
    change_asset(asset=others[1], actor="tests", changes={"description": "By hand"})
    return [*good, stale, own]


def test_each_is_decided_by_itself_and_the_report_says_why_not(client, company, mixed):
    keys = [*map(key, mixed), "proposals:00000000-0000-0000-0000-000000000000", "nonsense"]

    report = api(client, "post", "inbox/approve/", company.ben, {"items": keys}).json()

    assert (report["done"], report["refused"]) == (2, 4)
    assert [row["text"] for row in report["rows"]] == [
        "",
        "",
        "Somebody changed this meanwhile; look at the new state and try again.",
        "This does not wait for you.",
        "This does not wait for you.",
        "There is no such thing here.",
    ]
    assert [row["about"] for row in report["rows"]][:4] == [
        "shop.public.orders",
        "shop.public.a",
        "shop.public.b",
        "Something that does not wait for you",
    ]
    assert [state(row) for row in mixed] == ["approved", "approved", "open", "open"]


def test_each_has_its_fact_and_all_together_one(client, company, mixed):
    api(client, "post", "inbox/approve/", company.ben, {"items": [key(row) for row in mixed]})

    assert Entry.objects.filter(action="approvals.proposal_approved", actor="ben").count() == 2
    assert details("inbox.many_decided") == {"done": 2, "refused": 2, "reason": ""}


def test_a_rejection_needs_a_reason(client, company, mixed):
    body = {"items": [key(row) for row in mixed]}

    answer = api(client, "post", "inbox/reject/", company.ben, body)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "reason")
    report = api(client, "post", "inbox/reject/", company.ben, {**body, "reason": "Not now."}).json()
    assert (report["done"], report["refused"]) == (3, 1)
    assert state(mixed[0]) == "rejected"


@pytest.mark.parametrize("narrow", ["author", "subject"])
def test_all_of_one_author_or_about_one_subject(client, company, narrow):
    mine = [company.propose(), company.propose(author=company.ana, text="Other", sensitivity=None)]
    mine.append(company.propose(asset=make_asset("shop.public.more")))
    chosen = {"author": "leo", "subject": str(company.orders.code)}[narrow]

    report = api(
        client, "post", "inbox/reject/", company.ben, {"filter": {narrow: chosen}, "reason": "No."}
    ).json()

    rejected = {"author": [True, False, True], "subject": [True, True, False]}[narrow]
    assert report["done"] == 2
    assert [state(row) == "rejected" for row in mine] == rejected


@pytest.mark.parametrize(
    "body", [{}, {"items": []}, {"filter": {}}, {"items": ["x"], "filter": {"author": "leo"}}]
)
def test_everything_at_once_is_asked_for_by_name(client, company, body):
    answer = api(client, "post", "inbox/approve/", company.ben, body)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "items")


def test_kinds_are_decided_together(client, company):
    proposal, asked = company.propose(author=company.ben), ask_access(company, company.leo)

    api(client, "post", "inbox/approve/", company.ana, {"items": [key(proposal), key(asked)]})

    asked.refresh_from_db()
    assert (state(proposal), asked.status) == ("approved", "approved")
    assert company.leo.has_perm("catalog.view_asset")


def test_the_page_reports(client, company, mixed):
    client.force_login(company.ben)

    page = client.post("/inbox/approve/", {"item": [key(row) for row in mixed]}).content.decode()

    assert "2 of 4 approved" in page
    assert "Somebody changed this meanwhile" in page


def test_the_page_keeps_what_was_chosen_when_it_asks_for_the_reason(client, company, mixed):
    client.force_login(company.ben)

    answer = client.post("/inbox/reject/", {"item": key(mixed[0])})

    assert answer.status_code == 400
    assert "Say why" in answer.content.decode()
    assert " checked" in answer.content.decode()
    assert state(mixed[0]) == "open"


def test_the_page_asks_to_choose_something(client, company, mixed):
    client.force_login(company.ben)

    for address in ("approve", "reject", "hand-over"):
        assert client.post(f"/inbox/{address}/", {"reason": "x"}).status_code == 400


def test_more_by_the_same_author_come_chosen(client, company, mixed):
    client.force_login(company.ben)

    link = "/inbox/?kind=proposals&amp;author=leo&amp;choose=all"
    assert link in client.get(mixed[0].get_absolute_url()).content.decode()
    page = client.get("/inbox/?kind=proposals&author=leo&choose=all").content.decode()
    assert page.count(" checked>") == 3 + 1  # and the switch of the keys


def test_many_are_handed_over(client, company):
    company.chain(Wish(who="owner"))
    rows = [company.propose(), company.propose(author=company.ben), ask_access(company, company.leo)]
    client.force_login(company.ana)
    keys = [key(row) for row in rows]

    asked = client.post("/inbox/hand-over/", {"item": keys}).content.decode()
    report = client.post("/inbox/hand-over/", {"item": keys, "deputy": company.ben.pk, "reason": "Yours"})

    assert "3 decisions" in asked
    assert "2 of 3 handed over" in report.content.decode()
    assert "Ben Ode proposed it, or has decided about it already." in report.content.decode()
    assert list(Proposal.objects.decidable_by(company.ben)) == [rows[0]]


def test_a_deputy_answers_a_request_for_access(client, company):
    asked = ask_access(company, company.leo)
    api(client, "post", "inbox/hand-over/", company.ana, {"items": [key(asked)], "deputy": "ben"})

    api(client, "post", "inbox/approve/", company.ben, {"items": [key(asked)]})

    asked.refresh_from_db()
    assert (asked.decided_by, asked.on_behalf_of) == (company.ben, company.ana)
    assert details("access.request_approved")["on_behalf_of"] == "ana"


def test_a_deputy_who_asked_answers_nothing(client, company):
    asked = ask_access(company, company.ben)
    body = {"items": [key(asked)], "deputy": "ben"}

    report = api(client, "post", "inbox/hand-over/", company.ana, body).json()

    assert report["done"] == 0
    report = api(client, "post", "inbox/approve/", company.ben, {"items": [key(asked)]}).json()
    assert report["done"] == 0


def test_a_colleague_must_be_one(client, company):
    proposal = company.propose()

    for name in ("ben", "nobody"):
        body = {"items": [key(proposal)], "deputy": name}
        assert api(client, "post", "inbox/hand-over/", company.ben, body).status_code == 400


@pytest.fixture
def broken(company):
    """A room whose service has a fault."""
    before = list(WAITING)

    def fail(user, code, reason):
        raise ZeroDivisionError

    def lines(reader):
        at = company.orders.created_at
        return [Line("Broken", "/", "Mend", "x", "", at, code=company.orders.code)]

    kind = Waiting("Broken things", lambda reader: Proposal.objects.none(), lines, approve=fail)
    WAITING.insert(0, kind)
    yield f"broken-things:{company.orders.code}"
    WAITING[:] = before


def test_a_fault_in_one_room_stops_no_other(client, company, broken):
    proposal = company.propose()

    report = api(client, "post", "inbox/approve/", company.ben, {"items": [broken, key(proposal)]}).json()

    assert [row["done"] for row in report["rows"]] == [False, True]
    assert report["rows"][0]["text"] == "The portal could not do this; the reason is in its log."


def test_what_is_decided_on_its_own_page_says_so(client, company, broken):
    report = api(client, "post", "inbox/reject/", company.ben, {"items": [broken], "reason": "x"}).json()

    assert report["rows"][0]["text"] == "This is decided on its own page."
