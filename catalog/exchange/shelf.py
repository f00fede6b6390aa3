"""How rows of one kind are read from the catalog, and said to it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from accesscontrol.identity.models import User
from catalog.assets.models import Asset
from catalog.exchange.shapes import Key, Row

NOT_YOURS_TO_ADD = "You may not add one."
NOT_YOURS = "You may not change it."


@dataclass(frozen=True)
class Found:
    """What a row is about, and what is said of it by now."""

    subject: Any
    said: Row
    asset: Asset | None = None

    @property
    def version(self) -> int | None:
        return getattr(self.subject, "version", None)

    def is_overtaken(self) -> bool:
        """Whether somebody changed it since it was read; nobody does from here to the transaction's end."""
        if self.version is None:
            return False
        rows = type(self.subject)._default_manager.select_for_update(of=("self",))
        now = rows.filter(pk=self.subject.pk).first()
        return now is None or now.version != self.version


class Shelf:
    """Rows of one kind. Everything that is read is what the reader may see."""

    kind: ClassVar[str]
    proposable: ClassVar[bool] = False

    def rows(self, reader: User) -> Iterator[Row]:
        """Yield what there is to say, in an order that does not depend on the database."""
        raise NotImplementedError

    def found(self, reader: User, keys: Collection[Key]) -> dict[Key, Found]:
        """What is there of these names; the number of queries does not grow with theirs."""
        raise NotImplementedError

    def refusal(self, actor: User, found: Found | None, names: Collection[str]) -> str:
        """Why `actor` may not say these columns; an empty text where they may."""
        raise NotImplementedError

    def heard(self, actor: User, found: Found | None, said: Row) -> Row:
        """What counts of a row that `actor` hands in."""
        return said

    def say(self, *, actor: User, key: Key, found: Found | None, changes: Row) -> None:
        """Say it; raises ValidationError by column, Refused, Stale."""
        raise NotImplementedError

    def propose(self, *, actor: User, found: Found, changes: Row, reason: str) -> None:
        """Ask for the same; raises as `say`."""
        raise NotImplementedError


class NamedShelf(Shelf):
    """Rows of a model that a role may see, named by one of its columns."""

    model: ClassVar[type[models.Model]]
    name: ClassVar[str]

    def row(self, each: Any) -> Row:
        raise NotImplementedError

    def those(self, reader: User) -> models.QuerySet[Any]:
        rows: models.QuerySet[Any] = self.model._default_manager.visible_to(reader)  # type: ignore[attr-defined]
        return rows

    def rows(self, reader: User) -> Iterator[Row]:
        yield from sorted(map(self.row, self.those(reader)), key=lambda row: str(row[self.name]))

    def found(self, reader: User, keys: Collection[Key]) -> dict[Key, Found]:
        rows = self.those(reader).filter(**{f"{self.name}__in": [key[0] for key in keys]})
        told = ((each, self.row(each)) for each in rows)
        return {(row.pop(self.name),): Found(each, row) for each, row in told}

    def refusal(self, actor: User, found: Found | None, names: Collection[str]) -> str:
        verb, said = ("change", NOT_YOURS) if found else ("add", NOT_YOURS_TO_ADD)
        return "" if actor.has_perm(f"catalog.{verb}_{self.model._meta.model_name}") else said


def person(column: str, username: str | None) -> User | None:
    """Who is called so; raises ValidationError."""
    if not username:
        return None
    return people(column, [username])[0]


def people(column: str, usernames: Collection[str]) -> list[User]:
    known = User.objects.filter(is_service=False).in_bulk(list(usernames), field_name="username")
    missing = sorted(set(usernames) - known.keys())
    if missing:
        raise ValidationError({column: f"There is nobody called “{', '.join(missing)}”."})
    return [known[name] for name in usernames]


def named(column: str, model: type[models.Model], value: str | None, by: str = "slug") -> Any:
    """The row of this name; raises ValidationError."""
    if not value:
        return None
    found = model._default_manager.filter(**{by: value}).first()
    if found is None:
        raise ValidationError({column: f"There is no {model._meta.verbose_name} “{value}”."})
    return found


def merged(blank: Mapping[str, Any], found: Found | None, changes: Row) -> Row:
    """All that would be said of it."""
    return {**blank, **(found.said if found else {}), **changes}
