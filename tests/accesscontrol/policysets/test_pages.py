"""Changes of policies on pages: written, reviewed, decided; what is wrong is said beside the field."""

import json
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accesscontrol.identity.models import User
from accesscontrol.policy.models import Policy
from accesscontrol.policysets import services
from accesscontrol.policysets.models import PolicySet
from accesscontrol.policysets.reads import in_force
from tests.accesscontrol.policysets.sets import DOCUMENT, TABLES, drafted, simulated, submitted
from tests.build import make_policy, make_user

pytestmark = pytest.mark.django_db

NEW = "/access/policies/new/"
LIST = "/access/changes/"


@pytest.fixture
def ada(client):
    ada = make_user("ada", "administrator")
    client.force_login(ada)
    return ada


@pytest.fixture
def eve():
    return make_user("eve", "administrator")


def url(row, verb):
    return reverse(f"policysets:{verb}", args=[row.code])


def page(client, address):
    return unescape(client.get(address).content.decode())


def text(answer):
    return unescape(answer.content.decode())


def test_a_policy_is_written_into_a_new_change(client, ada):
    assert "analysts-see-open-data" in page(client, NEW)

    answer = client.post(NEW, {"document": json.dumps(DOCUMENT), "summary": "Open the tables"})

    row = PolicySet.objects.drafts().get()
    assert (answer.status_code, answer["Location"]) == (302, row.get_absolute_url())
    assert (row.author, row.summary, row.find("tables")["actions"]) == (ada, "Open the tables", ["read"])
    assert Policy.objects.filter(name="tables").exists() is False
    shown = page(client, row.get_absolute_url())
    assert "Open the tables" in shown
    assert "Added" in shown


def test_a_second_policy_joins_the_same_change(client, ada):
    row = drafted(ada)

    more = {"document": json.dumps({**DOCUMENT, "name": "more"}), "into": str(row.code)}
    both = client.post(NEW, {**more, "summary": "Another change"})
    assert (both.status_code, "has its own" in both.content.decode()) == (400, True)
    client.post(NEW, more)

    row.refresh_from_db()
    assert [document["name"] for document in row.documents] == ["more", "platform-administrators", "tables"]


def test_nobody_writes_into_the_draft_of_another(client, ada, eve):
    theirs = drafted(eve)

    answer = client.post(NEW, {"document": json.dumps(DOCUMENT), "into": str(theirs.code)})

    assert answer.status_code == 400
    assert "Select a valid choice" in text(answer)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "This field is required."),
        ('{"name": "p",\n "actions" []}', "line 2, column 12: Expecting ':' delimiter"),
        ("[" * 100_000, "text: is nested far too deep"),
        ("[]", "policy: must be an object with name, actions and conditions"),
        ('{"name": NaN}', "policy: NaN is not a value of JSON"),
        (
            json.dumps({**DOCUMENT, "conditions": [TABLES, {"any": [{**TABLES, "operator": "=~"}]}]}),
            "conditions[1].any[0].operator: there is no operator '=~'",
        ),
        (
            json.dumps({**DOCUMENT, "name": "platform-administrators"}),
            "name: 'platform-administrators' is the name of another policy",
        ),
    ],
)
def test_a_fault_is_shown_beside_the_field_and_nothing_typed_is_lost(client, ada, typed, message):
    answer = client.post(NEW, {"document": typed, "summary": "A change"})

    assert answer.status_code == 400
    assert message in text(answer)
    assert typed in text(answer)
    assert PolicySet.objects.drafts().exists() is False


def test_a_change_needs_a_summary(client, ada):
    answer = client.post(NEW, {"document": json.dumps(DOCUMENT)})

    assert answer.status_code == 400
    assert "Say what the change is for." in text(answer)


def test_a_summary_that_cannot_be_seen_is_refused_at_its_field(client, ada):
    answer = client.post(NEW, {"document": json.dumps(DOCUMENT), "summary": "\u202eegnahc"})

    assert answer.status_code == 400
    assert "This holds a character that cannot be seen." in text(answer)
    assert DOCUMENT["name"] in text(answer)


def test_a_policy_in_force_is_changed_or_removed_through_a_draft(client, ada):
    policy = make_policy("tables", TABLES)
    changed = {**policy.document, "name": "all-tables"}

    client.post(
        reverse("policysets:edit_policy", args=[policy.code]),
        {"document": json.dumps(changed), "summary": "Rename"},
    )
    client.post(reverse("policysets:remove_policy", args=[policy.code]))

    remove, rename = PolicySet.objects.drafts()
    assert (rename.find("tables"), rename.find("all-tables") is None) == (None, False)
    assert (remove.summary, remove.find("tables")) == ("Remove tables", None)
    assert Policy.objects.get(pk=policy.pk).name == "tables"


def test_the_draft_is_edited_on_its_page(client, ada):
    row = drafted(ada)
    address = f"{url(row, 'edit')}?policy=tables"
    assert '"tables"' in page(client, address)

    typed = {"document": json.dumps({**DOCUMENT, "effect": "forbid"}), "digest": row.digest}
    assert client.post(address, typed).status_code == 302
    row.refresh_from_db()
    assert row.find("tables")["effect"] == "forbid"
    late = client.post(address, typed)
    assert late.status_code == 400
    assert "somebody else changed this draft" in text(late)
    assert client.get(f"{url(row, 'edit')}?policy=nothing").status_code == 404
    client.post(url(row, "drop"), {"policy": "tables"})
    assert "Nothing: these are the same policies." in page(client, row.get_absolute_url())


