"""From a draft into review, and what others make of it. Nobody decides about their own words."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accesscontrol.audit.models import Entry
from accesscontrol.refusal import Refused
from catalog.domains.services import save_domain
from catalog.glossary.models import Term, TermRelation
from catalog.glossary.services import save_term
from catalog.termreviews.services import approve_term, reject_term, submit_term, suggest_term
from stewardship.approvals.inbox import sections, waiting_for
from stewardship.approvals.models import Proposal
from stewardship.approvals.services import approve, propose
from stewardship.notices.models import Notice
from tests.build import make_token, make_user

URL = "/catalog/glossary/"


@pytest.fixture
def term(make_term, lena, sofia):
    """In review; sofia wrote it and lena reviews it."""
    return submit_term(term=make_term("order", reviewers=[lena]), actor=sofia)


def waits_for(user):
    """The names of the terms in the inbox of `user`; the badge counts the same."""
    found = [line.about for title, lines in sections(user) if title == "Terms" for line in lines]
    assert waiting_for(user, Proposal.objects.visible_to(user, "change").open()) == len(found)
    return found


def test_a_draft_goes_before_its_reviewers_and_they_are_told(make_term, lena, sofia, signed_in):
    term = make_term("order", reviewers=[lena])

    signed_in(sofia).post(f"{term.get_absolute_url()}submit/")

    term.refresh_from_db()
    assert (term.status, term.approved_by) == ("in_review", None)
    assert waits_for(lena) == ["Order"]
    assert [(notice.recipient, notice.title) for notice in Notice.objects.all()] == [
        (lena, "Review the term Order")
    ]
    assert signed_in(lena).get(term.get_absolute_url()).context["deciders"] == [lena]


def test_a_draft_without_a_definition_is_not_sent(make_term, sofia, signed_in):
    term = make_term("order", definition="")
    web = signed_in(sofia)

    page = web.post(f"{term.get_absolute_url()}submit/", follow=True)

    assert "Say what it means before others decide about it." in page.text
    assert Term.objects.get().status == "draft"
    with pytest.raises(IntegrityError), transaction.atomic():
        Term.objects.update(status="in_review", submitted_at=timezone.now())


def test_the_reviewer_approves_on_the_page_and_the_author_is_told(term, lena, sofia, signed_in):
    signed_in(lena).post(f"{term.get_absolute_url()}approve/", {"version": term.version})

    term.refresh_from_db()
    assert (term.status, term.approved_by, term.authors) == ("approved", lena, [sofia.pk])
    assert waits_for(lena) == []
    assert Notice.objects.get(recipient=sofia).title == "Order is approved"


def test_the_author_cannot_approve_though_a_steward_and_a_reviewer(term, sofia, lena, signed_in):
    save_term(term=term, actor=sofia, changes={"reviewers": [sofia, lena]})

    answer = signed_in(sofia).post(f"{term.get_absolute_url()}approve/")

    assert answer.status_code == 409
    assert "Nobody decides about their own words" in answer.text
    assert Term.objects.get().status == "in_review"
    assert waits_for(sofia) == []


def test_who_last_changed_the_text_cannot_approve_either(term, lena):
    """Lena may change terms too, and does: now the words are hers as well."""
    lena.groups.add(*make_user("helper", "steward").groups.all())
    lena = type(lena).objects.get(pk=lena.pk)
    save_term(term=term, actor=lena, changes={"definition": "Lena's words."})

    with pytest.raises(Refused, match="own words"):
        approve_term(term=term, actor=lena)
    assert waits_for(lena) == []


def test_the_database_keeps_four_eyes(term, sofia, henrik):
    with pytest.raises(IntegrityError, match="term_four_eyes"), transaction.atomic():
        Term.objects.update(status="approved", approved_by=sofia, approved_at=timezone.now())
    with pytest.raises(IntegrityError, match="term_approved_by_somebody"), transaction.atomic():
        Term.objects.update(status="approved")


def test_whoever_proposed_the_words_cannot_approve_them(term, vera, lena, sofia, henrik):
    approve_term(term=term, actor=lena)
    save_term(term=term, actor=sofia, changes={"reviewers": [vera, henrik]})
    proposal = propose(
        verb="catalog.change_term",
        subject=Term.objects.get(),
        changes={"definition": "Vera's words."},
        reason="Shorter",
        author=vera,
    )

    approve(proposal=proposal, actor=sofia)

    term.refresh_from_db()
    assert (term.definition, term.status) == ("Vera's words.", "in_review")
    assert sorted(term.authors) == sorted([vera.pk, sofia.pk])
    with pytest.raises(Refused, match="own words"):
        approve_term(term=term, actor=vera)
    assert (waits_for(vera), waits_for(henrik)) == ([], ["Order"])


def test_without_reviewers_the_steward_of_the_domain_above_is_asked(make_term, sofia, henrik):
    top = save_domain(actor="tests", slug="top", name="Top", steward=henrik)
    low = save_domain(actor="tests", slug="low", name="Low", parent=top)
    term = submit_term(term=make_term("order", domain=low), actor=sofia)
    other = make_user("olga", "steward")

    assert (waits_for(henrik), waits_for(other)) == (["Order"], [])
    with pytest.raises(Refused, match="Others decide"):
        approve_term(term=term, actor=other)


def test_where_nobody_is_named_or_all_of_them_wrote_it_others_decide(make_term, sofia, henrik, vera):
    own = save_domain(actor="tests", slug="own", name="Own", steward=sofia)
    gone = make_user("gone", "viewer")
    submit_term(term=make_term("order", domain=own, reviewers=[sofia, gone]), actor=sofia)
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)

    assert [waits_for(user) for user in (henrik, sofia, vera)] == [["Order"], [], []]


def test_nothing_is_approved_because_nobody_is_there(make_term, sofia):
    submit_term(term=make_term("order"), actor=sofia)

    assert waits_for(sofia) == []
    assert Term.objects.get().status == "in_review"


def test_a_rejected_term_is_a_draft_with_the_reason(term, lena, sofia, signed_in):
    web = signed_in(lena)

    empty = web.post(f"{term.get_absolute_url()}reject/", {"reason": " "})
    web.post(f"{term.get_absolute_url()}reject/", {"reason": "Too long.", "version": term.version})

    assert (empty.status_code, list(empty.context["form"].errors)) == (400, ["reason"])
    term.refresh_from_db()
    assert (term.status, term.rejection) == ("draft", "Too long.")
    assert "Too long." in signed_in(sofia).get(term.get_absolute_url()).text
    assert Notice.objects.get(recipient=sofia).text == "Too long."
    assert submit_term(term=term, actor=sofia).rejection == ""


def test_what_changed_meanwhile_is_not_approved_unread(term, lena, sofia, signed_in):
    save_term(term=term, actor=sofia, changes={"definition": "Other words."})

    answer = signed_in(lena).post(f"{term.get_absolute_url()}approve/", {"version": term.version})

    assert (answer.status_code, Term.objects.get().status) == (409, "in_review")


def test_new_words_of_an_approved_term_go_into_review_and_other_changes_do_not(term, lena, sofia, henrik):
    approve_term(term=term, actor=lena)

    moved = save_term(term=term, actor=sofia, changes={"owner": henrik, "reviewers": [henrik]})
    assert moved.status == "approved"
    changed = save_term(term=term, actor=sofia, changes={"synonyms": ["purchase"]})

    assert (changed.status, changed.authors, changed.approved_by) == ("in_review", [sofia.pk], None)


def test_the_author_takes_it_back_and_a_stranger_does_not(term, sofia, vera, signed_in):
    assert signed_in(vera).post(f"{term.get_absolute_url()}reopen/").status_code == 403
    signed_in(sofia).post(f"{term.get_absolute_url()}reopen/")

    assert Term.objects.get().status == "draft"


def test_a_deprecated_term_names_what_is_used_instead(term, make_term, lena, sofia, signed_in):
    approve_term(term=term, actor=lena)
    purchase = make_term("purchase")
    web = signed_in(sofia)

    web.post(f"{term.get_absolute_url()}deprecate/", {"replacement": "purchase", "reason": "New name"})

    term.refresh_from_db()
    assert (term.status, TermRelation.objects.get().kind) == ("deprecated", "replaced_by")
    assert "instead." in web.get(term.get_absolute_url()).text
    refused = web.post(f"{purchase.get_absolute_url()}deprecate/", {"replacement": "order"})
    assert (refused.status_code, Term.objects.get(slug="purchase").status) == (400, "draft")
    web.post(f"{term.get_absolute_url()}reopen/")
    term.refresh_from_db()
    assert (term.status, term.approved_by, TermRelation.objects.count()) == ("draft", None, 0)


def test_who_may_not_add_a_term_suggests_one_and_mends_it(vera, lena, signed_in, henrik):
    web = signed_in(vera)

    web.post(f"{URL}suggest/", {"name": "Basket", "definition": "Not yet an order.", "owner": lena.pk})

    term = Term.objects.get()
    assert (term.status, term.authors, term.owner) == ("in_review", [vera.pk], None)
    assert (waits_for(vera), waits_for(henrik)) == ([], ["Basket"])
    assert web.get(f"{term.get_absolute_url()}edit/").status_code == 403
    reject_term(term=term, actor=henrik, reason="What of gifts?")
    edited = web.post(
        f"{term.get_absolute_url()}edit/",
        {"name": "Basket", "slug": "basket", "definition": "With gifts.", "version": 2 + 1},
    )
    assert edited.status_code == 302
    web.post(f"{term.get_absolute_url()}submit/")
    assert Term.objects.get().status == "in_review"


def test_who_suggests_chooses_nobody_who_decides(vera, lena):
    with pytest.raises(ValidationError, match="cannot be changed by you"):
        suggest_term(actor=vera, changes={"slug": "x", "name": "X", "definition": "Y", "reviewers": [lena]})


def test_who_may_not_change_a_term_proposes(term, vera, signed_in, sofia, lena):
    approve_term(term=term, actor=lena)
    web = signed_in(vera)
    same = {"name": "Order", "definition": "What order means.", "reason": "Why"}

    unchanged = web.post(f"{term.get_absolute_url()}propose/", same)
    web.post(f"{term.get_absolute_url()}propose/", {**same, "synonyms": "purchase", "name": "Orders"})

    assert unchanged.status_code == 400
    proposal = Proposal.objects.get()
    assert proposal.after == {"name": "Orders", "synonyms": ["purchase"]}
    assert "A proposal" in signed_in(sofia).get(term.get_absolute_url()).text
    approve(proposal=proposal, actor=sofia)
    term.refresh_from_db()
    assert (term.name, term.synonyms) == ("Orders", ["purchase"])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"status": "approved"}, "status"),
        ({"name": 7}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"name": ""}, "name"),
        ({"synonyms": "x"}, "synonyms"),
        ({"synonyms": [7]}, "synonyms"),
    ],
)
def test_a_proposal_names_bad_input(term, vera, client, changes, field):
    headers = {"Authorization": f"Bearer {make_token(vera)}"}
    body = {"verb": "catalog.change_term", "subject": str(term.code), "changes": changes}

    answer = client.post("/api/v1/proposals/", body, content_type="application/json", headers=headers)

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_the_api_goes_the_whole_way(make_term, client, sofia, lena):
    def ask(user, path, body=None):
        headers = {"Authorization": f"Bearer {make_token(user)}"}
        return client.post(
            f"/api/v1/terms/{path}", body or {}, content_type="application/json", headers=headers
        )

    make_term("order")
    code = make_term("basket", reviewers=[lena]).code
    assert ask(sofia, f"{code}/submit/").json()["status"] == "in_review"
    assert ask(sofia, f"{code}/approve/").status_code == 409
    assert ask(lena, f"{code}/reject/").status_code == 400
    assert ask(lena, f"{code}/reject/", {"reason": "No"}).json()["rejection"] == "No"
    assert ask(sofia, f"{code}/submit/").json()["status"] == "in_review"
    assert ask(lena, f"{code}/reopen/").status_code == 403
    assert ask(sofia, f"{code}/reopen/").json()["status"] == "draft"
    ask(sofia, f"{code}/submit/")
    assert ask(lena, f"{code}/approve/", {"version": 1}).status_code == 409
    assert ask(lena, f"{code}/approve/").json()["status"] == "approved"
    assert ask(lena, f"{code}/deprecate/").status_code == 403
    gone = ask(sofia, f"{code}/deprecate/", {"replacement": "order", "reason": "Old"})
    assert gone.json()["status"] == "deprecated"
    assert (
        ask(lena, "suggest/", {"slug": "b", "name": "B", "definition": "C"}).json()["status"] == "in_review"
    )
    facts = {entry.action for entry in Entry.objects.filter(object_type="term")}
    assert facts >= {f"glossary.term_{did}" for did in ("submitted", "approved", "rejected", "reopened")}
    details = json.loads(Entry.objects.get(action="glossary.term_deprecated").body)["details"]
    assert details == {"replaced_by": "order", "reason": "Old"}
