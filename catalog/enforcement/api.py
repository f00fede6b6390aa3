from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.refusal import Refused
from accesscontrol.web import DoorApi, caller
from catalog.connectors.errors import ConnectorError
from catalog.enforcement import plans, reads, shown
from catalog.enforcement.models import APPLY, DRIFT, REVERSE, VERIFY, Enforcement, Plan
from catalog.sources.models import Source
from stewardship.jobs.answers import JobStarted, started
from stewardship.jobs.services import submit_job

HIDDEN = "Some tables of this source are hidden from you, and a plan speaks of all of them."

TOLD = (
    "is_on",
    "database",
    "schema",
    "owner_role",
    "verified_at",
    "drift_checked_at",
    "drift_cause",
)


class ChangeOut(serializers.Serializer[Any]):
    """What changes of one object: lines that go ("-"), come ("+") and stay (" ")."""

    object = serializers.CharField()
    lines = serializers.ListField(child=serializers.CharField())


class PlanOut(serializers.Serializer[Any]):
    """A plan; the scripts are empty for who does not see all of its tables."""

    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=Plan.State.choices)
    author = serializers.CharField()
    approved_by = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    applied_at = serializers.DateTimeField(allow_null=True)
    reversed_at = serializers.DateTimeField(allow_null=True)
    error = serializers.CharField()
    changes = ChangeOut(many=True)
    script = serializers.CharField()
    reverse = serializers.CharField()
    notes = serializers.ListField(child=serializers.CharField())


class CheckOut(serializers.Serializer[Any]):
    """One thing that was tried out; `passed` is null where it could not be."""

    role = serializers.CharField()
    asset = serializers.UUIDField(source="asset.code")
    what = serializers.CharField()
    passed = serializers.BooleanField(allow_null=True)
    detail = serializers.CharField()


class EnforcementOut(serializers.Serializer[Any]):
    """What is enforced in a source, and how it stands."""

    is_on = serializers.BooleanField()
    database = serializers.CharField()
    schema = serializers.CharField()
    owner_role = serializers.CharField()
    verified_at = serializers.DateTimeField(allow_null=True)
    drift_checked_at = serializers.DateTimeField(allow_null=True)
    drift_cause = serializers.CharField()
    drift = serializers.ListField(child=serializers.CharField())
    plans = serializers.ListField(child=serializers.IntegerField())
    checks = CheckOut(many=True)


class EnforcedApi(DoorApi):
    """Endpoints about what is enforced in one source."""

    def enforced(self, code: UUID, *, whole: bool) -> Enforcement:
        """Return it, or 404; `whole` is for who sees all of the source, else 403."""
        source, user = self.fetch(Source, code), caller(self.request)
        rows = Enforcement.objects.visible_to(user).filter(source=source).select_related("source")
        row: Enforcement | None = rows.first()
        if row is None:
            raise Http404("Enforcement is not set up in this source.")
        if whole and not reads.sees_everything(row, user):
            raise PermissionDenied(HIDDEN)
        return row

    def plan(self, code: UUID, number: int, *, whole: bool) -> Plan:
        rows = Plan.objects.visible_to(caller(self.request)).filter(number=number)
        found: Plan | None = (
            rows.filter(enforcement=self.enforced(code, whole=whole))
            .select_related("enforcement__source", "author", "approved_by")
            .first()
        )
        if found is None:
            raise Http404("There is no such plan.")
        return found

    def answer(self, plan: Plan, code: int = status.HTTP_200_OK) -> Response:
        plan = Plan.objects.visible_to(caller(self.request)).get(pk=plan.pk)
        found = shown.plan_for(plan, caller(self.request))
        return Response(PlanOut(shown.as_json(found)).data, status=code)

    def start(self, kind: str, row: Enforcement, **arguments: int) -> Response:
        actor = caller(self.request).username
        return started(
            self.request, submit_job(kind=kind, arguments=arguments, actor=actor, subject=row.subject)
        )


class EnforcementState(EnforcedApi):
    door = "catalog.view_enforcement"

    @extend_schema(responses=EnforcementOut)
    def get(self, request: Request, code: UUID) -> Response:
        """What is enforced, the last verification, and what drifted."""
        row = self.enforced(code, whole=False)
        whole = reads.sees_everything(row, caller(request))
        told: dict[str, Any] = {name: getattr(row, name) for name in TOLD}
        told["drift"] = row.drift if whole else []
        told["plans"] = list(row.plans.values_list("number", flat=True))
        told["checks"] = shown.checks_for(row, caller(request))
        return Response(EnforcementOut(told).data)


class Plans(EnforcedApi):
    door = "catalog.change_enforcement"

    @extend_schema(request=None, responses={201: PlanOut, 204: None})
    def post(self, request: Request, code: UUID) -> Response:
        """Make a plan; 204 when the database allows exactly what is wanted."""
        row = self.enforced(code, whole=True)
        try:
            plan = plans.make_plan(enforcement=row, actor=caller(request))
        except ConnectorError as error:
            raise Refused(error.message) from error
        if plan is None:
            return Response(status=status.HTTP_204_NO_CONTENT)
        return self.answer(plan, status.HTTP_201_CREATED)


class OnePlan(EnforcedApi):
    door = "catalog.view_enforcement"

    @extend_schema(responses=PlanOut)
    def get(self, request: Request, code: UUID, number: int) -> Response:
        """A plan, with what the caller may see of it."""
        return self.answer(self.plan(code, number, whole=False))


class AskReview(EnforcedApi):
    door = "catalog.change_enforcement"

    @extend_schema(request=None, responses=PlanOut)
    def post(self, request: Request, code: UUID, number: int) -> Response:
        """Offer a draft to whoever may approve it."""
        plan = self.plan(code, number, whole=True)
        plans.ask_review(plan=plan, actor=caller(request).username)
        return self.answer(plan)


class Approve(EnforcedApi):
    door = "catalog.approve_enforcement"

    @extend_schema(request=None, responses=PlanOut)
    def post(self, request: Request, code: UUID, number: int) -> Response:
        """Approve a colleague's plan."""
        plan = self.plan(code, number, whole=True)
        plans.approve_plan(plan=plan, actor=caller(request))
        return self.answer(plan)


class Apply(EnforcedApi):
    door = "catalog.apply_enforcement"

    @extend_schema(request=None, responses={202: JobStarted})
    def post(self, request: Request, code: UUID, number: int) -> Response:
        """Queue the application of an approved plan."""
        plan = self.plan(code, number, whole=True)
        return self.start(APPLY, plan.enforcement, plan_id=plan.pk)


class Reverse(EnforcedApi):
    door = "catalog.apply_enforcement"

    @extend_schema(request=None, responses={202: JobStarted})
    def post(self, request: Request, code: UUID, number: int) -> Response:
        """Queue the return to what the database had before the plan."""
        plan = self.plan(code, number, whole=True)
        return self.start(REVERSE, plan.enforcement, plan_id=plan.pk)


class Verify(EnforcedApi):
    door = "catalog.apply_enforcement"

    @extend_schema(request=None, responses={202: JobStarted})
    def post(self, request: Request, code: UUID) -> Response:
        """Queue a verification."""
        row = self.enforced(code, whole=True)
        return self.start(VERIFY, row, enforcement_id=row.pk)


class Drift(EnforcedApi):
    door = "catalog.apply_enforcement"

    @extend_schema(request=None, responses={202: JobStarted})
    def post(self, request: Request, code: UUID) -> Response:
        """Queue a look for drift."""
        row = self.enforced(code, whole=True)
        return self.start(DRIFT, row, enforcement_id=row.pk)
