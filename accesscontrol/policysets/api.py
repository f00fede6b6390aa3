from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.policy.values import PolicyError
from accesscontrol.policysets import changes, services
from accesscontrol.policysets.models import PolicySet
from accesscontrol.policysets.reads import changes_of
from accesscontrol.web import DoorViewSet, caller

VIEW, ADD, CHANGE = (f"accesscontrol.{verb}_policyset" for verb in ("view", "add", "change"))
APPROVE, ACTIVATE = "accesscontrol.approve_policyset", "accesscontrol.activate_policyset"


class PolicySetOut(serializers.ModelSerializer[PolicySet]):
    """A set without its policies; `changes` says what becomes of which."""

    author = serializers.CharField(source="author.username", default=None)
    approved_by = serializers.CharField(source="approved_by.username", default=None)
    base = serializers.UUIDField(source="base.code", default=None)

    class Meta:
        model = PolicySet
        fields: ClassVar[list[str]] = [
            "code",
            "number",
            "summary",
            "state",
            "digest",
            "base",
            "author",
            "created_at",
            "approved_by",
            "approved_alone",
            "decided_at",
            "decision_reason",
            "activated_at",
        ]


class ChangeOut(serializers.Serializer[changes.Change]):
    name = serializers.CharField()
    kind = serializers.CharField()
    before = serializers.JSONField()
    after = serializers.JSONField()


class PolicySetWhole(PolicySetOut):
    policies = serializers.JSONField(source="documents")
    changes = serializers.SerializerMethodField()

    class Meta(PolicySetOut.Meta):
        fields: ClassVar[list[str]] = [*PolicySetOut.Meta.fields, "effect", "policies", "changes"]

    @extend_schema(responses=ChangeOut(many=True))
    def get_changes(self, row: PolicySet) -> list[dict[str, Any]]:
        return [dict(ChangeOut(change).data) for change in changes_of(row)]


class DraftIn(serializers.Serializer[Any]):
    """`policies` is the whole list; without it, the draft begins as what is in force."""

    summary = serializers.CharField(max_length=200)
    policies = serializers.ListField(child=serializers.DictField(), required=False)


class PutIn(serializers.Serializer[Any]):
    """`replaces` names the policy that this one takes the place of."""

    policy = serializers.DictField()
    replaces = serializers.CharField(required=False, allow_null=True)
    digest = serializers.CharField(required=False, max_length=64)


class PolicyDropIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100)


class PolicyDecisionIn(serializers.Serializer[Any]):
    digest = serializers.CharField(required=False, default="", max_length=64)
    reason = serializers.CharField(required=False, default="", allow_blank=True, max_length=2000)


@contextmanager
def faults_named(prefix: str = "") -> Iterator[None]:
    """Answer 400 with the path of the fault."""
    try:
        yield
    except PolicyError as error:
        raise ValidationError({f"{prefix}{error.path}": [error.message]}) from error


