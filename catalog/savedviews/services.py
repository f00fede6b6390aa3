from urllib.parse import parse_qs

from django.core.exceptions import ValidationError
from django.db import transaction

from accesscontrol.audit.services import record
from accesscontrol.identity.models import Team, User
from catalog.savedviews.facts import ViewChanged, ViewDeleted, ViewSaved
from catalog.savedviews.models import SavedView
from catalog.search.criteria import Criteria

MOST = 100  # of one person
TAKEN = "You have a view of this name already."


@transaction.atomic
def save_view(*, owner: User, name: str, query: str, shared: bool = False) -> SavedView:
    """Keep a search under a name of its owner's own. Raises ValidationError by attribute."""
    kept = Criteria.read(parse_qs(query)).query
    view = SavedView(owner=owner, name=name.strip(), query=kept, team=_team(owner, shared))
    _check(view)
    if SavedView.objects.filter(owner=owner).count() >= MOST:
        raise ValidationError({"name": f"You have {MOST} views. Delete one that you do not need."})
    view.save()
    shared, code = view.team is not None, str(view.code)
    record(ViewSaved(subject=code, actor=owner.username, title=view.name, query=view.query, shared=shared))
    return view


@transaction.atomic
def change_view(*, view: SavedView, name: str, shared: bool) -> SavedView:
    """Give it another name, share it with its owner's team or not. Raises ValidationError by attribute."""
    view.name, view.team = name.strip(), _team(view.owner, shared)
    _check(view)
    view.save(update_fields=["name", "team"])
    shared, code = view.team is not None, str(view.code)
    record(ViewChanged(subject=code, actor=view.owner.username, title=view.name, shared=shared))
    return view


@transaction.atomic
def delete_view(*, view: SavedView) -> None:
    record(ViewDeleted(subject=str(view.code), actor=view.owner.username, title=view.name))
    view.delete()


def _team(owner: User, shared: bool) -> Team | None:
    if shared and owner.team is None:
        raise ValidationError({"shared": "You are in no team: nobody could see it."})
    return owner.team if shared else None


def _check(view: SavedView) -> None:
    view.clean_fields(exclude=["owner", "team"])
    same = SavedView.objects.filter(owner=view.owner, name__iexact=view.name).exclude(pk=view.pk)
    if same.exists():
        raise ValidationError({"name": TAKEN})
