import hashlib
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.identity.models import User
from accesscontrol.refusal import Refused
from compliance.requests import facts
from compliance.requests.clocks import clocks
from compliance.requests.models import RequestStep, SubjectRequest
from compliance.requests.package import as_zip
from compliance.requests.reads import hidden_tables
from stewardship.jobs.models import Job
from stewardship.jobs.services import submit_job

COLLECT = "compliance.collect"
State = SubjectRequest.State
COLLECTABLE = {State.VERIFIED, State.COLLECTED, State.ATTENTION}


@transaction.atomic
def receive_request(
    *,
    identifier: str,
    actor: str,
    law: str = "gdpr",
    identifier_kind: str = "email",
    received_on: date | None = None,
    notes: str = "",
) -> SubjectRequest:
    """Keep a person's request and start its clock. Raises `ValidationError` by field."""
    if law not in clocks():
        raise ValidationError({"law": f"Known laws: {', '.join(clocks())}."})
    day = received_on or timezone.localdate()
    if day > timezone.localdate():
        raise ValidationError({"received_on": "This is in the future."})
    request = SubjectRequest(
        identifier=identifier.strip(),
        identifier_kind=identifier_kind,
        law=law,
        received_on=day,
        due_on=clocks()[law].limit.after(day),
        notes=notes,
    )
    request.full_clean(validate_constraints=False)
    _refuse_a_second(request)
    request.save()
    about = {"law": law, "due": request.due_on.isoformat()}
    record(facts.RequestReceived(**_about(request), actor=actor, **about))
    return request


def _refuse_a_second(request: SubjectRequest) -> None:
    same = SubjectRequest.objects.open().filter(
        kind=request.kind,
        identifier_kind=request.identifier_kind,
        identifier__iexact=request.identifier,
    )
    if same.exists():
        raise ValidationError({"identifier": "A request of this person is open already."})


@transaction.atomic
def verify_identity(*, request: SubjectRequest, how: str, actor: User) -> SubjectRequest:
    """Note that the person is who they say; without it nothing is collected (GDPR Art. 12(6))."""
    request = _locked(request, {State.RECEIVED}, "Identity is checked once, before anything else.")
    if not how.strip():
        raise ValidationError({"how": "Say how the identity was checked."})
    request.state, request.verified_how, request.handled_by = State.VERIFIED, how.strip(), actor
    request.save(update_fields=["state", "verified_how", "handled_by"])
    record(facts.IdentityVerified(**_about(request), actor=actor.username, how=how.strip()))
    return request


@transaction.atomic
def extend_deadline(*, request: SubjectRequest, reason: str, actor: User) -> SubjectRequest:
    """Use the law's one extension; the person is to be told the reason (GDPR Art. 12(3))."""
    request = _locked(request, set(State) - set(SubjectRequest.CLOSED), "It is closed.")
    if request.extended:
        raise Refused("The deadline was extended once already; the law allows no second time.")
    if not reason.strip():
        raise ValidationError({"reason": "Say why; the person must be told."})
    request.due_on = clocks()[request.law].extension.after(request.due_on)
    request.extended = True
    request.save(update_fields=["due_on", "extended"])
    due = request.due_on.isoformat()
    record(facts.DeadlineExtended(**_about(request), actor=actor.username, due=due, reason=reason.strip()))
    return request


@transaction.atomic
def start_collecting(*, request: SubjectRequest, actor: User) -> Job:
    """Submit the job that finds the person's rows; collecting again replaces what was found."""
    request = _locked(request, COLLECTABLE, "Verify the person's identity first.")
    request.state = State.COLLECTING
    request.save(update_fields=["state"])
    return submit_job(
        kind=COLLECT,
        arguments={"request_id": request.pk},
        actor=actor.username,
        subject=request.job_subject,
    )


@transaction.atomic
def keep_findings(*, request: SubjectRequest, steps: list[RequestStep], package: str, actor: str) -> None:
    """Replace what an earlier collection found, seal the package, and say how much it was."""
    request.steps.all().delete()
    RequestStep.objects.bulk_create(steps)
    failed = sum(step.state == RequestStep.State.FAILED for step in steps)
    request.seal_package(package)
    request.package_sha256 = hashlib.sha256(package.encode()).hexdigest()
    request.collected_at = timezone.now()
    request.state = State.ATTENTION if failed else State.COLLECTED
    request.save(update_fields=["package_token", "package_sha256", "collected_at", "state"])
    record(
        facts.DataCollected(
            **_about(request),
            actor=actor,
            tables=len(steps),
            rows=sum(step.rows for step in steps),
            failed=failed,
            sha256=request.package_sha256,
        )
    )


@transaction.atomic
def collecting_ended(*, request_id: int) -> None:
    """A collection that was cancelled or failed leaves the request open for another try."""
    SubjectRequest.objects.filter(pk=request_id, state=State.COLLECTING).update(state=State.ATTENTION)


@transaction.atomic
def take_package(*, request: SubjectRequest, actor: User) -> bytes:
    """Return the zip file for the person, and say who took it.

    Raises `Refused` when nothing was collected, or tables are in it that the actor may not see.
    """
    if not request.package_token:
        raise Refused("Nothing has been collected yet.")
    hidden = hidden_tables(reader=actor, request=request)
    if hidden:
        raise Refused(
            f"{hidden} of the tables in this package are hidden from you by a policy. "
            "Ask somebody who may see them."
        )
    record(facts.PackageDownloaded(**_about(request), actor=actor.username, sha256=request.package_sha256))
    return as_zip(request.open_package())


@transaction.atomic
def answer_request(*, request: SubjectRequest, actor: User, note: str = "") -> SubjectRequest:
    """Close it as answered; the package stays until retention removes it."""
    request = _locked(request, {State.COLLECTED, State.ATTENTION}, "Collect the person's data first.")
    _close(request, State.ANSWERED, actor)
    record(facts.RequestAnswered(**_about(request), actor=actor.username, note=note.strip()))
    return request


@transaction.atomic
def refuse_request(*, request: SubjectRequest, actor: User, reason: str) -> SubjectRequest:
    """Close it with the reason that the person is given (GDPR Art. 12(4))."""
    request = _locked(request, set(State) - set(SubjectRequest.CLOSED), "It is closed already.")
    if not reason.strip():
        raise ValidationError({"reason": "Say why; the person must be told."})
    _close(request, State.REFUSED, actor)
    record(facts.RequestRefused(**_about(request), actor=actor.username, reason=reason.strip()))
    return request


def _close(request: SubjectRequest, state: str, actor: User) -> None:
    request.state, request.closed_at, request.handled_by = state, timezone.now(), actor
    request.save(update_fields=["state", "closed_at", "handled_by"])


def _locked(request: SubjectRequest, states: set[State], otherwise: str) -> SubjectRequest:
    row = SubjectRequest.objects.select_for_update().get(pk=request.pk)
    if row.state not in states:
        raise Refused(otherwise)
    return row


def _about(request: SubjectRequest) -> dict[str, str]:
    return {"subject": str(request.code), "kind": request.kind}
