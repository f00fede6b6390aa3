from typing import Any

from django import forms

from accesscontrol.identity.models import User
from accesscontrol.policy.attributes import VOCABULARY
from accesscontrol.reach.names import person_named, resource_named

ACTIONS = [(name, name.capitalize()) for name in sorted(VOCABULARY.every_action())]


class ActionForm(forms.Form):
    """What is asked about; a value that means nothing asks about `view`."""

    action = forms.ChoiceField(choices=ACTIONS, initial="view", required=False)

    def chosen(self) -> str:
        return (self.cleaned_data.get("action") if self.is_valid() else "") or "view"


class WhoForm(ActionForm):
    """Which resource, named as its reader may know it."""

    asset = forms.CharField(
        max_length=1000, widget=forms.TextInput(attrs={"placeholder": "Code or full name"})
    )
    field_order = ["asset", "action"]

    def __init__(self, data: Any, *, reader: User) -> None:
        super().__init__(data, auto_id="who_%s")
        self.reader = reader

    def clean_asset(self) -> Any:
        found = resource_named(self.cleaned_data["asset"], self.reader)
        if found is None:
            raise forms.ValidationError("You see no asset of this name, or several; use the code.")
        return found


class WhatForm(ActionForm):
    """Which user."""

    user = forms.CharField(max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    field_order = ["user", "action"]

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="what_%s")

    def clean_user(self) -> User:
        found = person_named(self.cleaned_data["user"].strip())
        if found is None:
            raise forms.ValidationError("There is no user of this name.")
        return found
