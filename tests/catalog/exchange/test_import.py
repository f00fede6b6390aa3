"""What an import does, row by row, and what it refuses."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accesscontrol.audit.models import Entry
from catalog.assets.models import Asset
from catalog.assets.services import change_asset
from catalog.domains.models import Domain
from catalog.exchange.document import read_sheet
from catalog.exchange.models import ImportRow, MetadataImport
from catalog.exchange.services import export_sheet, prepare_import, start_import
from catalog.exchange.tasks import delete_old
from catalog.glossary.models import Term
from govportal.schedule import SCHEDULE
from stewardship.approvals.models import Proposal
from stewardship.jobs.work import run_job
from tests.build import make_asset, make_policy, make_user
from tests.catalog.exchange.conftest import (
    expectations,
    exported,
    imported,
    outcomes,
    prepared,
    written,
)

ORDERS = {"namespace": "postgres://localhost:5432", "name": "shop.public.orders", "of_job": False}


WRONG = written(
    domains=[
        {"slug": "a", "name": "A", "parent": "b"},
        {"slug": "b", "name": "B", "parent": "a"},
        {"slug": "c", "name": "C", "steward": "nobody"},
        {"slug": "d", "name": "D", "parent": "nowhere"},
        {"slug": "e", "name": 5},
        {"slug": "f", "name": "F", "colour": "red"},
        {"slug": "g", "name": "G"},
        {"slug": "g", "name": "Again"},
        {"slug": "h", "name": "N\0UL"},
    ],
    assets=[
        {**ORDERS, "description": "One row an order", "domain": "g"},
        {**ORDERS, "name": "nothing", "description": "x"},
        {**ORDERS, "of_job": True, "replacement": ["x", "y", False]},
    ],
    fields=[{**ORDERS, "column": "gone", "description": "x"}],
    tags=[{"path": "Lonely"}],
    relations=[{"term": "x", "kind": "is_a", "other": "y"}],
)


def test_a_preview_names_what_is_wrong_with_each_row_and_changes_nothing(ida):
    make_asset(columns="id")

    batch = prepared(ida, WRONG)

    found = {(row.kind, row.number): (row.expected, row.note) for row in batch.rows.all()}
    none = "There is none of this name that you may see."
    assert found == {
        ("domains", 1): ("wrong", "parent: It would stand in itself."),
        ("domains", 2): ("wrong", "parent: It would stand in itself."),
        ("domains", 3): ("wrong", "steward: There is nobody called “nobody”."),
        ("domains", 4): ("wrong", "parent: There is no domain “nowhere”."),
        ("domains", 5): ("wrong", "name: Write a text."),
        ("domains", 6): ("wrong", "colour: There is no such column."),
        ("domains", 7): ("new", ""),
        ("domains", 8): ("wrong", "Another row of the file names the same."),
        ("domains", 9): ("wrong", "It holds a character that no text has."),
        ("tags", 1): ("wrong", "path: Write the classification before it, as in PII.Contact."),
        ("relations", 1): ("wrong", "term: There is no term “x”."),
        ("assets", 1): ("change", ""),
        ("assets", 2): ("wrong", f"asset: {none}"),
        ("assets", 3): ("wrong", f"replacement: {none}"),
        ("fields", 1): ("wrong", f"field: {none}"),
    }
    assert (Domain.objects.count(), Asset.objects.get().description) == (0, "")


def test_what_is_right_is_written_and_the_rest_is_reported(ida):
    make_asset()
    text = written(
        domains=[{"slug": "c", "name": "C", "steward": "nobody"}, {"slug": "g", "name": "G"}],
        assets=[{**ORDERS, "description": "One row an order", "domain": "g", "owner": "ida"}],
    )

    batch = imported(ida, text)

    assert outcomes(batch) == [
        ("domains", "c", "skipped", "steward: There is nobody called “nobody”."),
        ("domains", "g", "done", ""),
        ("assets", "postgres://localhost:5432 · shop.public.orders", "done", ""),
    ]
    row = Asset.objects.get()
    assert (row.description, row.domain.slug, row.owner) == ("One row an order", "g", ida)
    assert batch.job.message == "2 written, 1 skipped."
    fact = Entry.objects.filter(action="catalog.asset_changed").get()
    assert (fact.actor, f'"metadata_import":"{batch.code}"' in fact.body) == ("ida", True)


def test_what_one_may_not_change_is_proposed_where_asked_for_and_skipped_else(ida):
    vera = make_user("vera", "viewer")
    make_asset()
    text = written(
        domains=[{"slug": "g", "name": "G"}], assets=[{**ORDERS, "description": "Sales", "tier": 1}]
    )

    assert [row[2:] for row in expectations(prepared(vera, text))] == [
        ("refused", "You may not add one."),
        ("refused", "You may not change it."),
    ]
    assert [row[2] for row in outcomes(imported(vera, text))] == ["skipped", "skipped"]
    batch = imported(vera, text, propose=True, reason="It is known")

    assert [row[2] for row in outcomes(batch)] == ["skipped", "proposed"]
    proposal = Proposal.objects.get()
    assert (proposal.author, proposal.after) == (vera, {"description": "Sales", "tier": 1})
    assert Asset.objects.get().description == ""


def test_what_is_hidden_is_neither_exported_nor_found(ida):
    make_asset("hr.public.salaries", columns="pay", description="kx7")
    make_asset("shop.public.days", description="Days", replacement=Asset.objects.get(), status="deprecated")
    make_policy("all", {"attribute": "resource.name", "operator": "starts_with", "value": "shop."})
    lee = make_user("lee", "viewer")
    text = exported(lee)

    batch = prepared(lee, written(assets=[{**ORDERS, "name": "hr.public.salaries", "description": "x"}]))

    assert ("Days" in text, "kx7" in text, "salaries" in text) == (True, False, False)
    assert expectations(batch) == [
        (
            "assets",
            "postgres://localhost:5432 · hr.public.salaries",
            "wrong",
            "asset: There is none of this name that you may see.",
        )
    ]


def test_what_changed_since_the_preview_stays(ida):
    asset = make_asset()
    batch = prepared(ida, written(assets=[{**ORDERS, "description": "From the file"}]))
    change_asset(asset=asset, actor="bob", changes={"description": "Faster"})

    run_job(job_id=start_import(batch=batch, actor=ida).pk)

    assert [row[2:] for row in outcomes(batch)] == [("stale", "Somebody changed it since you looked.")]
    assert Asset.objects.get().description == "Faster"


def test_what_changes_while_others_are_written_stays(ida, monkeypatch):
    rows = [{**ORDERS, "name": name, "description": "From the file"} for name in ("a.first", "b.second")]
    assets = [make_asset(row["name"]) for row in rows]
    batch = prepared(ida, written(assets=rows))
    write = ImportRow.save

    def save(self, **how):
        write(self, **how)
        if self.number == 1:
            change_asset(asset=assets[1], actor="bob", changes={"description": "Faster"})

    monkeypatch.setattr(ImportRow, "save", save)
    run_job(job_id=start_import(batch=batch, actor=ida).pk)

    assert [row[2] for row in outcomes(batch)] == ["done", "stale"]
    assert list(Asset.objects.order_by("name").values_list("description", flat=True)) == [
        "From the file",
        "Faster",
    ]


def test_who_sees_no_glossary_links_no_terms(ida):
    make_asset()
    allowed = ida.groups.get().permissions
    allowed.remove(allowed.get(codename="view_term"))
    ida = type(ida).objects.get(pk=ida.pk)

    batch = prepared(ida, written(assets=[{**ORDERS, "terms": ["revenue"]}]))

    assert expectations(batch)[0][2:] == ("wrong", "terms: Your roles do not include the glossary.")


def test_an_import_that_died_goes_on_where_it_was_and_writes_nothing_twice(ida, monkeypatch):
    rows = [{"slug": f"d{at}", "name": f"D {at}"} for at in range(5)]
    batch = prepared(ida, written(domains=rows))
    job = start_import(batch=batch, actor=ida)
    write = ImportRow.save
    written_rows = []

    def save(self, **how):
        if len(written_rows) == 3:
            raise KeyboardInterrupt
        write(self, **how)
        written_rows.append(self.pk)

    monkeypatch.setattr(ImportRow, "save", save)
    with pytest.raises(KeyboardInterrupt):
        run_job(job_id=job.pk)
    monkeypatch.undo()
    assert Domain.objects.count() == 3
    type(job).objects.filter(pk=job.pk).update(state="queued")
    run_job(job_id=job.pk)

    assert [row[2] for row in outcomes(batch)] == ["done"] * 5
    assert Entry.objects.filter(action="domains.saved").count() == 5


def test_nobody_approves_by_a_file_but_who_may_restore(ida):
    sofia = make_user("sofia", "steward")
    make_user("bob", "steward")
    row = {
        "slug": "customer",
        "name": "Customer",
        "definition": "Who buys",
        "status": "approved",
        "authors": ["bob"],
        "approved_by": "ida",
        "approved_at": "2026-02-03T04:05:06+00:00",
    }

    imported(sofia, written(terms=[row]))
    term = Term.objects.get()
    assert (term.status, term.approved_by, term.authors) == ("in_review", None, [sofia.pk])
    term.delete()
    self_made = imported(ida, written(terms=[{**row, "authors": ["ida"]}]))
    assert outcomes(self_made)[0][2:] == ("skipped", "approved_by: Nobody approves their own words.")
    imported(ida, written(terms=[row]))

    term = Term.objects.get()
    assert (term.status, term.approved_by) == ("approved", ida)
    fact = Entry.objects.filter(action="glossary.term_restored").latest("pk")
    assert '"approved_by":"ida"' in fact.body


def test_a_sheet_is_imported_with_its_formulas_as_text(ida):
    make_asset(description="=1+1", location="'@x")
    lines = "".join(export_sheet(reader=ida, kind="assets"))
    Asset.objects.update(description="", location="")

    batch = prepare_import(author=ida, title="a.csv", given=read_sheet("assets", lines))
    run_job(job_id=batch.preview_id)
    batch = MetadataImport.objects.get()
    run_job(job_id=start_import(batch=batch, actor=ida).pk)

    row = Asset.objects.get()
    assert "'=1+1" in lines
    assert (row.description, row.location) == ("=1+1", "'@x")


def test_what_nobody_started_for_two_weeks_goes(ida):
    text = written(domains=[{"slug": "a", "name": "A"}])
    old, young, started = prepared(ida, text), prepared(ida, text), imported(ida, text)
    waiting = prepare_import(author=ida, title="file.json", given=[])
    for batch, days in ((old, 15), (young, 13), (started, 15), (waiting, 15)):
        MetadataImport.objects.filter(pk=batch.pk).update(created_at=timezone.now() - timedelta(days=days))

    assert [delete_old(), delete_old()] == [1, 0]
    assert set(MetadataImport.objects.all()) == {young, started, waiting}
    assert Entry.objects.get(action="metadata.old_imports_deleted").actor == "system"
    assert delete_old.name in [each["task"] for each in SCHEDULE.values()]
