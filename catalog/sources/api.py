from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.fields import NamedField
from accesscontrol.web import DoorViewSet, caller
from catalog.connectors.errors import ConnectorError
from catalog.connectors.protocol import ServerFacts
from catalog.connectors.registry import KINDS
from catalog.domains.models import Domain
from catalog.sources import services
from catalog.sources.models import HARVEST, Source
from stewardship.jobs.answers import JobStarted, started
from stewardship.jobs.services import submit_job

OWN = {"kind", "password"}


class SourceOut(serializers.ModelSerializer[Source]):
    domain = serializers.CharField(source="domain.slug", allow_null=True, default=None)
    has_password = serializers.BooleanField(source="has_secret")
    settings = serializers.DictField()

    class Meta:
        model = Source
        fields = [
            "code",
            "name",
            "kind",
            "settings",
            "has_password",
            "namespace",
            "domain",
            "location",
            "state",
            "error",
            "error_field",
            "harvested_at",
            "created_at",
        ]


class SourceIn(serializers.Serializer[Any]):
    """`settings` are those of the kind; what is wrong with one is named `settings.<name>`."""

    name = serializers.CharField(max_length=100)
    kind = serializers.CharField(help_text=f"One of: {', '.join(KINDS)}.")
    settings = serializers.DictField()
    password = serializers.CharField(
        write_only=True, required=False, allow_blank=True, trim_whitespace=False, default=""
    )
    domain: Any = NamedField(
        slug_field="slug", queryset=Domain.objects.all(), required=False, allow_null=True
    )
    location = serializers.CharField(max_length=100, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask the connector what is wrong; what a change leaves out stays as it is."""
        source: Source | None = self.instance
        values = {"domain": None, "location": "", "password": "", **kept(source), **attrs}
        row = source or Source(kind=values["kind"])
        wrong = row.problems(values["kind"], values["settings"], values["password"])
        if wrong:
            raise serializers.ValidationError(by_place(wrong, values["settings"]))
        return values

    def save(self, **kwargs: Any) -> Source:
        values = dict(self.validated_data)
        return services.save_source(secret=values.pop("password"), source=self.instance, **values, **kwargs)


def kept(source: Source | None) -> dict[str, Any]:
    """What a change that says nothing about it leaves alone."""
    names = ("name", "kind", "settings", "domain", "location")
    return {name: getattr(source, name) for name in names} if source else {}


def by_place(wrong: dict[str, str], given: dict[str, Any]) -> dict[str, Any]:
    """What is wrong with a setting stands inside `settings`."""
    own = {name: text for name, text in wrong.items() if name in OWN and name not in given}
    settings = {name: text for name, text in wrong.items() if name not in own}
    return {**own, "settings": settings} if settings else dict(own)


class TestOut(serializers.Serializer[Any]):
    """What the source answered; without an answer `error`, and `field` where a setting is to blame."""

    reached = serializers.BooleanField()
    product = serializers.CharField()
    version = serializers.CharField()
    user = serializers.CharField()
    databases = serializers.ListField(child=serializers.CharField())
    warnings = serializers.ListField(child=serializers.CharField())
    error = serializers.CharField()
    field = serializers.CharField(allow_null=True)


@extend_schema_view(
    create=extend_schema(request=SourceIn, responses={201: SourceOut}),
    update=extend_schema(request=SourceIn, responses=SourceOut),
    partial_update=extend_schema(request=SourceIn, responses=SourceOut),
    test=extend_schema(request=None, responses=TestOut),
    harvest=extend_schema(request=None, responses={202: JobStarted}),
)
class Sources(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """The systems that the portal reads metadata from. Passwords go in and never come out."""

    door = {
        "list": "catalog.view_source",
        "retrieve": "catalog.view_source",
        "create": "catalog.add_source",
        "update": "catalog.change_source",
        "partial_update": "catalog.change_source",
        "test": "catalog.change_source",
        "harvest": "catalog.change_source",
    }
    queryset = Source.objects.select_related("domain")
    serializer_class = SourceOut
    filterset_fields = ["name", "kind", "state"]
    writing_actions = DoorViewSet.writing_actions | {"test", "harvest"}

    def create(self, request: Request) -> Response:
        """Add a source."""
        return self._save(request, SourceIn(data=request.data), status.HTTP_201_CREATED)

    def update(self, request: Request, code: str) -> Response:
        """Give the source this content; an empty password keeps the stored one."""
        return self._save(request, SourceIn(self.get_object(), data=request.data), status.HTTP_200_OK)

    def partial_update(self, request: Request, code: str) -> Response:
        """Change what is given; `settings` are replaced as a whole."""
        given = SourceIn(self.get_object(), data=request.data, partial=True)
        return self._save(request, given, status.HTTP_200_OK)

    def _save(self, request: Request, given: SourceIn, code: int) -> Response:
        given.is_valid(raise_exception=True)
        saved = given.save(actor=caller(request).username)
        return Response(SourceOut(saved).data, status=code)

    @action(detail=True, methods=["post"])
    def test(self, request: Request, code: str) -> Response:
        """Sign in at the source and say who answered."""
        try:
            found = services.test_source(source=self.get_object(), actor=caller(request).username)
        except ConnectorError as error:
            return Response(answer(None, error))
        return Response(answer(found, None))

    @action(detail=True, methods=["post"])
    def harvest(self, request: Request, code: str) -> Response:
        """Queue a harvest; one that has not finished yet is returned instead of doubled."""
        source = self.get_object()
        job = submit_job(
            kind=HARVEST,
            arguments={"source_id": source.pk},
            actor=caller(request).username,
            subject=source.subject,
        )
        return started(request, job)


def answer(found: ServerFacts | None, error: ConnectorError | None) -> dict[str, Any]:
    """What a test came to."""
    return {
        "reached": found is not None,
        "product": found.product if found else "",
        "version": found.version if found else "",
        "user": found.user if found else "",
        "databases": list(found.databases) if found else [],
        "warnings": list(found.warnings) if found else [],
        "error": error.message if error else "",
        "field": error.field if error else None,
    }
