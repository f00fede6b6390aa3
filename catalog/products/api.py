from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import DoorViewSet, caller, fetch
from catalog.assets.models import Asset
from catalog.products import reads, services
from catalog.products.filters import ProductFilter
from catalog.products.models import Product
from catalog.products.serializers import PortAsset, PortIn, ProductDetail, ProductIn, ProductOut

SEE = "catalog.view_product"


@extend_schema_view(retrieve=extend_schema(responses=ProductDetail))
class Products(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """Data that domains offer to others."""

    door = {
        "list": SEE,
        "retrieve": SEE,
        "create": "catalog.add_product",
        "partial_update": "catalog.change_product",
        "destroy": "catalog.delete_product",
        "add_port": "catalog.change_product",
        "remove_port": "catalog.change_product",
    }
    queryset = Product.objects.for_list()
    serializer_class = ProductOut
    filterset_class = ProductFilter
    writing_actions = DoorViewSet.writing_actions | {"add_port", "remove_port"}

    def retrieve(self, request: Request, code: str) -> Response:
        """One product with those of its ports that the caller may see."""
        return Response(self._detail(self.get_object()))

    @extend_schema(request=ProductIn, responses={201: ProductDetail})
    def create(self, request: Request) -> Response:
        """Add a product."""
        given = ProductIn(data=request.data)
        given.is_valid(raise_exception=True)
        changes = {name: value for name, value in given.validated_data.items() if name != "version"}
        row = services.save_product(actor=caller(request).username, changes=changes)
        return Response(self._detail(row), status=status.HTTP_201_CREATED)

    @extend_schema(request=ProductIn(partial=True), responses=ProductDetail)
    def partial_update(self, request: Request, code: str) -> Response:
        """Change what is given; with a `version` that is not the present one, nothing (409)."""
        row = self.get_object()
        given = ProductIn(row, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        changes = dict(given.validated_data)
        version = changes.pop("version", None)
        saved = services.save_product(
            product=row, actor=caller(request).username, changes=changes, version=version
        )
        return Response(self._detail(saved))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, code: str) -> Response:
        """Remove the product; its assets stay."""
        services.delete_product(product=self.get_object(), actor=caller(request).username)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=PortIn, responses=ProductDetail, filters=False)
    @action(detail=True, methods=["post"], url_path="ports")
    def add_port(self, request: Request, code: str) -> Response:
        """Let an asset go into the product or come out of it; doing it again changes nothing."""
        return self._ported(services.add_ports)

    @extend_schema(request=PortIn, responses=ProductDetail, filters=False)
    @action(detail=True, methods=["post"], url_path="ports/remove")
    def remove_port(self, request: Request, code: str) -> Response:
        """Take an asset out."""
        return self._ported(services.remove_ports)

    def _ported(self, does: Any) -> Response:
        row = self.get_object()
        given = PortIn(data=self.request.data)
        given.is_valid(raise_exception=True)
        asset = fetch(self.request, Asset, given.validated_data["asset"])
        direction = given.validated_data["direction"]
        does(asset=asset, direction=direction, products=[row], actor=caller(self.request).username)
        return Response(self._detail(row))

    def _detail(self, row: Product) -> dict[str, Any]:
        """The shape of ProductDetail."""
        seen = reads.ports(caller(self.request), row)
        return {
            **ProductOut(row).data,
            "inputs": PortAsset(seen.inputs, many=True).data,
            "outputs": PortAsset(seen.outputs, many=True).data,
        }
