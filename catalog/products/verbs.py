"""What may be proposed about data products, and about what goes into them and comes out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from accesscontrol.identity.models import User
from catalog.assets.answering import OF_ASSET
from catalog.assets.models import Asset
from catalog.domains.models import Domain
from catalog.domains.reads import codes_upwards
from catalog.products.models import TEXT, Product, ProductPort
from catalog.products.services import add_ports, save_product
from stewardship.approvals.verbs import Answering, Verb, register_verb

CHANGE_PRODUCT = "catalog.change_product"
ADD_PRODUCT = "catalog.add_product"
CHANGE_PORTS = "catalog.change_ports"
PORTS = ("input of", "output of")
ADDED = {*TEXT, "slug"} - {"status"}
OF_PRODUCT = Answering(
    Product,
    {
        "owner": ["owner"],
        "steward": ["domain__answering"],
        "steward_above": ["domain__parent__answering"],
    },
    lambda product: codes_upwards(product.domain_id),
)
OF_DOMAIN = Answering(
    Domain,
    {"steward": ["answering"], "steward_above": ["parent__answering"]},
    lambda domain: codes_upwards(domain.pk),
)


def rows(user: User, action: str) -> QuerySet[Product]:
    return Product.objects.visible_to(user, action)


def current(product: Product, changes: dict[str, Any]) -> dict[str, Any]:
    return {key: getattr(product, key) for key in changes}


def check(changes: dict[str, Any]) -> dict[str, Any]:
    """Return the changes as the product will keep them; raises `ValidationError` by field."""
    return _checked(changes, set(TEXT))


def apply(product: Product, changes: dict[str, Any], actor: str, version: int) -> None:
    save_product(product=product, actor=actor, changes=changes, version=version)


def domains(user: User, action: str) -> QuerySet[Domain]:
    """A new product is proposed to the domain that would offer it; who may add products decides."""
    if action == "change" and not user.has_perm("catalog.add_product"):
        return Domain.objects.none()
    return Domain.objects.visible_to(user)


def nothing(domain: Domain, changes: dict[str, Any]) -> dict[str, Any]:
    return dict.fromkeys(changes)


def check_new(changes: dict[str, Any]) -> dict[str, Any]:
    checked = _checked(changes, ADDED)
    missing = [name for name in ("name", "slug") if not checked.get(name)]
    if missing:
        raise ValidationError(dict.fromkeys(missing, "This is needed."))
    return checked


def add(domain: Domain, changes: dict[str, Any], actor: str, version: int) -> None:
    save_product(actor=actor, changes={**changes, "domain": domain})


def port_rows(user: User, action: str) -> QuerySet[Asset]:
    """Who sees the asset proposes; who sees it and may change products decides."""
    if action == "change" and not user.has_perm("catalog.change_product"):
        return Asset.objects.none()
    return Asset.objects.visible_to(user)


def current_ports(asset: Asset, changes: dict[str, Any]) -> dict[str, Any]:
    """Of the products that are named, those that have the asset already."""
    pairs = set(ProductPort.objects.filter(asset=asset).values_list("direction", "product__slug"))
    return {key: [slug for slug in changes[key] if (key.split()[0], slug) in pairs] for key in changes}


def check_ports(changes: dict[str, Any]) -> dict[str, Any]:
    """{"output of": ["sales-figures"]}: products by slug."""
    wrong = dict.fromkeys(changes.keys() - set(PORTS), "This cannot be proposed.")
    for key in changes.keys() & set(PORTS):
        if not isinstance(changes[key], list) or not all(_is_text(slug) for slug in changes[key]):
            wrong[key] = "Write a list of words."
    if wrong:
        raise ValidationError(wrong)
    return {key: [row.slug for row in _products(key, changes[key])] for key in changes}


def apply_ports(asset: Asset, changes: dict[str, Any], actor: str, version: int) -> None:
    """It only adds, so it needs no version."""
    for key, slugs in changes.items():
        add_ports(asset=asset, direction=key.split()[0], products=_products(key, slugs), actor=actor)


def _products(key: str, slugs: Iterable[str]) -> list[Product]:
    known = Product.objects.in_bulk(list(slugs), field_name="slug")
    missing = sorted(set(slugs) - known.keys())
    if missing:
        raise ValidationError({key: f"There is no product {', '.join(missing)}."})
    return [known[slug] for slug in sorted(known)]


def _checked(changes: dict[str, Any], allowed: set[str]) -> dict[str, Any]:
    wrong = {key: "Write text." for key, said in changes.items() if not _is_text(said)}
    wrong |= dict.fromkeys(changes.keys() - allowed, "This cannot be proposed.")
    if wrong:
        raise ValidationError(wrong)
    draft = Product(**{key: said.strip() for key, said in changes.items()})
    draft.clean_fields(exclude={f.name for f in Product._meta.fields} - changes.keys())
    return {key: getattr(draft, key) for key in changes}


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and "\0" not in value


def show(key: str, value: Any) -> str:
    return "\n".join(value) if isinstance(value, list) else str(value or "")


def register() -> None:
    changing, adding = (rows, current, check, apply), (domains, nothing, check_new, add)
    ports = (port_rows, current_ports, check_ports, apply_ports)
    register_verb(Verb(CHANGE_PRODUCT, "Change a data product", *changing, answering=OF_PRODUCT))
    register_verb(Verb(ADD_PRODUCT, "Add a data product", *adding, answering=OF_DOMAIN))
    register_verb(Verb(CHANGE_PORTS, "Put into a data product", *ports, answering=OF_ASSET, show=show))
