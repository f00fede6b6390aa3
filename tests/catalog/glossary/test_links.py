"""Which assets and columns a term is about, as far as each reader may see them."""

import json

import pytest
from django.db import IntegrityError, transaction

from accesscontrol.audit.models import Entry
from catalog.assets.models import Asset
from catalog.glossary.models import TermLink
from catalog.termlinks.services import copy_links, link_terms
from stewardship.approvals.models import Proposal
from stewardship.approvals.services import approve
from tests.build import make_asset, make_policy, make_token, make_user


@pytest.fixture
def orders(db):
    return make_asset("shop.public.orders", "id email")


@pytest.fixture
def term(make_term):
    return make_term("customer")


def links():
    rows = TermLink.objects.values_list("asset__name", "term__slug", "field__name").order_by("pk")
    return [(name.rpartition(".")[2], slug, column) for name, slug, column in rows]


def test_who_may_change_the_asset_links_it_and_its_columns(orders, term, sofia, signed_in):
    web, address = signed_in(sofia), orders.get_absolute_url()

    web.post(f"{address}terms/link/", {"term": "customer", "column": ""})
    web.post(f"{address}terms/link/", {"term": "customer", "column": "email"})
    web.post(f"{address}terms/link/", {"term": "customer", "column": "email"})

    assert links() == [("orders", "customer", None), ("orders", "customer", "email")]
    page = web.get(address)
    assert 'in <span class="mono">email</span>' in page.text
    [line] = web.get(f"{term.get_absolute_url()}assets/").context["linked"]
    assert (line.asset, line.whole, [column.name for column in line.columns]) == (orders, True, ["email"])
    entry = Entry.objects.filter(action="glossary.asset_terms_changed").first()
    assert json.loads(entry.body)["details"] == {
        "field": "email",
        "before": {"terms": []},
        "after": {"terms": ["customer"]},
    }
    web.post(f"{address}terms/unlink/", {"term": "customer", "column": "email"})
    assert links() == [("orders", "customer", None)]


@pytest.mark.parametrize(
    ("said", "field"),
    [({"term": "nothing"}, "term"), ({"term": ""}, "term"), ({"term": "customer", "column": "x"}, "column")],
)
def test_bad_input_is_named_by_its_field(orders, term, sofia, signed_in, said, field):
    answer = signed_in(sofia).post(f"{orders.get_absolute_url()}terms/link/", said)

    assert (answer.status_code, list(answer.context["form"].errors)) == (400, [field])


def test_others_propose_a_link_and_who_may_change_the_asset_decides(orders, term, vera, sofia, signed_in):
    web, address = signed_in(vera), f"{orders.get_absolute_url()}terms/"
    said = {"term": "customer", "column": "email", "reason": "It is theirs"}

    assert web.post(f"{address}link/", said).status_code == 403
    assert web.post(f"{address}unlink/", said).status_code == 403
    web.post(f"{address}propose/", said)

    assert links() == []
    proposal = Proposal.objects.get()
    assert (proposal.after, proposal.subject) == ({"link": ["email:customer"]}, orders.code)
    approve(proposal=proposal, actor=sofia)
    assert links() == [("orders", "customer", "email")]
    assert web.post(f"{address}propose/", said).status_code == 400


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"link": ["nothing"]}, "link"),
        ({"link": "customer"}, "link"),
        ({"link": ["a\0b"]}, "link"),
        ({"other": ["customer"]}, "other"),
    ],
)
def test_a_proposal_names_bad_input(orders, term, vera, client, changes, field):
    headers = {"Authorization": f"Bearer {make_token(vera)}"}
    body = {"verb": "catalog.link_terms", "subject": str(orders.code), "changes": changes}

    answer = client.post("/api/v1/proposals/", body, content_type="application/json", headers=headers)

    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_what_a_reader_may_not_see_is_neither_listed_nor_counted(term, sofia, signed_in, client):
    internal = {"attribute": "resource.sensitivity", "operator": "<=", "value": "internal"}
    make_policy("all", internal)
    seen, hidden = make_asset("seen", "a", sensitivity=1), make_asset("vault", "a", sensitivity=3)
    for asset in (seen, hidden):
        link_terms(asset=asset, terms=[term], actor="tests")
    olga = make_user("olga", "viewer")
    web = signed_in(olga)

    page = web.get(f"{term.get_absolute_url()}assets/")

    assert [line.asset for line in page.context["linked"]] == [seen]
    assert page.context["page"].paginator.count == 1
    assert "vault" not in web.get(f"{term.get_absolute_url()}history/").text
    headers = {"Authorization": f"Bearer {make_token(olga)}"}
    answer = client.get(f"/api/v1/terms/{term.code}/assets/", headers=headers).json()
    assert (answer["count"], answer["results"][0]["name"]) == (1, "seen")
    assert client.get(f"/api/v1/assets/{hidden.code}/terms/", headers=headers).status_code == 404
    assert web.get(f"{hidden.get_absolute_url()}terms/link/").status_code == 403


def test_the_field_of_a_link_is_one_of_its_asset(orders, term):
    other = make_asset("other", "x").fields.get()

    with pytest.raises(IntegrityError, match="another asset"), transaction.atomic():
        TermLink.objects.create(asset=orders, field=other, term=term)


def test_a_renamed_asset_keeps_its_terms(orders, term, make_term):
    new = make_asset("shop.public.purchases", "id mail")
    link_terms(asset=orders, terms=[term, make_term("order")], actor="tests")
    for column in ("id", "email"):
        link_terms(asset=orders, field=orders.fields.get(name=column), terms=[term], actor="tests")

    copy_links(old=orders, new=new, actor="tests")

    assert [link for link in links() if link[0] == "purchases"] == [
        ("purchases", "customer", None),
        ("purchases", "order", None),
        ("purchases", "customer", "id"),
    ]
    assert copy_links(old=orders, new=new, actor="tests") == 0


def test_the_api_links_and_unlinks(orders, term, sofia, client):
    headers = {"Authorization": f"Bearer {make_token(sofia)}"}
    address = f"/api/v1/assets/{orders.code}/terms/"

    def ask(path, body):
        return client.post(f"{address}{path}", body, content_type="application/json", headers=headers)

    assert ask("", {"term": "customer"}).status_code == 201
    linked = ask("", {"term": "customer", "column": "email"}).json()
    assert [(row["term"], row["column"]) for row in linked] == [("customer", None), ("customer", "email")]
    assert client.get(address, headers=headers).json() == linked
    assert [row["column"] for row in ask("remove/", {"term": "customer"}).json()] == ["email"]
    for body, field in (({"term": "x"}, "term"), ({"term": "customer", "column": "x"}, "column")):
        assert ask("", body).json()["errors"][0]["field"] == field
    assert Asset.objects.get().version == 1
