"""The glossary as a file: out, in, and out again."""

import csv
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from accesscontrol.audit.models import Entry
from accesscontrol.refusal import Refused
from catalog.domains.services import save_domain
from catalog.glossary.models import Term, TermRelation
from catalog.glossary.relating import relate_terms
from catalog.termfiles.planning import plan
from catalog.termfiles.services import WrongRows, export_terms, import_terms
from catalog.termfiles.sheets import COLUMNS, WrongSheet, read
from catalog.termreviews.services import approve_term, submit_term
from tests.build import make_token

URL = "/catalog/glossary/"
HEADING = ",".join(COLUMNS)


def outcomes(plans):
    return {each.slug: each.outcome for each in plans}


def problems(text):
    return [(each.number, each.row.problems) for each in plan(rows=read(text)) if each.row.problems]


@pytest.fixture
def full(make_term, sofia, lena):
    """A glossary with something in every column."""
    sales = save_domain(actor="tests", slug="sales", name="Sales")
    party = make_term("party", definition='=1+1\nand more; "quoted"', synonyms=["a; b", "c\\"])
    customer = make_term("customer", parent=party, domain=sales, owner=lena, reviewers=[lena, sofia])
    relate_terms(term=party, kind="related", other=customer, actor=sofia)
    relate_terms(term=customer, kind="is_a", other=party, actor=sofia)
    approve_term(term=submit_term(term=customer, actor=sofia), actor=lena)
    return [party, customer]


def test_what_was_exported_changes_nothing_when_it_is_imported(full, sofia):
    before = Entry.objects.count()

    done = import_terms(rows=read(export_terms(reader=sofia)), actor=sofia)

    assert outcomes(done) == {"party": "same", "customer": "same"}
    assert Entry.objects.count() == before + 2  # the export and the import


def test_an_emptied_glossary_comes_back_whole_but_nobody_approves_by_a_file(full, sofia):
    text = export_terms(reader=sofia)
    Term.objects.filter(slug="customer").delete()
    Term.objects.all().delete()

    import_terms(rows=read(text), actor=sofia)

    again = export_terms(reader=sofia)
    assert again == text.replace("approved", "in_review")
    customer = Term.objects.get(slug="customer")
    assert (customer.authors, customer.approved_by) == ([sofia.pk], None)
    assert Term.objects.get(slug="party").definition == '=1+1\nand more; "quoted"'


def test_no_cell_runs_in_a_spreadsheet(make_term, sofia):
    make_term("evil", name="=HYPERLINK(1)", definition="@x", synonyms=["+1"], abbreviation="-1")

    rows = list(csv.reader(StringIO(export_terms(reader=sofia))))

    assert [text for text in rows[1] if text[:1] in "=+-@" and text] == []
    assert outcomes(plan(rows=read(export_terms(reader=sofia)))) == {"evil": "same"}


def test_a_column_that_is_left_out_stays_as_it_is(full, sofia):
    import_terms(rows=read("slug,name\ncustomer,Client\n"), actor=sofia)

    customer = Term.objects.get(slug="customer")
    assert (customer.name, customer.parent.slug, customer.reviewers.count()) == ("Client", "party", 2)
    assert (customer.status, customer.version) == ("in_review", 4)
    assert TermRelation.objects.count() == 2


def test_rows_may_come_in_any_order_and_change_places(make_term, sofia):
    a = make_term("a")
    make_term("b", parent=a)

    import_terms(rows=read("slug,name,parent\nnew,New,newer\nnewer,Newer,b\na,A,b\nb,B,\n"), actor=sofia)

    assert dict(Term.objects.values_list("slug", "parent__slug")) == {
        "b": None,
        "a": "b",
        "newer": "b",
        "new": "newer",
    }


def test_relations_are_as_the_file_says_from_either_side(full, make_term, sofia):
    make_term("zebra")

    import_terms(rows=read("slug,name,relations\nzebra,Zebra,related: party\nparty,Party,\n"), actor=sofia)

    said = {(row.kind, row.term.slug, row.other.slug) for row in TermRelation.objects.all()}
    assert said == {
        ("is_a", "customer", "party"),
        ("related", "party", "zebra"),
        ("related", "party", "customer"),
    }


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (",,,,,,,,,,", []),
        ("x,,,,,,,,,,", ["name"]),
        ("no space s,X,,,,,,,,,", ["slug"]),
        (",表,,,,,,,,,", ["slug"]),
        ("x,X,nothing,,,,,,,,", ["parent"]),
        ("x,X,x,,,,,,,,", ["parent"]),
        ("x,X,,,,,nothing,,,,", ["domain"]),
        ("x,X,,,,,,nobody,,,", ["owner"]),
        ("x,X,,,,,,,nobody; sofia,,", ["reviewers"]),
        ("x,X,,,,,,,,done,", ["status"]),
        ("x,X,,,,,,,,approved,", ["definition"]),
        ("x,X,,,,,,,,,eats: party", ["relations"]),
        ("x,X,,,,,,,,,is_a: x", ["relations"]),
        ("x,X,,,,,,,,,is_a: nothing", ["relations"]),
        ("x,Party,,,,,,,,,", ["name"]),
        ("x,X,,,,,,,,", ["row"]),
        (f"x,{'X' * 201},,,,,,,,,", ["name"]),
        (f"x,X,,,{'s' * 201},,,,,,", ["synonyms"]),
        ("party,Party,customer,,,,,,,,", ["parent"]),
        ("party,Party,,x,,,,,,,is_a: customer", ["relations"]),
    ],
)
def test_each_error_stands_at_its_row_and_nothing_is_written(full, sofia, row, wrong):
    text = f"{HEADING}\nfine,Fine,,,,,,,,,\n{row}\n"

    assert [sorted(found) for _, found in problems(text)] == ([wrong] if wrong else [])
    if wrong:
        with pytest.raises(WrongRows):
            import_terms(rows=read(text), actor=sofia)
        assert not Term.objects.filter(slug="fine").exists()


