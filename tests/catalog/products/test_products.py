"""Data products: what they say, what goes in and comes out, and who may say so."""

import json

import pytest
from django.db import IntegrityError, transaction

from accesscontrol.audit.models import Entry
from catalog.domains.services import save_domain
from catalog.products.models import Product, ProductPort
from catalog.products.services import add_ports, copy_ports, save_product
from stewardship.approvals.models import Proposal
from stewardship.approvals.services import approve
from tests.build import make_asset, make_policy, make_token, make_user

URL = "/catalog/products/"


@pytest.fixture
def sofia(everybody_sees):
    return make_user("sofia", "steward")


@pytest.fixture
def web(sofia, signed_in):
    return signed_in(sofia)


@pytest.fixture
def figures(db):
    changes = {"slug": "figures", "name": "Figures", "description": "By month."}
    return save_product(actor="tests", changes=changes)


def ports():
    rows = ProductPort.objects.order_by("pk").values_list("direction", "product__slug", "asset__name")
    return list(rows)


def test_a_product_is_added_with_all_that_it_says(web, sofia):
    sales = save_domain(actor="tests", slug="sales", name="Sales")
    said = {
        "name": "Sales figures",
        "slug": "",
        "description": "By month.",
        "terms_of_use": "Not for the books.",
        "domain": sales.pk,
        "owner": sofia.pk,
        "status": "active",
        "release": "2.1",
    }

    response = web.post(f"{URL}add/", said)

    row = Product.objects.get()
    assert response.url == row.get_absolute_url()
    assert (row.slug, row.domain, row.owner, row.status, row.release) == (
        "sales-figures",
        sales,
        sofia,
        "active",
        "2.1",
    )
    details = json.loads(Entry.objects.get(action="products.saved").body)["details"]
    assert (details["before"], details["after"]["owner"]) == (None, "sofia")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "表"}, "slug"),
        ({"name": "x", "slug": "figures"}, "slug"),
        ({"name": "Figures"}, "name"),
        ({"name": "x", "status": "sold"}, "status"),
        ({"name": "x", "domain": "0"}, "domain"),
    ],
)
def test_bad_input_is_named_by_its_field(web, figures, said, field):
    said = {"status": "draft", **({"slug": "fresh"} if field == "name" else {}), **said}

    response = web.post(f"{URL}add/", said)

    assert (response.status_code, list(response.context["form"].errors)) == (400, [field])


def test_who_was_overtaken_sees_both(web, figures):
    save_product(product=figures, actor="tests", changes={"description": "By week."})
    said = {"name": "Figures", "slug": "figures", "description": "By day.", "status": "draft", "version": 1}

    response = web.post(f"{figures.get_absolute_url()}edit/", said)

    assert response.status_code == 409
    assert response.context["overtaken"] == [("Description", "By week.", "By day.")]
    assert web.post(f"{figures.get_absolute_url()}edit/", {**said, "version": 2}).status_code == 302
    latest = web.get(figures.get_absolute_url()).context["acts"][0]
    assert latest.changes == [("description", "By week.", "By day.")]


def test_an_asset_goes_in_once_and_comes_out_once(web, figures):
    orders = make_asset("orders")
    address = f"{orders.get_absolute_url()}products/"

    for direction in ("input", "output", "output"):
        web.post(f"{address}add/", {"product": "figures", "direction": direction})

    assert ports() == [("input", "figures", "orders"), ("output", "figures", "orders")]
    with pytest.raises(IntegrityError), transaction.atomic():
        ProductPort.objects.create(product=figures, asset=orders, direction="input")
    seen = web.get(figures.get_absolute_url()).context["ports"]
    assert (seen.inputs, seen.outputs) == ([orders], [orders])
    assert "comes out" in web.get(orders.get_absolute_url()).text
    web.post(f"{figures.get_absolute_url()}ports/remove/", {"asset": orders.code, "direction": "input"})
    assert ports() == [("output", "figures", "orders")]
    details = json.loads(Entry.objects.filter(action="products.asset_ports_changed").first().body)["details"]
    assert (details["before"], details["after"]) == ({"input of": ["figures"]}, {"input of": []})


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"product": "nothing"}, "product"),
        ({"product": "a\0b"}, "product"),
        ({"direction": "up"}, "direction"),
    ],
)
def test_a_wrong_port_is_named(web, figures, said, field):
    address = f"{make_asset('orders').get_absolute_url()}products/add/"

    answer = web.post(address, {"product": "figures", "direction": "input", **said})

    assert (answer.status_code, list(answer.context["form"].errors)) == (400, [field])


