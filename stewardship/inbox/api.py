from typing import Any

from django.core.exceptions import ValidationError
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.identity.models import User
from accesscontrol.web import SIGNED_IN, DoorApi, caller
from stewardship.delegations.reads import colleague
from stewardship.inbox import services
from stewardship.inbox.reads import waits
from stewardship.inbox.waits import AGES, DUE, MINE, TEAM, Asked


class InboxLineOut(serializers.Serializer[Any]):
    item = serializers.CharField(source="key", help_text="Its name here, for decisions.")
    kind = serializers.CharField()
    about = serializers.CharField(source="line.about")
    url = serializers.CharField(source="line.url")
    asked = serializers.CharField(source="line.asked")
    by = serializers.CharField(source="line.by")
    author = serializers.CharField(source="line.author")
    subject = serializers.UUIDField(source="line.subject", allow_null=True)
    reason = serializers.CharField(source="line.reason")
    since = serializers.DateTimeField(source="line.at")
    due = serializers.DateTimeField(source="line.due", allow_null=True)
    is_overdue = serializers.BooleanField()
    mine = serializers.BooleanField(source="line.mine")
    note = serializers.CharField(source="line.note")
    can = serializers.ListField(child=serializers.CharField())


class InboxKindOut(serializers.Serializer[Any]):
    kind = serializers.CharField()
    title = serializers.CharField()
    count = serializers.IntegerField()


class InboxOut(serializers.Serializer[Any]):
    """What waits for the caller, the most urgent first; of each kind at most 1000."""

    count = serializers.IntegerField()
    kinds = InboxKindOut(many=True)
    results = InboxLineOut(many=True)


class InboxFilters(serializers.Serializer[Any]):
    kind = serializers.SlugField(required=False, default="")
    due = serializers.ChoiceField(choices=list(DUE.items()), required=False, default="")
    age = serializers.ChoiceField(choices=list(AGES.items()), required=False, default="")
    whose = serializers.ChoiceField(choices=[MINE, TEAM], required=False, default="")
    author = serializers.CharField(required=False, default="", help_text="A user name.")
    subject = serializers.UUIDField(required=False, default=None, help_text="What it is about.")

    def asked(self) -> Asked:
        return Asked(**{name: str(value or "") for name, value in self.validated_data.items()})


class Chosen(serializers.Serializer[Any]):
    """Name the items, or all that a filter finds: `author` for all of theirs, `subject` for all about it."""

    items = serializers.ListField(child=serializers.CharField(max_length=120), required=False, max_length=200)
    filter = InboxFilters(required=False)
    reason = serializers.CharField(required=False, default="", allow_blank=True, max_length=2000)

    def keys(self, reader: User) -> list[str]:
        """Return the items, or those that the filter finds; an empty filter is not all that waits."""
        given: list[str] = self.validated_data.get("items", [])
        narrowed = {
            name: str(value) for name, value in self.validated_data.get("filter", {}).items() if value
        }
        if bool(given) == bool(narrowed):
            raise ValidationError({"items": "Name items, or a filter that narrows, and not both."})
        found = waits(reader=reader, asked=Asked(**narrowed)).found if narrowed else []
        return given or [item.key for item in found if item.key]


class HandOverIn(Chosen):
    deputy = serializers.CharField(help_text="The user name of a colleague.")


class DecisionOutcomeOut(serializers.Serializer[Any]):
    item = serializers.CharField(source="key")
    about = serializers.CharField()
    done = serializers.BooleanField()
    text = serializers.CharField(help_text="Why it was not done.")


class ReportOut(serializers.Serializer[Any]):
    """What became of each; one that is refused stops no other."""

    done = serializers.IntegerField()
    refused = serializers.IntegerField()
    rows = DecisionOutcomeOut(many=True)


def report(outcomes: list[services.Outcome]) -> Response:
    done = sum(each.done for each in outcomes)
    rows = DecisionOutcomeOut(outcomes, many=True).data
    return Response({"done": done, "refused": len(outcomes) - done, "rows": rows})


class InboxApi(DoorApi):
    """One list of all that waits for the caller's decision."""

    door = SIGNED_IN

    @extend_schema(operation_id="inbox_list", parameters=[InboxFilters], responses=InboxOut)
    def get(self, request: Request) -> Response:
        filters = InboxFilters(data=request.query_params)
        filters.is_valid(raise_exception=True)
        found = waits(reader=caller(request), asked=filters.asked())
        kinds = [{"kind": kind, "title": title, "count": number} for kind, title, number in found.kinds]
        lines = InboxLineOut(found.found, many=True).data
        return Response({"count": len(found.found), "kinds": kinds, "results": lines})


class InboxApproveApi(DoorApi):
    """Approve many things at once, each in its own transaction."""

    door = SIGNED_IN
    decision = services.APPROVE

    @extend_schema(operation_id="inbox_approve", request=Chosen, responses=ReportOut)
    def post(self, request: Request) -> Response:
        return self._decide(request)

    def _decide(self, request: Request) -> Response:
        data = Chosen(data=request.data)
        data.is_valid(raise_exception=True)
        reader, reason = caller(request), data.validated_data["reason"]
        keys = data.keys(reader)
        return report(services.decide_many(actor=reader, decision=self.decision, keys=keys, reason=reason))


class InboxRejectApi(InboxApproveApi):
    """Reject many things at once, with a reason that those who asked read."""

    decision = services.REJECT

    @extend_schema(operation_id="inbox_reject", request=Chosen, responses=ReportOut)
    def post(self, request: Request) -> Response:
        return self._decide(request)


class InboxHandOverApi(DoorApi):
    """Let a deputy decide many things instead of the caller."""

    door = SIGNED_IN

    @extend_schema(operation_id="inbox_hand_over", request=HandOverIn, responses=ReportOut)
    def post(self, request: Request) -> Response:
        data = HandOverIn(data=request.data)
        data.is_valid(raise_exception=True)
        said, reader = data.validated_data, caller(request)
        keys = data.keys(reader)
        deputy = colleague(reader, said["deputy"])
        return report(services.hand_over_many(actor=reader, keys=keys, deputy=deputy, reason=said["reason"]))
