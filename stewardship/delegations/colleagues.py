"""The choice of a colleague, in forms of this floor."""

from typing import Any

from django import forms

from accesscontrol.identity.models import User


class ColleagueField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.label} ({obj.username})" if obj.label != obj.username else str(obj.username)


def colleague_field(people: list[User], label: str) -> ColleagueField:
    """A choice among `people`."""
    rows = User.objects.filter(pk__in=[each.pk for each in people])
    return ColleagueField(queryset=rows, label=label, empty_label="Choose")