def test_a_port_that_a_reader_may_not_see_is_not_there(figures, signed_in, client):
    internal = {"attribute": "resource.sensitivity", "operator": "<=", "value": "internal"}
    make_policy("all", internal)
    seen, vault = make_asset("seen", sensitivity=1), make_asset("vault", sensitivity=3)
    for asset in (seen, vault):
        add_ports(asset=asset, direction="output", products=[figures], actor="tests")
    olga = make_user("olga", "steward")
    web = signed_in(olga)

    page = web.get(figures.get_absolute_url())

    assert page.context["ports"].outputs == [seen]
    assert "vault" not in page.text
    answer = client.get(
        f"/api/v1/products/{figures.code}/", headers={"Authorization": f"Bearer {make_token(olga)}"}
    ).json()
    assert [port["name"] for port in answer["outputs"]] == ["seen"]
    removed = web.post(
        f"{figures.get_absolute_url()}ports/remove/", {"asset": vault.code, "direction": "output"}
    )
    assert (removed.status_code, len(ports())) == (404, 2)


def test_others_propose_a_product_a_change_and_a_port(figures, vera, sofia, signed_in):
    web = signed_in(vera)
    sales = save_domain(actor="tests", slug="sales", name="Sales")
    orders = make_asset("orders")
    assert web.post(f"{URL}add/", {}).status_code == 403
    assert web.post(f"{figures.get_absolute_url()}edit/", {}).status_code == 403
    assert web.post(f"{orders.get_absolute_url()}products/add/", {}).status_code == 403

    new = {"domain": "sales", "name": "Returns", "slug": "returns", "description": "x", "reason": "Asked"}
    web.post(f"{URL}suggest/", new)
    changed = {"name": "Figures", "description": "By day.", "status": "active", "reason": "True"}
    web.post(f"{figures.get_absolute_url()}propose/", changed)
    port = {"direction": "output", "product": "figures", "reason": "It is made there"}
    web.post(f"{orders.get_absolute_url()}products/propose/", port)

    proposals = list(Proposal.objects.order_by("pk"))
    assert [proposal.label for proposal in proposals] == [
        "Add a data product",
        "Change a data product",
        "Put into a data product",
    ]
    assert "A proposal" in signed_in(sofia).get(figures.get_absolute_url()).text
    for proposal in proposals:
        approve(proposal=proposal, actor=sofia)
    returns = Product.objects.get(slug="returns")
    assert (returns.domain, returns.status) == (sales, "draft")
    figures.refresh_from_db()
    assert (figures.description, figures.status) == ("By day.", "active")
    assert ports() == [("output", "figures", "orders")]


