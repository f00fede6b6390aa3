from typing import Any

from django import forms
from django.contrib.auth.models import Group

from accesscontrol.enforcement.masking import known_masks
from accesscontrol.identity.models import Team, User
from catalog.assets.models import Asset
from catalog.enforcement.models import Enforcement

PATTERNS = "One per line: a schema (sales) or schema.table (sales.o*). None means every table of the source."
TRUSTED = "One per line. They keep the access to the tables that they have: loaders, backups. Others lose it."
LOGIN = "Needs to own the tables, or to be an administrator. Empty: the source's own login."
ENTITLED = "One attribute per line, with the values that are theirs: region: eu, us"
A_PAIR = "Write attribute: value, value — one attribute per line."


class Lines(forms.CharField):
    """Several texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in (value or "").splitlines() if line.strip()]


class Entitlements(Lines):
    """Lines of "attribute: value, value"."""

    def to_python(self, value: Any) -> Any:
        given = {}
        for line in super().to_python(value):
            attribute, colon, values = line.partition(":")
            listed = [each.strip() for each in values.split(",") if each.strip()]
            if not (colon and attribute.strip() and listed):
                raise forms.ValidationError(A_PAIR)
            given[attribute.strip()] = listed
        return given


class EnforcementForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """Where the views go, as whom the portal changes things, and which tables are governed."""

    include = Lines(required=False, label="Only these tables", help_text=PATTERNS)
    trusted_roles = Lines(required=False, label="Trusted roles", help_text=TRUSTED)
    password = forms.CharField(
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Kept encrypted and never shown. Left empty, the stored one of this user stays.",
    )

    class Meta:
        model = Enforcement
        fields = [
            "database",
            "schema",
            "owner_role",
            "unmask_prefix",
            "include",
            "trusted_roles",
            "user",
            "is_on",
        ]
        labels = {"schema": "Schema of the views", "user": "Login", "is_on": "Enforcement is on"}
        help_texts = {
            "schema": "Made by the first plan. Readers get their data there.",
            "owner_role": "Owns the views and nothing else; nobody signs in as it. Made by the first plan.",
            "unmask_prefix": "With a tag behind it, the role whose members see that tag's columns clear.",
            "user": LOGIN,
        }

    field_order = ("is_on", *Meta.fields[:-1], "password")

    def changes(self) -> dict[str, Any]:
        """Return what save_enforcement takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "password"}


class MappingForm(forms.Form):
    """Who in the portal holds a role of the database: a role, a team or one person."""

    database_role = forms.CharField(max_length=63, help_text="As the database names it. Missing, it is made.")
    group = forms.ModelChoiceField(Group.objects.order_by("name"), required=False, label="Role")
    team = forms.ModelChoiceField(Team.objects.all(), required=False)
    person = forms.ModelChoiceField(User.objects.filter(is_active=True), required=False)
    unmask = forms.MultipleChoiceField(
        required=False,
        label="Sees clear",
        choices=[(tag, tag) for tag in known_masks().tags],
        widget=forms.CheckboxSelectMultiple,
    )
    entitlements = Entitlements(required=False, label="Rows of", help_text=ENTITLED)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if sum(1 for name in ("group", "team", "person") if cleaned.get(name)) != 1:
            self.add_error("group", "Choose one: a role, a team or a person.")
        return cleaned


class RowRuleForm(forms.Form):
    """Rows by the value of a column."""

    asset = forms.ModelChoiceField(Asset.objects.none(), label="Table", to_field_name="code")
    column = forms.CharField(max_length=500)
    attribute = forms.CharField(
        max_length=60, help_text="The name that entitlements give it, such as region."
    )

    def __init__(self, data: Any = None, *, assets: Any) -> None:
        super().__init__(data)
        self.fields["asset"].queryset = assets  # type: ignore[attr-defined]  # of a ModelChoiceField
