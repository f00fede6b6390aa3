"""Terms on pages and through the API."""

import json

import pytest
from django.db import IntegrityError, transaction

from accesscontrol.audit.models import Entry
from catalog.domains.services import save_domain
from catalog.glossary.models import Term, TermRelation
from catalog.glossary.relating import relate_terms
from catalog.glossary.services import save_term
from tests.build import make_token

URL = "/catalog/glossary/"
API = "/api/v1/terms/"


@pytest.fixture
def web(sofia, signed_in):
    return signed_in(sofia)


@pytest.fixture
def api(sofia, client):
    headers = {"Authorization": f"Bearer {make_token(sofia)}"}

    def ask(method, path, body=None):
        return getattr(client, method)(f"{API}{path}", body, content_type="application/json", headers=headers)

    return ask


def facts(action):
    return [json.loads(entry.body)["details"] for entry in Entry.objects.filter(action=action)]


def test_a_term_is_added_with_all_that_it_says(web, sofia, lena):
    sales = save_domain(actor="tests", slug="sales", name="Sales")
    said = {
        "name": " Order  line ",
        "slug": "",
        "definition": "One line\r\nof an order. ",
        "synonyms": "item\r\n\r\nItem\r\nposition",
        "abbreviation": "OL",
        "domain": sales.pk,
        "owner": sofia.pk,
        "reviewers": [lena.pk],
    }

    response = web.post(f"{URL}add/", said)

    term = Term.objects.get()
    assert response.url == term.get_absolute_url()
    assert (term.slug, term.name, term.definition) == ("order-line", "Order line", "One line\nof an order.")
    assert (term.synonyms, term.abbreviation) == (["item", "position"], "OL")
    assert (term.domain, term.owner, list(term.reviewers.all())) == (sales, sofia, [lena])
    assert (term.status, term.authors, term.version) == ("draft", [sofia.pk], 1)
    [fact] = facts("glossary.term_saved")
    assert (fact["before"], fact["after"]["reviewers"], fact["after"]["domain"]) == (None, ["lena"], "sales")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "表"}, "slug"),
        ({"name": "x", "slug": "no spaces"}, "slug"),
        ({"name": "x", "slug": "taken"}, "slug"),
        ({"name": "TAKEN"}, "name"),
        ({"name": "x", "parent": "nothing"}, "parent"),
        ({"name": "x", "parent": "a\0b"}, "parent"),
        ({"name": "x", "owner": "0"}, "owner"),
    ],
)
def test_bad_input_is_named_by_its_field(web, make_term, said, field):
    make_term("taken")

    response = web.post(f"{URL}add/", {"slug": "fresh", **said} if field == "name" else said)

    assert response.status_code == 400
    assert list(response.context["form"].errors) == [field]


def test_one_name_may_stand_at_two_places(make_term):
    sales, stock = make_term("sales"), make_term("stock")
    make_term("sales-account", name="Account", parent=sales)
    make_term("stock-account", name="Account", parent=stock)

    with pytest.raises(IntegrityError), transaction.atomic():
        Term.objects.filter(slug="stock-account").update(parent=sales, name="ACCOUNT")


def test_a_change_keeps_what_was_before(web, make_term):
    term = make_term("order")
    said = {"name": "Order", "slug": "order", "definition": "New words.", "version": 1}

    response = web.post(f"{term.get_absolute_url()}edit/", said)

    term.refresh_from_db()
    assert (response.status_code, term.definition, term.version) == (302, "New words.", 2)
    assert facts("glossary.term_saved")[0] == {
        "before": {"definition": "What order means."},
        "after": {"definition": "New words."},
        "version": 2,
    }


def test_who_was_overtaken_sees_both_and_may_try_again(web, make_term, henrik):
    term = make_term("order")
    save_term(term=term, actor=henrik, changes={"definition": "Henrik's words."})
    said = {"name": "Order", "slug": "order", "definition": "Mine.", "version": 1}

    response = web.post(f"{term.get_absolute_url()}edit/", said)

    assert response.status_code == 409
    assert response.context["overtaken"] == [("Definition", "Henrik's words.", "Mine.")]
    assert response.context["form"]["version"].value() == 2
    assert web.post(f"{term.get_absolute_url()}edit/", {**said, "version": 2}).status_code == 302


