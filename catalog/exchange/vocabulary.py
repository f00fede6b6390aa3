"""Domains, tags, properties and products as rows."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from accesscontrol.identity.models import User
from catalog.domains.models import Domain
from catalog.domains.services import save_domain
from catalog.exchange.shapes import Key, Row
from catalog.exchange.shelf import Found, NamedShelf, merged, named, person
from catalog.products.models import TEXT, Product
from catalog.products.services import save_product
from catalog.properties.models import Property
from catalog.properties.services import save_property
from catalog.tags.models import Classification, Tag
from catalog.tags.services import save_classification, save_tag


class Domains(NamedShelf):
    kind, model, name = "domains", Domain, "slug"

    def those(self, reader: User) -> models.QuerySet[Any]:
        return super().those(reader).select_related("steward", "parent")

    def row(self, each: Domain) -> Row:
        return {
            "slug": each.slug,
            "name": each.name,
            "description": each.description,
            "steward": each.steward.username if each.steward else None,
            "parent": each.parent.slug if each.parent else None,
        }

    def say(self, *, actor: User, key: Key, found: Found | None, changes: Row) -> None:
        said = merged({"name": "", "description": "", "steward": None, "parent": None}, found, changes)
        save_domain(
            actor=actor.username,
            slug=key[0],
            name=said["name"],
            description=said["description"],
            steward=person("steward", said["steward"]),
            parent=named("parent", Domain, said["parent"]),
            domain=found.subject if found else None,
        )


class Classifications(NamedShelf):
    kind, model, name = "classifications", Classification, "name"

    def row(self, each: Classification) -> Row:
        return {"name": each.name, "description": each.description, "exclusive": each.exclusive}

    def say(self, *, actor: User, key: Key, found: Found | None, changes: Row) -> None:
        said = merged({"description": "", "exclusive": False}, found, changes)
        row = found.subject if found else None
        save_classification(actor=actor.username, name=key[0], classification=row, **said)


class Tags(NamedShelf):
    kind, model, name = "tags", Tag, "path"

    def row(self, each: Tag) -> Row:
        return {"path": each.path, "description": each.description, "deprecated": each.deprecated}

    def say(self, *, actor: User, key: Key, found: Found | None, changes: Row) -> None:
        first, *above, last = key[0].split(".") if "." in key[0] else ("", key[0])
        parent = ".".join((first, *above))
        save_tag(
            actor=actor.username,
            classification=self._classification(first),
            name=last,
            parent=named("path", Tag, parent, "path") if above else None,
            tag=found.subject if found else None,
            **merged({"description": "", "deprecated": False}, found, changes),
        )

    def _classification(self, name: str) -> Classification:
        found: Classification | None = named("path", Classification, name, "name")
        if found is None:
            raise ValidationError({"path": "Write the classification before it, as in PII.Contact."})
        return found


class Properties(NamedShelf):
    kind, model, name = "properties", Property, "name"

    def row(self, each: Property) -> Row:
        names = ("name", "label", "type", "description", "choices", "kinds", "required")
        return {name: getattr(each, name) for name in names}

    def say(self, *, actor: User, key: Key, found: Found | None, changes: Row) -> None:
        blank = {"label": key[0], "type": Property.Type.TEXT.value}
        row = found.subject if found else None
        save_property(actor=actor.username, name=key[0], definition=row, **merged(blank, found, changes))


class Products(NamedShelf):
    kind, model, name = "products", Product, "slug"

    def those(self, reader: User) -> models.QuerySet[Any]:
        return super().those(reader).select_related("domain", "owner")

    def row(self, each: Product) -> Row:
        return {
            "slug": each.slug,
            **{name: str(getattr(each, name)) for name in TEXT},
            "domain": each.domain.slug if each.domain else None,
            "owner": each.owner.username if each.owner else None,
        }

    def say(self, *, actor: User, key: Key, found: Found | None, changes: Row) -> None:
        said: dict[str, Any] = {**changes, "slug": key[0]}
        if "domain" in said:
            said["domain"] = named("domain", Domain, said["domain"])
        if "owner" in said:
            said["owner"] = person("owner", said["owner"])
        save_product(actor=actor.username, changes=said, product=found.subject if found else None)


SHELVES: Collection[NamedShelf] = (Domains(), Classifications(), Tags(), Properties(), Products())
