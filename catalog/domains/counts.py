"""How many assets belong to something, of those that the reader may see."""

from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from accesscontrol.identity.models import User


def count_of_assets(model: Any, reader: User) -> Coalesce:
    """An annotation for rows of `model`, whose assets are its `assets`."""
    relation = model._meta.get_field("assets")
    path = relation.field.name
    assets = relation.related_model.objects.visible_to(reader).present().filter(**{path: OuterRef("pk")})
    numbers = assets.order_by().values(path).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(numbers, output_field=IntegerField()), 0)
