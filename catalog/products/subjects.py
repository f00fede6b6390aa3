"""What people talk about and follow, of this room: data products."""

from django.db.models import Q, QuerySet

from accesscontrol.identity.models import User
from accesscontrol.roles.reads import holders_of
from catalog.products.models import Product, ProductQuerySet
from stewardship.subjects.registry import Kind, add_subject


def answered(user: User) -> ProductQuerySet:
    """What a person owns, or answers for with its domain."""
    mine = Q(owner=user) | Q(domain__answering=user)
    return Product.objects.filter(pk__in=Product.objects.filter(mine).order_by().values("pk"))


def answering(product: Product) -> set[int]:
    steward = product.domain.answering_id if product.domain else None
    return {pk for pk in (product.owner_id, steward) if pk}


def seers(product: Product, people: QuerySet[User]) -> set[int]:
    holders = holders_of("catalog.view_product").values("pk")
    return set(people.filter(pk__in=holders).values_list("pk", flat=True))


def register() -> None:
    add_subject(
        Kind(
            "product",
            "data product",
            rows=lambda reader: Product.objects.visible_to(reader).select_related("domain"),
            answered_by=answered,
            answering=answering,
            announced_by=lambda user: Product.objects.visible_to(user, "change"),
            seers=seers,
            is_followed=True,
        )
    )
