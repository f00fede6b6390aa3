from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import DoorViewSet, caller
from catalog.domains.filters import DomainFilter
from catalog.domains.models import Domain
from catalog.domains.serializers import DomainApi
from catalog.domains.services import delete_domain, save_domain


class Domains(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """The parts of the business that answer for their data."""

    door = {
        "list": "catalog.view_domain",
        "retrieve": "catalog.view_domain",
        "create": "catalog.add_domain",
        "update": "catalog.change_domain",
        "partial_update": "catalog.change_domain",
        "destroy": "catalog.delete_domain",
    }
    queryset = Domain.objects.select_related("steward", "answering", "parent")
    serializer_class = DomainApi
    filterset_class = DomainFilter

    def create(self, request: Request) -> Response:
        """Add a domain."""
        return self._save(DomainApi(data=request.data), None, status.HTTP_201_CREATED)

    def update(self, request: Request, code: str) -> Response:
        """Give the domain this content."""
        domain = self.get_object()
        return self._save(DomainApi(domain, data=request.data), domain, status.HTTP_200_OK)

    def partial_update(self, request: Request, code: str) -> Response:
        """Change what is given."""
        domain = self.get_object()
        given = DomainApi(domain, data=request.data, partial=True)
        return self._save(given, domain, status.HTTP_200_OK)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, code: str) -> Response:
        """Remove the domain; its assets stay, without a domain."""
        delete_domain(domain=self.get_object(), actor=caller(request).username)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _save(self, given: DomainApi, domain: Domain | None, code: int) -> Response:
        given.is_valid(raise_exception=True)
        names = ("slug", "name", "description", "steward", "parent")
        kept = {name: getattr(domain, name) for name in names} if domain else {}
        row = save_domain(
            domain=domain, actor=caller(self.request).username, **{**kept, **given.validated_data}
        )
        return Response(DomainApi(row).data, status=code)