def test_one_slug_stands_once_in_a_file(sofia):
    assert problems("slug,name\nx,X\nx,Y\n") == [(3, {"slug": "Row 2 has the same short name."})]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no column “name”"),
        ("slug\nx", "no column “name”"),
        ("name,colour\nx,y", "Unknown columns: colour"),
        ("name,name\nx,y", "twice"),
        ('name\n"x', "not CSV"),
        ("name\nx\0", "not a text file"),
        ("name\n" + "x\n" * 5001, "More than 5,000 rows"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(text, said):
    with pytest.raises(WrongSheet, match=said):
        read(text)


def test_spreadsheets_that_write_semicolons_are_read():
    [row] = read("\ufeffname;definition\r\nOrder;What, exactly\r\n")

    assert row.cells == {"name": "Order", "definition": "What, exactly"}


def test_who_may_only_add_changes_nothing(full, sofia):
    rows = read("slug,name\ncustomer,Client\nfresh,Fresh\n")

    [changed, new] = plan(rows=rows, may_change=False)
    assert (changed.outcome, new.outcome) == ("error", "new")
    [changed, new] = plan(rows=read("slug,name\ncustomer,Client\nfresh,Fresh\n"), may_add=False)
    assert (changed.outcome, new.outcome) == ("changed", "error")


def test_two_rows_that_get_in_each_others_way_are_refused(make_term, sofia):
    make_term("a", name="One")

    with pytest.raises(Refused, match="two files"), transaction.atomic():
        import_terms(rows=read("slug,name\na,Two\nb,One\n"), actor=sofia)
    assert Term.objects.get().name == "One"


def test_the_page_shows_what_a_file_does_and_then_does_it(full, sofia, signed_in):
    web = signed_in(sofia)
    text = 'slug,name,definition\r\ncustomer,Customer,New words\r\nfresh,Fresh,"Two\r\nlines"\r\n'
    file = SimpleUploadedFile("terms.csv", text.encode("utf-8-sig"))

    page = web.post(f"{URL}import/", {"file": file})

    assert page.context["numbers"] == {"new": 1, "changed": 1, "same": 0, "error": 0}
    assert "Definition, status." in page.text
    assert Term.objects.count() == 2
    web.post(f"{URL}import/load/", {"document": page.context["document"]})
    assert Term.objects.get(slug="fresh").definition == "Two\nlines"
    assert Entry.objects.filter(action="glossary.imported").count() == 1


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Choose a file"),
        ({"document": "x"}, "Unknown columns"),
        ({"file": SimpleUploadedFile("x.csv", b"\xff\xfe")}, "not UTF-8"),
        ({"file": SimpleUploadedFile("x.csv", b"a" * 2_000_001)}, "larger than"),
    ],
)
def test_a_wrong_file_is_answered_beside_its_field(sofia, signed_in, sent, said):
    page = signed_in(sofia).post(f"{URL}import/", sent)

    assert page.status_code == 400
    assert said in page.text


def test_a_file_that_became_wrong_is_judged_anew(full, sofia, signed_in):
    answer = signed_in(sofia).post(f"{URL}import/load/", {"document": "slug,name,parent\nx,X,gone\n"})

    assert (answer.status_code, Term.objects.count()) == (400, 2)
    assert "There is no term “gone”." in answer.text


def test_the_api_previews_imports_and_exports(full, sofia, vera, client):
    headers = {"Authorization": f"Bearer {make_token(sofia)}"}

    def ask(body):
        return client.post("/api/v1/terms/import/", body, content_type="application/json", headers=headers)

    text = "slug,name\nfresh,Fresh\n"
    shown = ask({"document": text, "preview": True}).json()
    assert [(row["row"], row["slug"], row["outcome"]) for row in shown] == [(2, "fresh", "new")]
    assert Term.objects.count() == 2
    assert ask({"document": text}).json()[0]["outcome"] == "new"
    wrong = ask({"document": "slug,name,parent\nx,X,gone\n"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "row 2.parent")
    assert ask({"document": "colour\n"}).json()["errors"][0]["field"] == "document"
    out = client.get("/api/v1/terms/export/", headers=headers)
    assert out.content.decode().startswith("\ufeffslug,name")
    viewer = {"Authorization": f"Bearer {make_token(vera)}"}
    assert client.post("/api/v1/terms/import/", {}, headers=viewer).status_code == 403
