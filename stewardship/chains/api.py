from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.fields import NamedField
from accesscontrol.web import DoorViewSet, caller
from stewardship.chains import services
from stewardship.chains.models import Chain, ChainStep, Silence, Then, Who
from stewardship.chains.named import PEOPLE, ROLES, TEAMS
from stewardship.chains.wishes import MOST_DAYS, MOST_NEEDED, Wish

NAMES = ("who", "role", "team", "people", "needed", "days", "silence", "then", "then_role")


class ChainStepApi(serializers.ModelSerializer[ChainStep]):
    """One step; roles and teams by name, people by user name."""

    who = serializers.ChoiceField(choices=Who.choices)
    role: Any = NamedField(source="group", slug_field="name", queryset=ROLES, required=False, allow_null=True)
    team: Any = NamedField(slug_field="name", queryset=TEAMS, required=False, allow_null=True)
    people: Any = NamedField(
        slug_field="username",
        many=True,
        required=False,
        queryset=PEOPLE,
    )
    needed = serializers.IntegerField(min_value=1, max_value=MOST_NEEDED, default=1)
    days = serializers.IntegerField(min_value=1, max_value=MOST_DAYS, default=7)
    silence = serializers.ChoiceField(choices=Silence.choices, default=Silence.REMIND)
    then = serializers.ChoiceField(choices=Then.choices, required=False, allow_blank=True, default="")
    then_role: Any = NamedField(
        source="then_group", slug_field="name", queryset=ROLES, required=False, allow_null=True
    )

    class Meta:
        model = ChainStep
        fields: ClassVar[list[str]] = list(NAMES)


class ChainApi(serializers.ModelSerializer[Chain]):
    """A chain; empty `verb` and `domain` stand for all, `domain` is a code."""

    verb = serializers.CharField(required=False, allow_blank=True, default="", max_length=60)
    domain = serializers.UUIDField(required=False, allow_null=True, default=None)
    is_active = serializers.BooleanField(default=True)
    version = serializers.IntegerField(required=False, min_value=1, help_text="The one that was looked at.")
    steps = ChainStepApi(many=True)

    class Meta:
        model = Chain
        fields: ClassVar[list[str]] = [
            "code",
            "name",
            "verb",
            "domain",
            "is_active",
            "version",
            "changed_at",
            "steps",
        ]
        extra_kwargs: ClassVar[dict[str, Any]] = {"name": {"validators": []}}
        validators: ClassVar[list[Any]] = []  # the service says it by field

    def arguments(self) -> dict[str, Any]:
        said = dict(self.validated_data)
        names = {"group": "role", "then_group": "then_role"}
        steps = [{names.get(key, key): value for key, value in step.items()} for step in said.pop("steps")]
        return {**said, "steps": [Wish(**step) for step in steps]}


class Chains(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """Who decides about what is proposed, one step after the other."""

    door: ClassVar[dict[str, str]] = {
        "list": "stewardship.view_chain",
        "retrieve": "stewardship.view_chain",
        "create": "stewardship.add_chain",
        "update": "stewardship.change_chain",
    }
    queryset = Chain.objects.for_list()
    serializer_class = ChainApi
    filterset_fields: ClassVar[list[str]] = ["verb", "domain", "is_active"]

    @extend_schema(request=ChainApi, responses={201: ChainApi})
    def create(self, request: Request) -> Response:
        """Add a chain; it holds for what is proposed from now on."""
        return self._save(None, status.HTTP_201_CREATED)

    @extend_schema(request=ChainApi, responses=ChainApi)
    def update(self, request: Request, code: str) -> Response:
        """Give the chain this content; what is on its way keeps what it began with."""
        return self._save(self.get_object(), status.HTTP_200_OK)

    def _save(self, chain: Chain | None, code: int) -> Response:
        data = ChainApi(data=self.request.data)
        data.is_valid(raise_exception=True)
        said = data.arguments()
        row = services.save_chain(actor=caller(self.request).username, chain=chain, **said)
        return Response(ChainApi(row).data, status=code)
