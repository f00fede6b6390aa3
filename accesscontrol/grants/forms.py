from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.utils import timezone

from accesscontrol.grants.limits import LIMITS
from accesscontrol.identity.models import User

STATES = [("live", "Live"), ("planned", "Not begun"), ("ended", "Ended"), ("revoked", "Revoked"), ("", "All")]
ACTIONS = [("view", "View"), ("change", "Change"), ("discover", "Discover: name and owner only")]

WHERE_CODES_STAND = "It stands in the address of its page; the Access tab there has a shorter way here."


def people() -> QuerySet[User]:
    """Return whom one may name: everybody's name is known in the house."""
    return User.objects.filter(is_active=True)


def roles() -> QuerySet[Group]:
    return Group.objects.order_by("name")


class GrantFilter(forms.Form):
    state = forms.ChoiceField(required=False, choices=STATES)
    person = forms.CharField(required=False, max_length=150, label="Person or role")
    asset = forms.CharField(required=False, max_length=200, label="Asset")

    def chosen(self) -> dict[str, str]:
        """Return what was asked for; at first, what is live."""
        if not self.is_valid():
            return {"state": "live"}
        asked = dict(self.cleaned_data)
        return asked if "state" in self.data else {**asked, "state": "live"}


class GrantForm(forms.Form):
    """An exception as an administrator gives it."""

    asset = forms.UUIDField(
        label="Code of the asset",
        help_text=WHERE_CODES_STAND,
    )
    user = forms.ModelChoiceField(
        people(),
        to_field_name="username",
        required=False,
        label="Person",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid_choice": "There is no user of this name."},
    )
    group = forms.ModelChoiceField(roles(), to_field_name="name", required=False, label="Role")
    action = forms.ChoiceField(choices=ACTIONS, label="May")
    days = forms.IntegerField(
        min_value=1, max_value=LIMITS.longest.days, initial=7, label="For how many days"
    )
    reason = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, find: Callable[[UUID], models.Model | None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.find = find

    def clean_asset(self) -> models.Model:
        return there(self.find(self.cleaned_data["asset"]))

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of `grant_access` that the form holds."""
        said = self.cleaned_data
        days = timedelta(days=said["days"])
        kept = {name: said[name] for name in ("user", "group", "action", "reason")}
        return {**kept, "obj": said["asset"], "ends_at": timezone.now() + days}


def there(found: models.Model | None) -> models.Model:
    """Return the asset that a code stands for; raises `ValidationError` when there is none to know of."""
    if found is None:
        raise ValidationError("There is no asset of this code.")
    return found


class RevokeForm(forms.Form):
    reason = forms.CharField(
        max_length=2000, widget=forms.Textarea(attrs={"rows": 2}), help_text="Its holder reads it."
    )


class ExtendForm(forms.Form):
    days = forms.IntegerField(
        min_value=1, max_value=LIMITS.longest.days, initial=7, label="Days from now until its new end"
    )
    reason = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def end(self) -> datetime:
        return timezone.now() + timedelta(days=self.cleaned_data["days"])