@pytest.mark.parametrize(
    ("verb", "changes", "field"),
    [
        ("change_product", {"slug": "x"}, "slug"),
        ("change_product", {"status": "sold"}, "status"),
        ("change_product", {"name": 7}, "name"),
        ("add_product", {"name": "x"}, "slug"),
        ("add_product", {"name": "x", "slug": "a b"}, "slug"),
        ("change_ports", {"output of": ["nothing"]}, "output of"),
        ("change_ports", {"output of": "figures"}, "output of"),
        ("change_ports", {"over": ["figures"]}, "over"),
    ],
)
def test_a_proposal_names_bad_input(figures, vera, client, verb, changes, field):
    subjects = {
        "change_product": figures,
        "add_product": save_domain(actor="tests", slug="sales", name="Sales"),
        "change_ports": make_asset("orders"),
    }
    body = {"verb": f"catalog.{verb}", "subject": str(subjects[verb].code), "changes": changes}
    headers = {"Authorization": f"Bearer {make_token(vera)}"}

    answer = client.post("/api/v1/proposals/", body, content_type="application/json", headers=headers)

    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_the_list_is_narrowed(web, figures):
    sales = save_domain(actor="tests", slug="sales", name="Sales")
    shop = save_domain(actor="tests", slug="shop", name="Shop", parent=sales)
    save_product(actor="tests", changes={"slug": "b", "name": "Baskets", "domain": shop, "status": "active"})

    def found(query):
        return [row.slug for row in web.get(f"{URL}?{query}").context["page"]]

    assert found("") == ["b", "figures"]
    assert found("q=month") == ["figures"]
    assert found("domain=sales") == found("status=active") == ["b"]
    assert found("status=sold") == ["b", "figures"]
    assert found("q=zebra") == []
    assert web.get(f"{URL}?q=%00&domain=%00").status_code == 200


@pytest.mark.parametrize("number", [1, 4])
def test_the_page_costs_the_same_for_any_number_of_ports(web, figures, django_assert_num_queries, number):
    for at in range(number):
        add_ports(asset=make_asset(f"t{at}"), direction="input", products=[figures], actor="tests")
    web.get(figures.get_absolute_url())

    with django_assert_num_queries(14):
        web.get(figures.get_absolute_url())


def test_a_deleted_product_leaves_its_assets_which_say_so(web, figures):
    orders = make_asset("orders")
    add_ports(asset=orders, direction="output", products=[figures], actor="tests")

    web.post(f"{figures.get_absolute_url()}delete/")

    assert (Product.objects.count(), ports()) == (0, [])
    entry = Entry.objects.filter(object_type="asset", object_id=str(orders.code)).first()
    assert json.loads(entry.body)["details"]["after"] == {"output of": []}


def test_a_renamed_asset_stays_in_its_products(figures):
    old, new = make_asset("old"), make_asset("new")
    add_ports(asset=old, direction="output", products=[figures], actor="tests")

    assert copy_ports(old=old, new=new, actor="tests") == 1
    assert ports()[-1] == ("output", "figures", "new")


def test_the_api_adds_changes_ports_and_removes(sofia, client):
    headers = {"Authorization": f"Bearer {make_token(sofia)}"}
    orders = make_asset("orders")

    def ask(method, path, body=None):
        address = f"/api/v1/products/{path}"
        return getattr(client, method)(address, body, content_type="application/json", headers=headers)

    made = ask("post", "", {"slug": "figures", "name": "Figures", "owner": "sofia"})
    one = f"{made.json()['code']}/"
    assert (made.status_code, made.json()["owner"], made.json()["status"]) == (201, "sofia", "draft")
    assert ask("patch", one, {"status": "active", "version": 1}).json()["version"] == 2
    assert ask("patch", one, {"status": "retired", "version": 1}).status_code == 409
    port = {"direction": "input", "asset": str(orders.code)}
    assert ask("post", f"{one}ports/", port).json()["inputs"][0]["name"] == "orders"
    assert (
        ask("post", f"{one}ports/", {**port, "direction": "up"}).json()["errors"][0]["field"] == "direction"
    )
    assert ask("post", f"{one}ports/remove/", port).json()["inputs"] == []
    assert ask("get", "?q=fig&status=active&owner=sofia").json()["count"] == 1
    for body, field in (
        ({"name": "x"}, "slug"),
        ({"slug": "figures", "name": "x"}, "slug"),
        ({"slug": "x", "name": "Figures"}, "name"),
        ({"slug": "x", "name": "x", "domain": "no"}, "domain"),
    ):
        assert ask("post", "", body).json()["errors"][0]["field"] == field
    assert ask("delete", one).status_code == 204