def test_two_people_bring_a_change_in_force(client, ada, eve):
    row = drafted(ada)
    assert "Ask for approval" not in page(client, row.get_absolute_url())
    row = simulated(row)
    assert "Ask for approval" in page(client, row.get_absolute_url())
    client.post(url(row, "submit"))
    mine = page(client, row.get_absolute_url())
    assert "Waiting for approval" in mine
    assert "Approve" not in mine.replace("Approved by", "")

    client.force_login(eve)
    assert "Approve" in page(client, row.get_absolute_url())
    client.post(url(row, "approve"), {"digest": row.digest, "reason": "Fine"})
    assert "Put in force" in page(client, row.get_absolute_url())
    answer = client.post(url(row, "activate"), follow=True)

    assert in_force() == row
    assert "In force from now on, for everybody." in text(answer)


def test_a_refused_step_says_why_and_changes_nothing(client, ada, eve):
    row = submitted(ada)

    own = client.post(url(row, "approve"), {"digest": row.digest})
    early = client.post(url(row, "activate"))

    assert (own.status_code, early.status_code) == (409, 409)
    assert "ask a colleague" in text(own)
    assert "Only an approved change" in text(early)
    row.refresh_from_db()
    assert row.state == "submitted"


def test_a_rejection_needs_a_reason_and_reaches_its_author(client, ada, eve):
    row = submitted(ada)
    client.force_login(eve)

    assert client.post(url(row, "reject")).status_code == 409
    client.post(url(row, "reject"), {"reason": "Too wide"})

    client.force_login(ada)
    shown = page(client, row.get_absolute_url())
    assert "Too wide" in shown
    client.post(url(row, "start_from"))
    assert PolicySet.objects.drafts().get().documents == row.documents


def test_an_older_draft_says_so_and_is_updated(client, ada):
    row = drafted(ada)
    make_policy("tables", TABLES, effect="forbid")

    assert "Other policies were put in force since" in page(client, row.get_absolute_url())
    answer = client.post(url(row, "rebase"), follow=True)

    assert "Changed on both sides, yours was kept: tables." in text(answer)
    assert "Other policies were put in force since" not in page(client, row.get_absolute_url())


def test_what_was_in_force_is_put_back_with_a_reason(client, ada):
    first = in_force()
    make_policy("tables", TABLES)

    assert "Roll back to this" in page(client, first.get_absolute_url())
    assert client.post(url(first, "roll_back")).status_code == 409
    client.post(url(first, "roll_back"), {"reason": "Too wide"})

    assert in_force() == first


def test_an_export_is_imported_again(client, ada):
    make_policy("tables", TABLES)
    answer = client.get(url(in_force(), "export"))
    assert answer["Content-Disposition"].startswith('attachment; filename="policies-')

    sent = {"summary": "From the file", "form": "json", "text": answer.content.decode()}
    assert client.post(f"{LIST}import/", sent).status_code == 302

    assert PolicySet.objects.drafts().get().documents == in_force().documents
    assert client.get(f"{url(in_force(), 'export')}?as=xml").status_code == 404


def test_an_import_with_a_fault_keeps_what_was_typed(client, ada):
    typed = json.dumps([{**DOCUMENT, "actions": ["fly"]}])

    answer = client.post(f"{LIST}import/", {"summary": "x", "form": "json", "text": typed})

    assert answer.status_code == 400
    assert "policies[0].actions[0]: 'fly' is not one of" in text(answer)
    assert typed in text(answer)


def test_the_list_filters_and_takes_the_same_queries_for_any_length(client, ada):
    services.withdraw(policy_set=drafted(ada, summary="Never mind"), actor=ada)
    assert "Never mind" in page(client, LIST)
    assert "Never mind" not in page(client, f"{LIST}?state=active")
    assert "Never mind" in page(client, f"{LIST}?state=nonsense")
    with CaptureQueriesContext(connection) as short:
        client.get(LIST)
    for at in range(6):
        drafted(ada, summary=f"Draft {at}")

    with CaptureQueriesContext(connection) as long:
        client.get(LIST)

    assert len(long) == len(short)


@pytest.mark.parametrize("role", ["viewer", "steward"])
def test_without_the_right_there_is_no_door(client, ada, role):
    row = submitted(ada)
    client.force_login(make_user("bob", role))

    for address in (LIST, f"{LIST}import/", NEW, row.get_absolute_url(), url(row, "edit")):
        assert client.get(address).status_code == 403
    for verb in ("submit", "withdraw", "approve", "reject", "activate", "roll_back", "rebase", "drop"):
        assert client.post(url(row, verb)).status_code == 403


def test_an_auditor_reads_and_changes_nothing(client, ada):
    row = drafted(ada)
    client.force_login(make_user("tom", "auditor"))

    shown = page(client, row.get_absolute_url())
    assert "What changes" in shown
    assert "Add a policy" not in shown
    assert client.post(url(row, "submit")).status_code == 403


def test_a_change_waits_in_the_inbox_of_who_may_approve_it(client, ada, eve):
    submitted(ada)
    make_user("tom", "auditor")

    for username, waits in (("eve", True), ("ada", False), ("tom", False)):
        client.force_login(User.objects.get(username=username))
        shown = page(client, "/inbox/")
        assert ("Open the tables" in shown) is waits
        assert ("Changes of policies" in shown) is waits
