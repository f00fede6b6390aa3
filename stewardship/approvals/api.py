from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import SIGNED_IN, DoorViewSet, caller, fetch_from
from stewardship.approvals import services
from stewardship.approvals.models import Proposal


class ProposalOut(serializers.ModelSerializer[Proposal]):
    author = serializers.CharField(source="author.username")
    decided_by = serializers.CharField(source="decided_by.username", allow_null=True)

    class Meta:
        model = Proposal
        fields = [
            "code",
            "verb",
            "subject",
            "subject_label",
            "before",
            "after",
            "reason",
            "author",
            "state",
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


class Proposals(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """What waits for a decision, and what was decided."""

    door = {
        "list": SIGNED_IN,
        "retrieve": SIGNED_IN,
        "create": "stewardship.add_proposal",
        "approve": "stewardship.change_proposal",
        "reject": "stewardship.change_proposal",
        "withdraw": SIGNED_IN,
    }
    queryset = Proposal.objects.select_related("author", "decided_by")
    serializer_class = ProposalOut
    filterset_fields = ["state", "verb", "subject"]

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

    @extend_schema(request=DecisionIn, responses=ProposalOut)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, code: str) -> Response:
        return self._decided(services.approve, request)

    @extend_schema(request=DecisionIn, responses=ProposalOut)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, code: str) -> Response:
        return self._decided(services.reject, request)

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
