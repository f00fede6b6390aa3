from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from accesscontrol.policy.values import PolicyError
from accesscontrol.policysets.models import PolicySet
from accesscontrol.simulation.delta import MOST_PEOPLE
from accesscontrol.web import DoorViewSet, caller, fetch
from stewardship.jobs.answers import JobStarted, started
from stewardship.simulations import reads, services
from stewardship.simulations.models import Simulation


class SimulationOut(serializers.ModelSerializer[Simulation]):
    policy_set = serializers.UUIDField(source="policy_set.code", default=None)
    job = serializers.UUIDField(source="job.code", default=None)
    state = serializers.CharField()

    class Meta:
        model = Simulation
        fields: ClassVar[list[str]] = [
            "code",
            "actor",
            "policy_set",
            "digest",
            "against",
            "job",
            "state",
            "created_at",
            "finished_at",
        ]


class SimulationWhole(SimulationOut):
    """With the result, as far as the caller may know it, and why it no longer holds, if it does not."""

    stale = serializers.SerializerMethodField()
    result = serializers.SerializerMethodField()

    class Meta(SimulationOut.Meta):
        fields: ClassVar[list[str]] = [*SimulationOut.Meta.fields, "stale", "result"]

    def get_stale(self, row: Simulation) -> str:
        return reads.stale(row) if row.result is not None else ""

    def get_result(self, row: Simulation) -> dict[str, Any] | None:
        if row.result is None:
            return None
        shown = reads.shown(row, caller(self.context["request"]), people=MOST_PEOPLE)
        changes = [_change(each) for each in shown["changes"]]
        unknowns = [{**each, "sample": _sample(sample)} for each, sample in shown["unknowns"]]
        return {**row.result, "changes": changes, "unknowns": unknowns}


def _change(shown: reads.ChangeShown) -> dict[str, Any]:
    totals = {key: value for key, value in shown.totals.items() if key != "samples"}
    people = [
        {"username": each.username, "gained": _sample(each.gained), "lost": _sample(each.lost)}
        for each in shown.people
    ]
    return {**totals, "people": people}


def _sample(sample: reads.Sampled) -> dict[str, Any]:
    return {
        "count": sample.count,
        "sample": [{"code": str(each.code), "name": each.name} for each in sample.named],
    }


class SimulationIn(serializers.Serializer[Any]):
    """All policies as they would be; or the code of a policy set."""

    policies = serializers.JSONField(required=False)
    policy_set = serializers.UUIDField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("policies" in attrs) == ("policy_set" in attrs):
            raise ValidationError({"policies": ["Send either policies or policy_set."]})
        return attrs


class Simulations(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """What proposed policies would change: exactly who would gain and who would lose what."""

    queryset = Simulation.objects.for_list()
    serializer_class = SimulationOut
    filterset_fields = ("actor", "digest")
    door = {
        "list": "stewardship.view_simulation",
        "retrieve": "stewardship.view_simulation",
        "create": "stewardship.add_simulation",
    }

    @extend_schema(responses=SimulationWhole)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(SimulationWhole(self.get_object(), context={"request": request}).data)

    @extend_schema(request=SimulationIn, responses={202: JobStarted})
    def create(self, request: Request) -> Response:
        """Begin a simulation; the header Location names where its result will be."""
        data = SimulationIn(data=request.data)
        data.is_valid(raise_exception=True)
        row = _requested(request, data.validated_data)
        if row.job is None:
            raise ValidationError({"policies": ["Its job is gone; ask again."]})
        response = started(request, row.job)
        response["Location"] = reverse("api-simulation-detail", args=[row.code], request=request)
        return response


def _requested(request: Request, asked: dict[str, Any]) -> Simulation:
    actor = caller(request).username
    if "policy_set" in asked:
        found = fetch(request, PolicySet, asked["policy_set"])
        return services.request_simulation(policy_set=found, actor=actor)
    try:
        return services.request_simulation(documents=asked["policies"], actor=actor)
    except PolicyError as error:
        raise ValidationError({error.path: [error.message]}) from error
