from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import SIGNED_IN, DoorViewSet, caller, fetch_from
from stewardship.approvals import services
from stewardship.approvals.models import Proposal
from stewardship.approvals.reads import differences, subject_of
from stewardship.approvals.steps import ProposalStep, Vote


class VoteOut(serializers.ModelSerializer[Vote]):
    """What somebody said; void when the proposal was changed since."""

    actor = serializers.CharField(source="actor.username")
    on_behalf_of = serializers.CharField(source="on_behalf_of.username", default=None, allow_null=True)

    class Meta:
        model = Vote
        fields: ClassVar[list[str]] = ["actor", "on_behalf_of", "approves", "reason", "is_void", "at"]


class StepOut(serializers.ModelSerializer[ProposalStep]):
    votes = VoteOut(many=True)
    state = serializers.ChoiceField(choices=ProposalStep.State.choices)

    class Meta:
        model = ProposalStep
        fields: ClassVar[list[str]] = [
            "position",
            "asked",
            "needed",
            "state",
            "opened_at",
            "due_at",
            "escalated_at",
            "silence",
            "votes",
        ]


class ProposalOut(serializers.ModelSerializer[Proposal]):
    author = serializers.CharField(source="author.username")
    decided_by = serializers.CharField(source="decided_by.username", allow_null=True)
    chain = serializers.CharField(source="chain.name", default=None, allow_null=True)
    steps = StepOut(many=True)

    class Meta:
        model = Proposal
        fields: ClassVar[list[str]] = [
            "code",
            "verb",
            "subject",
            "subject_label",
            "before",
            "after",
            "base_version",
            "reason",
            "author",
            "state",
            "chain",
            "steps",
            "decided_by",
            "decided_at",
            "decision_reason",
            "created_at",
        ]


class ProposalIn(serializers.Serializer[Any]):
    verb = serializers.CharField()
    subject = serializers.UUIDField()
    changes = serializers.DictField()
    reason = serializers.CharField(required=False, allow_blank=True, default="")


class DecisionIn(serializers.Serializer[Any]):
    reason = serializers.CharField(required=False, allow_blank=True, default="")


class RebaseIn(serializers.Serializer[Any]):
    keys = serializers.ListField(child=serializers.CharField(max_length=100), max_length=100)
    version = serializers.IntegerField(min_value=0, help_text="Of the subject, as it was looked at.")


class DifferenceOut(serializers.Serializer[Any]):
    """One field: what the proposal was made for, what it says, what is there now."""

    key = serializers.CharField()
    base = serializers.JSONField()
    proposed = serializers.JSONField()
    present = serializers.JSONField()
    state = serializers.ChoiceField(choices=["applies", "changed", "done"])


class ProposalComparisonOut(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="Of the subject now.")
    differences = DifferenceOut(many=True)


class Proposals(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """What waits for a decision, and what was decided."""

    door: ClassVar[dict[str, str]] = {
        "list": SIGNED_IN,
        "retrieve": SIGNED_IN,
        "comparison": SIGNED_IN,
        "create": "stewardship.add_proposal",
        "approve": "stewardship.change_proposal",
        "reject": "stewardship.change_proposal",
        "send_back": "stewardship.change_proposal",
        "rebase": "stewardship.change_proposal",
        "withdraw": SIGNED_IN,
    }
    queryset = Proposal.objects.for_api()
    serializer_class = ProposalOut
    filterset_fields: ClassVar[list[str]] = ["state", "verb", "subject"]

    @extend_schema(request=ProposalIn, responses={201: ProposalOut})
    def create(self, request: Request) -> Response:
        data = ProposalIn(data=request.data)
        data.is_valid(raise_exception=True)
        wanted = data.validated_data
        rows = services.find_verb(wanted["verb"]).rows(caller(request), "view")
        proposal = services.propose(
            verb=wanted["verb"],
            subject=fetch_from(rows, wanted["subject"]),
            changes=wanted["changes"],
            reason=wanted["reason"],
            author=caller(request),
        )
        return Response(ProposalOut(proposal).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses=ProposalComparisonOut)
    @action(detail=True, methods=["get"])
    def comparison(self, request: Request, code: str) -> Response:
        """What it was made for, what it says, and what is there now."""
        row = self.get_object()
        subject = subject_of(row, reader=caller(request))
        found = {"version": subject.version, "differences": differences(row, subject)}
        return Response(ProposalComparisonOut(found).data)

    @extend_schema(request=DecisionIn, responses=ProposalOut)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, code: str) -> Response:
        return self._decided(services.approve, request)

    @extend_schema(request=DecisionIn, responses=ProposalOut)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, code: str) -> Response:
        return self._decided(services.reject, request)

    @extend_schema(request=DecisionIn, responses=ProposalOut)
    @action(detail=True, methods=["post"], url_path="send-back")
    def send_back(self, request: Request, code: str) -> Response:
        """Ask its author for a better one; a reason is needed."""
        return self._decided(services.send_back, request)

    @extend_schema(request=RebaseIn, responses=ProposalOut)
    @action(detail=True, methods=["post"])
    def rebase(self, request: Request, code: str) -> Response:
        """Let it change these fields, from what they say now; earlier approvals no longer count."""
        data = RebaseIn(data=request.data)
        data.is_valid(raise_exception=True)
        row = services.rebase(proposal=self.get_object(), actor=caller(request), **data.validated_data)
        return Response(ProposalOut(row).data)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, code: str) -> Response:
        services.withdraw(proposal=self.get_object(), actor=caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _decided(self, verb: Any, request: Request) -> Response:
        data = DecisionIn(data=request.data)
        data.is_valid(raise_exception=True)
        decided = verb(
            proposal=self.get_object(), actor=caller(request), reason=data.validated_data["reason"]
        )
        return Response(ProposalOut(decided).data)
