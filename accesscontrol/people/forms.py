from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError

from accesscontrol.identity.models import Clearance, Team, User

STATES = [("active", "Active"), ("closed", "Closed"), ("", "All")]
KINDS = [("", "People and services"), ("person", "People"), ("service", "Service accounts")]


class PersonFilter(forms.Form):
    q = forms.CharField(label="Name or e-mail", required=False, max_length=100)
    role = forms.ModelChoiceField(
        Group.objects.order_by("name"), to_field_name="name", required=False, empty_label="Any role"
    )
    team = forms.ModelChoiceField(
        Team.objects.all(), to_field_name="name", required=False, empty_label="Any team"
    )
    department = forms.ChoiceField(required=False)
    state = forms.ChoiceField(required=False, choices=STATES)
    kind = forms.ChoiceField(required=False, choices=KINDS)

    def __init__(self, *args: Any, departments: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [("", "Any department"), *((name, name) for name in departments)]
        self.fields["department"] = forms.ChoiceField(required=False, choices=known)

    def chosen(self) -> dict[str, str]:
        """Return what was asked for; a value that means nothing asks for nothing."""
        self.is_valid()
        wanted = {key: str(value or "") for key, value in self.cleaned_data.items()}
        return {**wanted, "words": wanted.get("q", "")}


class PersonForm(forms.Form):
    """What is known of an account, and what policies read of it."""

    full_name = forms.CharField(required=False, max_length=300)
    email = forms.EmailField(label="E-mail", required=False)
    department = forms.CharField(required=False, max_length=100)
    clearance = forms.TypedChoiceField(choices=Clearance.choices, coerce=int, initial=Clearance.INTERNAL)
    location = forms.CharField(required=False, max_length=100)
    team = forms.ModelChoiceField(Team.objects.all(), to_field_name="name", required=False)
    roles = forms.ModelMultipleChoiceField(
        Group.objects.order_by("name"),
        to_field_name="name",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def values(self) -> dict[str, Any]:
        """Return the keyword arguments of the services."""
        clean = dict(self.cleaned_data)
        clean["team"] = clean["team"].name if clean["team"] else ""
        clean["roles"] = [role.name for role in clean["roles"]]
        return clean

    def refuse(self, error: ValidationError) -> None:
        """Show what only saving could find, beside its field where the form has it."""
        for field, said in error.message_dict.items():
            self.add_error(field if field in self.fields else None, said)


class NewPersonForm(PersonForm):
    username = forms.CharField(max_length=150, help_text="Letters, digits and @ . + - _")
    is_service = forms.BooleanField(
        label="Service account", required=False, help_text="A program: it has tokens, and never signs in."
    )
    field_order = ["username", "is_service"]


def described(person: User) -> dict[str, Any]:
    """Return the form's first values for an account."""
    return {
        "full_name": person.get_full_name(),
        "email": person.email,
        "department": person.department,
        "clearance": person.clearance,
        "location": person.location,
        "team": person.team.name if person.team else "",
        "roles": [role.name for role in person.groups.all()],
    }
