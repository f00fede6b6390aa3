"""Whatever words a glossary has, its file says the same."""

import csv
from io import StringIO

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accesscontrol.display.sheet import cell, plain
from catalog.glossary.models import Term
from catalog.glossary.wording import joined, parted, words
from catalog.termfiles.planning import plan
from catalog.termfiles.services import WrongRows, export_terms, import_terms
from catalog.termfiles.sheets import read
from tests.build import make_user

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


@given(TEXT)
def test_a_guarded_cell_is_read_as_it_was(text):
    assert plain(cell(text)) == text
    assert not cell(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.lists(TEXT))
def test_words_in_one_cell_are_read_as_they_were(several):
    tidy = words(several)

    assert parted(joined(tidy)) == tidy


SLUGS = st.sampled_from(["a", "b", "c", "d"])
SAID = st.builds(str.__add__, st.sampled_from("=+-@'\"x;"), TEXT)
ROW = st.fixed_dictionaries(
    {
        "name": SAID,
        "definition": SAID,
        "synonyms": st.lists(TEXT, max_size=3),
        "abbreviation": TEXT,
        "status": st.sampled_from(["draft", "in_review", "deprecated"]),
        "parent": st.sampled_from(["", "a", "b"]),
        "relations": SLUGS,
    }
)


def written(table):
    """The table as a file; a parent or a relation that is not in it is left out."""
    text = StringIO()
    sheet = csv.writer(text)
    sheet.writerow(["slug", *next(iter(table.values()))])
    for slug, row in table.items():
        said = {**row, "synonyms": joined(row["synonyms"])}
        said["parent"] = row["parent"] if row["parent"] in table else ""
        related = row["relations"] in table.keys() - {slug}
        said["relations"] = f"related: {row['relations']}" if related else ""
        sheet.writerow([slug, *map(cell, said.values())])
    return text.getvalue()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.dictionaries(SLUGS, ROW, min_size=1))
def test_any_glossary_goes_out_and_comes_back(db, table):
    """What a file makes of an empty glossary, its export makes of an empty glossary again."""
    with transaction.atomic():
        actor = make_user("una", "steward")
        if any(each.row.problems for each in plan(rows=read(written(table)))):  # a circle, or one name twice
            with pytest.raises(WrongRows):
                import_terms(rows=read(written(table)), actor=actor)
            assert not Term.objects.exists()
        else:
            import_terms(rows=read(written(table)), actor=actor)
            first = export_terms(reader=actor)
            assert {each.outcome for each in import_terms(rows=read(first), actor=actor)} == {"same"}
            Term.objects.update(parent=None, name=F("slug"))
            Term.objects.all().delete()
            import_terms(rows=read(first), actor=actor)
            assert export_terms(reader=actor) == first
        transaction.set_rollback(True)
