from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import SIGNED_IN, DoorViewSet, caller
from stewardship.delegations import services
from stewardship.delegations.models import Delegation
from stewardship.delegations.reads import colleague


class DelegationOut(serializers.ModelSerializer[Delegation]):
    person = serializers.CharField(source="person.username")
    deputy = serializers.CharField(source="deputy.username")
    state = serializers.ChoiceField(choices=["planned", "live", "ended"])

    class Meta:
        model = Delegation
        fields: ClassVar[list[str]] = [
            "code",
            "person",
            "deputy",
            "kind",
            "item",
            "starts_at",
            "ends_at",
            "ended_at",
            "state",
            "reason",
        ]


class DelegationIn(serializers.Serializer[Any]):
    """Who stands in for the caller in everything, and for how long."""

    deputy = serializers.CharField(help_text="The user name of a colleague.")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    reason = serializers.CharField(required=False, default="", allow_blank=True, max_length=500)


class Delegations(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """Who stands in for the caller, and for whom the caller stands in."""

    door = SIGNED_IN
    queryset = Delegation.objects.for_list()
    serializer_class = DelegationOut
    writing_actions = frozenset({"end"})

    @extend_schema(request=DelegationIn, responses={201: DelegationOut})
    def create(self, request: Request) -> Response:
        """Name a deputy; single things are handed over in the inbox."""
        data = DelegationIn(data=request.data)
        data.is_valid(raise_exception=True)
        said = dict(data.validated_data)
        deputy = colleague(caller(request), said.pop("deputy"))
        row = services.name_deputy(actor=caller(request), deputy=deputy, **said)
        return Response(DelegationOut(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=DelegationOut)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, code: str) -> Response:
        """Take it back, or lay it down."""
        row = services.end_delegation(delegation=self.get_object(), actor=caller(request))
        return Response(DelegationOut(row).data)