def test_nothing_stands_in_itself(api, make_term):
    top = make_term("top")
    middle = make_term("middle", parent=top)
    low = make_term("low", parent=middle)

    refused = api("patch", f"{top.code}/", {"parent": "low"})

    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "parent")
    with pytest.raises(IntegrityError), transaction.atomic():
        Term.objects.filter(pk=top.pk).update(parent=low)
    with pytest.raises(IntegrityError), transaction.atomic():
        Term.objects.filter(pk=middle.pk).update(parent=middle)


def test_the_tree_opens_where_it_is_asked_to(web, make_term):
    top = make_term("top")
    make_term("low", parent=make_term("middle", parent=top))
    make_term("alone")

    def shown(query):
        lines = web.get(f"{URL}?{query}").context["lines"]
        return [(line.term.slug, line.depth, line.toggle) for line in lines]

    assert shown("") == [("alone", 0, ""), ("top", 0, "?open=top")]
    assert shown("open=top") == [("alone", 0, ""), ("top", 0, "?"), ("middle", 1, "?open=middle,top")]
    assert [slug for slug, *_ in shown("all=1")] == ["alone", "top", "middle", "low"]
    assert [slug for slug, *_ in shown("all=1&open=middle")] == ["alone", "top", "middle"]


def test_a_word_finds_names_synonyms_definitions_and_abbreviations(web, make_term):
    sales = save_domain(actor="tests", slug="sales", name="Sales")
    shop = save_domain(actor="tests", slug="shop", name="Shop", parent=sales)
    make_term("customer", synonyms=["Buyer"], abbreviation="CST", domain=shop)
    make_term("order", definition="What a customer buys.", parent=Term.objects.get())

    def found(query):
        return [(line.term.slug, line.path) for line in web.get(f"{URL}?{query}").context["lines"]]

    order, customer = ("order", ["Customer"]), ("customer", [])
    assert found("q=CUSTOMER") == [customer, order]
    assert found("q=buyer") == found("q=cst") == found("domain=sales") == [customer]
    assert found("q=customer+buys") == [order]
    assert found("status=approved") == found("q=cs") == []
    assert web.get(f"{URL}?q=%00&domain=%00").status_code == 200


@pytest.mark.parametrize("rows", [1, 4])
def test_the_list_and_the_page_cost_the_same_for_any_length(
    sofia, signed_in, make_term, django_assert_num_queries, rows
):
    for number in range(rows):
        top = make_term(f"top-{number}")
        make_term(f"low-{number}", parent=top, reviewers=[sofia])
    web = signed_in(sofia)
    web.get(URL)

    with django_assert_num_queries(9):
        web.get(f"{URL}?all=1")
    with django_assert_num_queries(19):
        web.get(top.get_absolute_url())


def test_relations_are_kept_once_and_read_from_both_sides(web, make_term):
    customer, buyer = make_term("customer"), make_term("buyer")
    pages = [f"{term.get_absolute_url()}relations/" for term in (customer, buyer)]

    web.post(pages[1], {"kind": "related", "other": "customer"})
    web.post(pages[1], {"kind": "is_a", "other": "customer"})

    told = [
        [(says, [other.slug for _, other in pairs]) for says, pairs in web.get(page).context["relations"]]
        for page in pages
    ]
    assert told == [
        [("Related to", ["buyer"]), ("Kinds of it", ["buyer"])],
        [("Related to", ["customer"]), ("Is a", ["customer"])],
    ]
    assert web.post(pages[0], {"kind": "related", "other": "buyer"}).status_code == 409
    assert web.post(pages[0], {"kind": "is_a", "other": "buyer"}).status_code == 409
    assert web.post(f"{pages[0]}remove/", {"kind": "is_a", "other": "buyer"}).status_code == 302
    assert TermRelation.objects.get().kind == "related"
    assert facts("glossary.term_related")[0] == {"kind": "is_a", "other": "customer"}
    assert facts("glossary.term_unrelated") == [{"kind": "is_a", "other": "buyer"}]