class PolicySetApi(mixins.ListModelMixin, mixins.RetrieveModelMixin, DoorViewSet):
    """Changes of the policies: draft, simulate, submit, approve by a second person, activate, roll back."""

    queryset = PolicySet.objects.select_related("author", "approved_by", "base")
    serializer_class = PolicySetOut
    filterset_fields = ("state", "number")
    door = {
        "list": VIEW,
        "retrieve": VIEW,
        "export": VIEW,
        "create": ADD,
        "put_policy": CHANGE,
        "drop_policy": CHANGE,
        "rebase": CHANGE,
        "submit": CHANGE,
        "withdraw": CHANGE,
        "approve": APPROVE,
        "reject": APPROVE,
        "activate": ACTIVATE,
        "roll_back": ACTIVATE,
    }

    def get_serializer_class(self) -> Any:
        return PolicySetOut if self.action == "list" else PolicySetWhole

    @extend_schema(request=DraftIn, responses={201: PolicySetWhole})
    def create(self, request: Request) -> Response:
        given = self._given(DraftIn)
        with faults_named():
            row = services.draft(
                summary=given["summary"], author=caller(request), documents=given.get("policies")
            )
        return self._answer(row, status.HTTP_201_CREATED)

    @extend_schema(request=PutIn, responses=PolicySetWhole)
    @action(detail=True, methods=["post"], url_path="put-policy")
    def put_policy(self, request: Request, **kwargs: Any) -> Response:
        given = self._given(PutIn)
        with faults_named("policy."):
            row = services.put_policy(
                policy_set=self.get_object(),
                document=given["policy"],
                actor=caller(request),
                replaces=given.get("replaces"),
                seen=given.get("digest"),
            )
        return self._answer(row)

    @extend_schema(request=PolicyDropIn, responses=PolicySetWhole)
    @action(detail=True, methods=["post"], url_path="drop-policy")
    def drop_policy(self, request: Request, **kwargs: Any) -> Response:
        name = self._given(PolicyDropIn)["name"]
        with faults_named():
            row = services.drop_policy(policy_set=self.get_object(), name=name, actor=caller(request))
        return self._answer(row)

    @extend_schema(request=None, responses=PolicySetWhole)
    @action(detail=True, methods=["post"])
    def rebase(self, request: Request, **kwargs: Any) -> Response:
        return self._answer(services.rebase(policy_set=self.get_object(), actor=caller(request))[0])

    @extend_schema(request=None, responses=PolicySetWhole)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, **kwargs: Any) -> Response:
        return self._answer(services.submit(policy_set=self.get_object(), actor=caller(request)))

    @extend_schema(request=None, responses=PolicySetWhole)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, **kwargs: Any) -> Response:
        return self._answer(services.withdraw(policy_set=self.get_object(), actor=caller(request)))

    @extend_schema(request=PolicyDecisionIn, responses=PolicySetWhole)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, **kwargs: Any) -> Response:
        given = self._given(PolicyDecisionIn)
        row = services.approve(
            policy_set=self.get_object(),
            actor=caller(request),
            seen=given["digest"],
            reason=given["reason"],
        )
        return self._answer(row)

    @extend_schema(request=PolicyDecisionIn, responses=PolicySetWhole)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, **kwargs: Any) -> Response:
        reason = self._given(PolicyDecisionIn)["reason"]
        row = services.reject(policy_set=self.get_object(), actor=caller(request), reason=reason)
        return self._answer(row)

    @extend_schema(request=None, responses=PolicySetWhole)
    @action(detail=True, methods=["post"])
    def activate(self, request: Request, **kwargs: Any) -> Response:
        return self._answer(services.activate(policy_set=self.get_object(), actor=caller(request)))

    @extend_schema(request=PolicyDecisionIn, responses=PolicySetWhole)
    @action(detail=True, methods=["post"], url_path="roll-back")
    def roll_back(self, request: Request, **kwargs: Any) -> Response:
        reason = self._given(PolicyDecisionIn)["reason"]
        row = services.roll_back(policy_set=self.get_object(), actor=caller(request), reason=reason)
        return self._answer(row)

    @extend_schema(
        responses={(200, "application/json"): OpenApiTypes.STR, (200, "text/plain"): OpenApiTypes.STR},
        parameters=[OpenApiParameter("as", enum=list(changes.FORMS), description="json unless told")],
    )
    @action(detail=True, methods=["get"])
    def export(self, request: Request, **kwargs: Any) -> HttpResponse:
        form = request.query_params.get("as", "json")
        if form not in changes.FORMS:
            raise Http404("There is no such format.")
        return HttpResponse(
            changes.write_text(self.get_object().documents, form), content_type=changes.FORMS[form][1]
        )

    def _given(self, serializer: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        given = serializer(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def _answer(self, row: PolicySet, code: int = status.HTTP_200_OK) -> Response:
        return Response(PolicySetWhole(row).data, status=code)
