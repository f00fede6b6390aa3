from dataclasses import asdict
from datetime import datetime
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.fields import NamedField
from accesscontrol.web import DoorViewSet, caller
from catalog.connectors.errors import ConnectorError
from catalog.connectors.protocol import ServerFacts
from catalog.connectors.registry import KINDS
from catalog.domains.models import Domain
from catalog.sources import services
from catalog.sources.check import FIVE_FIELDS, SHARE, wrong_schedule
from catalog.sources.document import WrongDocument, entries, literal
from catalog.sources.importing import import_sources, written
from catalog.sources.media import YamlParser, YamlRenderer
from catalog.sources.models import Source
from stewardship.jobs.answers import JobStarted, started

OWN = {"kind", "password"}


class SourceOut(serializers.ModelSerializer[Source]):
    domain = serializers.CharField(source="domain.slug", allow_null=True, default=None)
    has_password = serializers.BooleanField(source="has_secret")
    settings = serializers.DictField()
    next_harvest_at = serializers.SerializerMethodField()

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
            "schedule",
            "fail_safe",
            "state",
            "error",
            "error_field",
            "harvested_at",
            "next_harvest_at",
            "created_at",
        ]

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_next_harvest_at(self, source: Source) -> datetime | None:
        return next(iter(source.next_harvests()), None)


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
    schedule = serializers.CharField(
        max_length=100, required=False, allow_blank=True, help_text=f"{FIVE_FIELDS} Empty for none."
    )
    fail_safe = serializers.IntegerField(min_value=0, max_value=100, required=False, help_text=SHARE)

    def validate_schedule(self, value: str) -> str:
        if said := wrong_schedule(value):
            raise serializers.ValidationError(said)
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask the connector what is wrong; what a change leaves out stays as it is."""
        source: Source | None = self.instance
        values = {"password": "", **kept(source or Source()), **attrs}
        row = source or Source(kind=values["kind"])
        wrong = row.problems(values["kind"], values["settings"], values["password"])
        if wrong:
            raise serializers.ValidationError(by_place(wrong, values["settings"]))
        return values

    def save(self, **kwargs: Any) -> Source:
        values = dict(self.validated_data)
        return services.save_source(secret=values.pop("password"), source=self.instance, **values, **kwargs)


def kept(source: Source) -> dict[str, Any]:
    """What a change that says nothing about it leaves alone."""
    names = ("name", "kind", "settings", "domain", "location", "schedule", "fail_safe")
    return {name: getattr(source, name) for name in names}


def by_place(wrong: dict[str, str], given: dict[str, Any]) -> dict[str, Any]:
    """What is wrong with a setting stands inside `settings`."""
    own = {name: text for name, text in wrong.items() if name in OWN and name not in given}
    settings = {name: text for name, text in wrong.items() if name not in own}
    return {**own, "settings": settings} if settings else dict(own)


class HarvestAsked(serializers.Serializer[Any]):
    """How to harvest. `accept_removals` lets the fail-safe pass: look first at what it stopped."""

    thorough = serializers.BooleanField(
        default=False, help_text="List everything, even where nothing changed."
    )
    accept_removals = serializers.BooleanField(default=False)


class SourceCheckOut(serializers.Serializer[Any]):
    """One thing that the portal needs, or that opens more where it is not `needed`; `remedy` gives it."""

    name = serializers.CharField()
    ok = serializers.BooleanField()
    message = serializers.CharField()
    remedy = serializers.CharField()
    needed = serializers.BooleanField()


class TestOut(serializers.Serializer[Any]):
    """What the source answered; without an answer `error`, and `field` where a setting is to blame."""

    reached = serializers.BooleanField()
    product = serializers.CharField()
    version = serializers.CharField()
    user = serializers.CharField()
    databases = serializers.ListField(child=serializers.CharField())
    warnings = serializers.ListField(child=serializers.CharField())
    checks = SourceCheckOut(many=True)
    error = serializers.CharField()
    field = serializers.CharField(allow_null=True)


class ImportedOut(serializers.Serializer[Any]):
    """A source of the document, and whether it was created, updated, or unchanged."""

    code = serializers.UUIDField(source="source.code")
    name = serializers.CharField()
    outcome = serializers.CharField()


@extend_schema_view(
    create=extend_schema(request=SourceIn, responses={201: SourceOut}),
    update=extend_schema(request=SourceIn, responses=SourceOut),
    partial_update=extend_schema(request=SourceIn, responses=SourceOut),
    destroy=extend_schema(request=None, responses={204: None}),
    import_document=extend_schema(
        request=SourceIn(many=True), responses=ImportedOut(many=True), filters=False
    ),
    export=extend_schema(responses=OpenApiTypes.OBJECT),
    test=extend_schema(request=None, responses=TestOut),
    harvest=extend_schema(request=HarvestAsked, responses={202: JobStarted}),
)
class Sources(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """The systems that the portal reads metadata from. Passwords go in and never come out."""

    door = {
        "list": "catalog.view_source",
        "retrieve": "catalog.view_source",
        "create": "catalog.add_source",
        "update": "catalog.change_source",
        "partial_update": "catalog.change_source",
        "destroy": "catalog.delete_source",
        "import_document": "catalog.add_source",
        "export": "catalog.view_source",
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

    def destroy(self, request: Request, code: str) -> Response:
        """Remove the source; its assets stay in the catalog."""
        services.remove_source(source=self.get_object(), actor=caller(request).username)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(
        detail=False,
        methods=["post"],
        url_path="import",
        parser_classes=[JSONParser, YamlParser],
        pagination_class=None,
    )
    def import_document(self, request: Request) -> Response:
        """Add or change many sources at once, by their names: all of them, or none.

        A document in YAML or JSON: one source, a list, or a list under `sources`. What one does not say is as
        usual; without a password the stored one stays.
        """
        user = caller(request)
        try:
            done = import_sources(
                entries=entries(literal(request.data)),
                actor=user.username,
                may_change=user.has_perm("catalog.change_source"),
            )
        except WrongDocument as error:
            raise serializers.ValidationError(by_source(error)) from error
        return Response(ImportedOut(done, many=True).data)

    @action(detail=True, renderer_classes=[JSONRenderer, YamlRenderer])
    def export(self, request: Request, code: str) -> Response:
        """The source as it can be imported again, without its secret; as YAML for who accepts that."""
        return Response(written(self.get_object()))

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
        given = HarvestAsked(data=request.data)
        given.is_valid(raise_exception=True)
        actor = caller(request).username
        return started(request, services.submit_harvest(source=source, actor=actor, **given.validated_data))


def by_source(error: WrongDocument) -> dict[str, list[str]]:
    """What is wrong with a document, by "<source>.<field>"."""
    found: dict[str, list[str]] = {}
    for each in error.problems:
        found.setdefault(".".join(filter(None, (each.source, each.field))), []).append(each.message)
    return found


def answer(found: ServerFacts | None, error: ConnectorError | None) -> dict[str, Any]:
    """What a test came to."""
    return {
        "reached": found is not None,
        "product": found.product if found else "",
        "version": found.version if found else "",
        "user": found.user if found else "",
        "databases": list(found.databases) if found else [],
        "warnings": list(found.warnings) if found else [],
        "checks": [asdict(each) for each in found.checks] if found else [],
        "error": error.message if error else "",
        "field": error.field if error else None,
    }