def test_a_term_with_others_below_stays(web, make_term, sofia):
    top = make_term("top")
    low = make_term("low", parent=top)
    relate_terms(term=low, kind="related", other=make_term("alone"), actor=sofia)

    assert web.post(f"{top.get_absolute_url()}delete/").status_code == 409
    web.post(f"{low.get_absolute_url()}delete/")

    assert sorted(Term.objects.values_list("slug", flat=True)) == ["alone", "top"]
    assert not TermRelation.objects.exists()
    assert facts("glossary.term_deleted")[0]["before"]["slug"] == "low"


def test_everybody_who_looks_at_the_catalog_reads_and_nobody_else(vera, make_term, signed_in, client):
    term = make_term("order")
    web = signed_in(vera)

    for tab in ("", "below/", "relations/", "assets/", "history/"):
        assert web.get(f"{term.get_absolute_url()}{tab}").status_code == 200
    assert "Suggest a term" in web.get(URL).text
    for door in ("add/", "import/", f"{term.code}/deprecate/"):
        assert web.get(f"{URL}{door}").status_code == 403
    assert web.get(f"{term.get_absolute_url()}edit/").status_code == 403
    assert web.post(f"{term.get_absolute_url()}relations/", {}).status_code == 403
    assert web.post(f"{term.get_absolute_url()}relations/remove/", {}).status_code == 403
    assert client.get(URL).status_code == 302


def test_the_api_adds_changes_relates_and_removes(api, lena):
    made = api("post", "", {"slug": "customer", "name": "Customer", "reviewers": ["lena"]})
    other = api("post", "", {"slug": "buyer", "name": "Buyer", "parent": "customer", "synonyms": ["b"]})
    one = f"{made.json()['code']}/"
    changed = api("patch", one, {"definition": "Who buys.", "version": 1})
    stale = api("patch", one, {"definition": "Else.", "version": 1})
    related = api("post", f"{one}relations/", {"kind": "antonym", "other": "buyer"})

    assert (made.status_code, made.json()["reviewers"], made.json()["status"]) == (201, ["lena"], "draft")
    assert (other.json()["path"], other.json()["synonyms"]) == (["customer"], ["b"])
    assert (changed.json()["definition"], changed.json()["version"]) == ("Who buys.", 2)
    assert stale.status_code == 409
    assert related.json() == [{"kind": "antonym", "says": "Opposite of", "other": "buyer"}]
    assert api("get", one).json()["relations"] == related.json()
    assert api("post", f"{one}relations/remove/", {"kind": "antonym", "other": "buyer"}).status_code == 204
    history = api("get", f"{one}history/").json()["results"]
    actions = [row["action"] for row in history]
    assert actions == [
        "term_unrelated",
        "term_related",
        "term_saved",
        "term_added",
    ]
    assert api("get", "?q=who&status=draft&reviewer=lena&domain=&parent=").json()["count"] == 1
    assert api("delete", one).status_code == 409
    assert api("delete", f"{other.json()['code']}/").status_code == 204


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "x"}, "slug"),
        ({"slug": "no spaces", "name": "x"}, "slug"),
        ({"slug": "taken", "name": "x"}, "slug"),
        ({"slug": "x", "name": "Taken"}, "name"),
        ({"slug": "x", "name": "x", "parent": "nothing"}, "parent"),
        ({"slug": "x", "name": "x", "domain": "a\0b"}, "domain"),
        ({"slug": "x", "name": "x", "reviewers": ["nobody"]}, "reviewers"),
        ({"slug": "x", "name": "x", "synonyms": "y"}, "synonyms"),
        ({"slug": "x", "name": "a\0b"}, "name"),
    ],
)
def test_the_api_names_bad_input(api, make_term, body, field):
    make_term("taken")

    response = api("post", "", body)

    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == [field]


def test_the_history_shows_what_each_change_was(web, make_term, henrik):
    term = make_term("order")
    save_term(term=term, actor=henrik, changes={"definition": "New words."})

    acts = web.get(f"{term.get_absolute_url()}history/").context["acts"]

    assert [(act.actor, act.action) for act, _ in acts] == [("henrik", "term_saved"), ("sofia", "term_added")]
    assert acts[0][0].changes == [("definition", "What order means.", "New words.")]
    assert ("name", "", "Order") in acts[1][0].changes
