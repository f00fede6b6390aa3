from collections.abc import Iterable
from typing import Any

from django import forms


class RoleFilter(forms.Form):
    """`areas` are the floors to choose from, as (label, title)."""

    q = forms.CharField(label="Permission", required=False, max_length=100)
    floor = forms.ChoiceField(label="Area", required=False)

    def __init__(self, *args: Any, areas: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "All areas"), *areas]
        self.fields["floor"] = forms.ChoiceField(label="Area", required=False, choices=choices)

    def chosen(self) -> dict[str, str]:
        """Return what was asked for; a value that means nothing asks for nothing."""
        self.is_valid()
        return {
            "words": self.cleaned_data.get("q", ""),
            "floor": self.cleaned_data.get("floor", ""),
        }


class RoleNameForm(forms.Form):
    name = forms.CharField(max_length=150, help_text="Policies name roles by this word, as in user.roles.")


class PermissionsForm(forms.Form):
    """What a role includes; `known` are the keys to choose from."""

    permissions = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, known: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(key, key) for key in known]
        self.fields["permissions"] = forms.MultipleChoiceField(required=False, choices=choices)
