"""What is said of assets and fields, as rows: each part of it by the verb that says it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Collate

from accesscontrol.identity.models import User
from catalog.assets.models import Asset, Field
from catalog.assets.names import JOB
from catalog.assets.said import plain
from catalog.assets.services import EDITABLE, EDITABLE_OF_FIELD
from catalog.assets.verbs import CHANGE_ASSET, CHANGE_FIELD
from catalog.certification.models import Certificate
from catalog.certification.terms import last_day
from catalog.certification.verbs import CERTIFY
from catalog.exchange.shapes import KINDS, THING, Key, Row
from catalog.exchange.shelf import NOT_YOURS, Found, Shelf, named
from catalog.glossary.models import TermLink
from catalog.products.models import Product, ProductPort
from catalog.products.services import add_ports
from catalog.tags.services import restore_tags
from catalog.tags.verbs import TAG_ASSET, TAG_FIELD
from catalog.termlinks.verbs import LINK_TERMS
from stewardship.approvals.services import find_verb, propose

STEP = 500
NONE_SEEN = "There is none of this name that you may see."
NO_TERMS = "Your roles do not include the glossary."
CERTIFICATE = ("certification", "until", "why")
Part = tuple[str, Any, Row]  # a verb, what it is about, and what it takes


def thing(asset: Asset) -> Row:
    return dict(zip(THING, place(asset), strict=True))


def place(asset: Asset) -> list[Any]:
    return [asset.namespace, asset.name, asset.kind == JOB]


def at(reader: User, places: Collection[Key]) -> dict[Key, Asset]:
    """The assets of these places that the reader may see."""
    wanted = set(places)
    rows = Asset.objects.visible_to(reader).present().for_list()
    rows = rows.filter(name__in={name for _, name, _ in wanted}).order_by("pk")
    return {key: asset for asset in rows if (key := tuple(place(asset))) in wanted}


def in_order(rows: QuerySet[Any], *names: str) -> QuerySet[Any]:
    """By the bytes of these names, whatever the language of the database."""
    return rows.order_by(*(Collate(name, "C") for name in names), "pk")


def in_steps(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """Some rows at a time."""
    some: list[Any] = []
    for row in rows.iterator(STEP):
        some.append(row)
        if len(some) == STEP:
            yield some
            some = []
    yield some


class ThingShelf(Shelf):
    """Assets, or fields: said part by part, by verbs that can be proposed as well."""

    proposable = True

    def parts(self, found: Found, changes: Row) -> list[Part]:
        raise NotImplementedError

    def refusal(self, actor: User, found: Found | None, names: Collection[str]) -> str:
        if found is None:
            return ""
        for verb, subject, _ in self.parts(found, {name: found.said.get(name) for name in names}):
            if not find_verb(verb).rows(actor, "change").filter(pk=subject.pk).exists():
                return NOT_YOURS
        return ""

    def heard(self, actor: User, found: Found | None, said: Row) -> Row:
        if "terms" in said and not actor.has_perm("catalog.view_term"):
            raise ValidationError({"terms": NO_TERMS})
        lists: Row = {name: sorted(set(said[name])) for name in ("tags", "terms") if name in said}
        return {**said, **lists}

    def say(self, *, actor: User, key: Key, found: Found | None, changes: Row) -> None:
        if found is None:
            raise ValidationError({self.kind[:-1]: NONE_SEEN})
        for verb, subject, said in self.parts(found, changes):
            subject.refresh_from_db(fields=["version"])
            if verb in {TAG_ASSET, TAG_FIELD} and actor.has_perm("catalog.change_tag"):
                restore_tags(thing=subject, paths=said["tags"], actor=actor.username)
                continue
            known = find_verb(verb)
            known.apply(subject, known.check(said), actor.username, subject.version)

    def propose(self, *, actor: User, found: Found, changes: Row, reason: str) -> None:
        for verb, subject, said in self.parts(found, changes):
            propose(verb=verb, subject=subject, changes=said, reason=reason, author=actor)

    def links(self, found: Found, changes: Row, before: str = "") -> list[Part]:
        """The terms to link and to take away, of the asset or of the column that `before` names."""
        if "terms" not in changes:
            return []
        now, then = set(found.said["terms"]), set(changes["terms"] or ())
        said = {"link": sorted(then - now), "unlink": sorted(now - then)}
        named = {key: [f"{before}{slug}" for slug in slugs] for key, slugs in said.items() if slugs}
        return [(LINK_TERMS, found.asset, named)]


class Assets(ThingShelf):
    kind = "assets"

    def rows(self, reader: User) -> Iterator[Row]:
        rows = in_order(self._seen(reader).filter(_said()), "namespace", "name", "kind")
        for some in in_steps(rows):
            for found in self._told(reader, some):
                yield {**thing(found.subject), **found.said}

    def _seen(self, reader: User) -> QuerySet[Any]:
        return Asset.objects.visible_to(reader).present().for_list().select_related("replacement")

    def found(self, reader: User, keys: Collection[Key]) -> dict[Key, Found]:
        rows = list(at(reader, keys).values())
        return {tuple(place(found.subject)): found for found in self._told(reader, rows)}

    def _told(self, reader: User, assets: list[Asset]) -> Iterator[Found]:
        links = TermLink.objects.filter(asset__in=assets, field=None).select_related("term")
        terms: dict[int, list[str]] = {}
        for link in links:
            terms.setdefault(link.asset_id, []).append(link.term.slug)
        why = dict(
            Certificate.objects.live().filter(asset__in=assets).values_list("asset", "reason").order_by("pk")
        )
        replaced = [asset.replacement_id for asset in assets if asset.replacement_id]
        seen = set(Asset.objects.visible_to(reader).filter(pk__in=replaced).values_list("pk", flat=True))
        held = set(Field.objects.present().filter(asset__in=assets).values_list("asset", flat=True))
        for asset in assets:
            said = self._row(asset, sorted(terms.get(asset.pk, ())), why.get(asset.pk, ""))
            if asset.replacement_id and asset.replacement_id not in seen:
                del said["replacement"]
            if asset.pk in held:
                del said["has_personal_data"]  # it follows its fields
            if not reader.has_perm("catalog.view_term"):
                del said["terms"]
            yield Found(asset, said, asset)

    def _row(self, asset: Asset, terms: list[str], why: str) -> Row:
        said = {
            name: plain(name, getattr(asset, name)) for name in KINDS["assets"].columns if name in EDITABLE
        }
        until = last_day(asset.certified_until).isoformat() if asset.certified_until else None
        live = asset.is_certified
        said |= {
            "replacement": place(asset.replacement) if asset.replacement else None,
            "tags": sorted(asset.tags),
            "terms": terms,
            "certification": asset.certification if live else "",
            "until": until if live else None,
            "why": why if live else "",
        }
        return {name: said[name] for name in KINDS["assets"].columns if name in said}

    def heard(self, actor: User, found: Found | None, said: Row) -> Row:
        where = tuple(said.get("replacement") or ())
        if where and where not in at(actor, [where]):
            raise ValidationError({"replacement": NONE_SEEN})
        return super().heard(actor, found, said)

    def parts(self, found: Found, changes: Row) -> list[Part]:
        own = {name: value for name, value in changes.items() if name in EDITABLE}
        if own.get("replacement"):
            own["replacement"] = self._code(own["replacement"])
        parts: list[Part] = [(CHANGE_ASSET, found.asset, own)] if own else []
        if "tags" in changes:
            parts.append((TAG_ASSET, found.asset, {"tags": changes["tags"]}))
        parts += self.links(found, changes)
        if changes.keys() & set(CERTIFICATE):
            parts.append((CERTIFY, found.asset, {n: {**found.said, **changes}[n] for n in CERTIFICATE}))
        return parts

    def _code(self, where: list[Any]) -> str:
        namespace, name, of_job = where
        rows = Asset.objects.present().filter(namespace=namespace, name=name)
        found = (rows.filter(kind=JOB) if of_job else rows.exclude(kind=JOB)).first()
        if found is None:
            raise ValidationError({"replacement": f"There is no asset {name}."})
        return str(found.code)


def _said() -> Q:
    """That somebody said something of an asset."""
    texts = ("description", "location", "gdpr_category", "certification")
    empty = Q(status=Asset.Status.ACTIVE, has_personal_data=False, properties={}, tags=[])
    empty &= Q(**dict.fromkeys(texts, ""))
    named = ("owner", "business_owner", "steward", "team", "domain", "tier", "retires_on", "sensitivity")
    empty &= Q(**{f"{name}__isnull": True for name in (*named, "replacement")})
    return ~empty | Q(Exists(TermLink.objects.filter(asset=OuterRef("pk"), field=None)))


class Fields(ThingShelf):
    kind = "fields"

    def rows(self, reader: User) -> Iterator[Row]:
        empty = Q(description="", required=False, sensitive=False, gdpr_sensitivity="", identity="")
        empty &= Q(validation_rules=[], tags=[])
        said = ~empty | Q(Exists(TermLink.objects.filter(field=OuterRef("pk"))))
        rows = in_order(
            self._seen(reader).filter(said), "asset__namespace", "asset__name", "asset__kind", "name"
        )
        for some in in_steps(rows):
            for found in self._told(reader, some):
                yield {**thing(found.subject.asset), "column": found.subject.name, **found.said}

    def _seen(self, reader: User) -> QuerySet[Any]:
        rows = Field.objects.visible_to(reader).present().filter(asset__removed_at=None)
        return rows.select_related("asset") if reader.has_perm("catalog.view_field") else rows.none()

    def found(self, reader: User, keys: Collection[Key]) -> dict[Key, Found]:
        assets = at(reader, {tuple(key[:3]) for key in keys})
        names = {key[3] for key in keys}
        rows = list(self._seen(reader).filter(asset__in=assets.values(), name__in=names))
        told = ((found.subject, found) for found in self._told(reader, rows))
        return {(*place(field.asset), field.name): found for field, found in told}

    def _told(self, reader: User, fields: list[Field]) -> Iterator[Found]:
        terms: dict[int | None, list[str]] = {}
        for link in TermLink.objects.filter(field__in=fields).select_related("term"):
            terms.setdefault(link.field_id, []).append(link.term.slug)
        for field in fields:
            said = {
                name: getattr(field, name) for name in KINDS["fields"].columns if name in EDITABLE_OF_FIELD
            }
            said |= {"tags": sorted(field.tags), "terms": sorted(terms.get(field.pk, ()))}
            if not reader.has_perm("catalog.view_term"):
                del said["terms"]
            yield Found(field, said, field.asset)

    def parts(self, found: Found, changes: Row) -> list[Part]:
        own = {name: value for name, value in changes.items() if name in EDITABLE_OF_FIELD}
        parts: list[Part] = [(CHANGE_FIELD, found.subject, own)] if own else []
        if "tags" in changes:
            parts.append((TAG_FIELD, found.subject, {"tags": changes["tags"]}))
        return parts + self.links(found, changes, f"{found.subject.name}:")


class Ports(Shelf):
    """Which assets go into products, and come out of them."""

    kind = "ports"

    def rows(self, reader: User) -> Iterator[Row]:
        rows = ProductPort.objects.visible_to(reader).filter(product__in=Product.objects.visible_to(reader))
        rows = rows.filter(asset__removed_at=None).select_related("product", "asset")
        order = ("product__slug", "direction", "asset__namespace", "asset__name", "asset__kind")
        for port in in_order(rows, *order).iterator(STEP):
            yield {"product": port.product.slug, "direction": port.direction, **thing(port.asset)}

    def found(self, reader: User, keys: Collection[Key]) -> dict[Key, Found]:
        assets = at(reader, {tuple(key[2:]) for key in keys})
        rows = ProductPort.objects.visible_to(reader).filter(asset__in=assets.values())
        told = {
            (row.product.slug, row.direction, *place(row.asset)): row
            for row in rows.select_related("product", "asset")
        }
        return {key: Found(told[key], {}, told[key].asset) for key in keys if key in told}

    def refusal(self, actor: User, found: Found | None, names: Collection[str]) -> str:
        return "" if actor.has_perm("catalog.change_product") else NOT_YOURS

    def say(self, *, actor: User, key: Key, found: Found | None, changes: Row) -> None:
        slug, direction, *where = key
        asset = at(actor, [tuple(where)]).get(tuple(where))
        if asset is None:
            raise ValidationError({"asset": NONE_SEEN})
        product = named("product", Product, slug)
        add_ports(asset=asset, direction=direction, products=[product], actor=actor.username)
