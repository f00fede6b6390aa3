"""A bulk edit at work: asset by asset, each with its record and its outcome in one transaction."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accesscontrol.audit.facts import Fact
from accesscontrol.audit.services import add_mark
from accesscontrol.identity.models import User
from accesscontrol.refusal import Refused
from catalog.assets.models import Asset
from catalog.bulk.models import BulkEdit, BulkItem
from catalog.bulk.reads import changeable
from catalog.bulk.wishes import after, different
from catalog.editing.stale import Stale
from catalog.metadata.attributes import label
from catalog.metadata.reads import said_of
from catalog.metadata.services import propose_all, say
from stewardship.jobs.kinds import JobFailed, Work

STEP = 200
HIDDEN = "You may not see it any more."
NOT_YOURS = "You may not change it."
MEANWHILE = "Somebody changed it since you looked."
SINCE = "Somebody changed it since."
State = BulkItem.State
Outcome = tuple[str, str]  # a state and a note
_edit: ContextVar[str] = ContextVar("govportal_bulk_edit", default="")


def mark(fact: Fact) -> dict[str, str]:
    """Return {"bulk_edit": code} for what a bulk edit does."""
    code = _edit.get()
    return {"bulk_edit": code} if code else {}


add_mark(mark)


def carry_out(*, edit: BulkEdit, work: Work) -> None:
    """Do what waits; what was done before a crash is not done again. Raises JobFailed, Cancelled."""
    author = User.objects.get(pk=edit.author_id)
    total = edit.items.count()
    token = _edit.set(str(edit.code))
    try:
        while some := list(edit.items.waiting().for_list()[:STEP]):
            if not User.objects.filter(pk=author.pk, is_active=True).exists():
                raise JobFailed("The account of who asked for it is closed.")
            Batch(edit, author, some).carry_out()
            left = edit.items.waiting().count()
            work.progress(total - left, total, f"{total - left} of {total} looked at.")
    finally:
        _edit.reset(token)


class Batch:
    """Some items, with what is needed to decide about each, read once for all."""

    def __init__(self, edit: BulkEdit, author: User, items: list[BulkItem]) -> None:
        self.edit, self.author, self.items = edit, author, items
        pks = [item.asset_id for item in items]
        rows = Asset.objects.visible_to(author).filter(pk__in=pks).for_list()
        self.assets = {asset.pk: asset for asset in rows}
        wanted = edit.wishes.keys() or {name for item in items for name in item.after}
        self.mine = changeable(author, pks, wanted)
        self.said = said_of(list(self.assets.values()), wanted)

    def carry_out(self) -> None:
        for item in self.items:
            with transaction.atomic():
                if BulkItem.objects.select_for_update(of=("self",)).waiting().filter(pk=item.pk).first():
                    self.settle(item)

    def settle(self, item: BulkItem) -> None:
        """Do what can be done about one item, and keep what became of it."""
        try:
            with transaction.atomic():
                item.state, item.note = self.outcome(item)
        except Stale:
            item.state, item.note = State.STALE, MEANWHILE
        except Refused as refusal:
            item.state, item.note = State.SKIPPED, str(refusal)[:500]
        except ValidationError as error:
            item.state, item.note = State.SKIPPED, sentences(error)[:500]
        item.save(update_fields=["state", "note", "before", "after"])

    def outcome(self, item: BulkItem) -> Outcome:
        asset = self.assets.get(item.asset_id)
        if asset is None:
            return State.SKIPPED, HIDDEN
        said = self.said[asset.pk]
        if self.edit.undoes_id:
            return self.undone(item, asset, said)
        if item.version != asset.version:
            return State.STALE, MEANWHILE
        wished = after(said, self.edit.wishes)
        names = different(said, wished)
        if not names:
            return State.SAME, ""
        values = {name: wished[name] for name in names}
        if asset.pk not in self.mine:
            return self.proposed(asset, values)
        say(asset=asset, actor=self.author, values=values, version=item.version)
        item.before, item.after = {name: said[name] for name in names}, values
        return State.CHANGED, ""

    def undone(self, item: BulkItem, asset: Asset, said: dict[str, Any]) -> Outcome:
        """Say again what was said before, where what the edit said still stands."""
        if not different({name: said[name] for name in item.after}, item.after):
            return State.SAME, ""
        if any(said[name] != value for name, value in item.before.items()):
            return State.STALE, SINCE
        if asset.pk not in self.mine:
            return State.SKIPPED, NOT_YOURS
        say(asset=asset, actor=self.author, values=item.after, version=asset.version)
        return State.CHANGED, ""

    def proposed(self, asset: Asset, values: dict[str, Any]) -> Outcome:
        if not self.edit.propose:
            return State.SKIPPED, NOT_YOURS
        propose_all(asset=asset, author=self.author, values=values, reason=self.edit.reason)
        return State.PROPOSED, ""


def sentences(error: ValidationError) -> str:
    """What is wrong, attribute by attribute."""
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return " ".join(f"{label(name)}: {' '.join(texts)}" for name, texts in error.message_dict.items())
