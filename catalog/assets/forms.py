import re
from typing import Any

from django import forms

from accesscontrol.identity.models import Team, User
from catalog.assets.models import Asset, Field
from catalog.assets.said import plain
from catalog.assets.values import are_rules
from catalog.domains.models import Domain
from catalog.domains.people import PersonField
from catalog.editing.edits import EditForm

ANSWERING = {
    "owner": ("Technical owner", "Keeps it running."),
    "business_owner": ("Business owner", "Answers for what it is used for."),
    "steward": ("Steward", "Answers for what is said about it. Nobody: the steward of its domain does."),
}


CODE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SEVERAL = "There are several assets of this name. Paste the address of the page of the one that you mean."


class SaidForm(EditForm):
    """Some of what people say about a row; the form's fields are called as the row's attributes."""

    def __init__(self, *args: Any, row: Asset | Field, **kwargs: Any) -> None:
        super().__init__(*args, version=row.version, **kwargs)
        for name in self.fields.keys() - {"version", "reason"}:
            self.initial[name] = getattr(row, name)

    def changes(self) -> dict[str, Any]:
        return {name: plain(name, value) for name, value in super().changes().items()}


class DescriptionForm(SaidForm):
    description = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 5}))


class AssetForm(SaidForm):
    """What people decide about an asset."""

    team = forms.ModelChoiceField(Team.objects.all(), required=False, empty_label="None")
    tier = forms.TypedChoiceField(
        choices=[("", "Not said"), *Asset.Tier.choices],
        coerce=int,
        empty_value=None,
        required=False,
        help_text="How much depends on it: tier 1 matters most.",
    )
    domain = forms.ModelChoiceField(Domain.objects.all(), required=False, empty_label="None")
    sensitivity = forms.TypedChoiceField(
        choices=[("", "Not classified"), *Asset._meta.get_field("sensitivity").flatchoices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    gdpr_category = forms.CharField(
        required=False,
        max_length=100,
        label="GDPR category",
        help_text="For example contact data, health data (Article 9).",
    )
    location = forms.CharField(required=False, max_length=100, help_text="Where the data is kept: eu, us, …")

    def __init__(self, *args: Any, row: Asset, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        for name, (label, told) in ANSWERING.items():
            person = getattr(row, name)
            self.fields[name] = PersonField(present=person, initial=person, label=label, help_text=told)
        self.order_fields([*ANSWERING, *(name for name in self.fields if name not in ANSWERING)])


class LifecycleForm(SaidForm):
    """Whether an asset is to be used, and what to use instead."""

    status = forms.ChoiceField(choices=Asset.Status.choices, widget=forms.RadioSelect)
    replacement = forms.CharField(
        required=False,
        max_length=1000,
        help_text="What to use instead: its full name, or the address of its page.",
    )
    retires_on = forms.DateField(
        required=False,
        label="Last day",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="From when on nobody may count on it.",
    )

    def __init__(self, *args: Any, row: Asset, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        self.seen = Asset.objects.visible_to(reader).exclude(pk=row.pk)
        shown = self.seen.filter(pk=row.replacement_id or 0).first()
        self.initial["replacement"] = shown.name if shown else ""

    def clean_replacement(self) -> Asset | None:
        typed = self.cleaned_data["replacement"].strip()
        if not typed:
            return None
        code = CODE.search(typed)
        rows = list((self.seen.filter(code=code[0]) if code else self.seen.filter(name=typed))[:2])
        if len(rows) != 1:
            raise forms.ValidationError(SEVERAL if rows else "There is no other asset of this name.")
        return rows[0]

    def clean(self) -> dict[str, Any]:
        """What is in use again has neither a replacement nor a last day, whatever the form still says."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("status") == Asset.Status.ACTIVE:
            cleaned |= {"replacement": None, "retires_on": None}
        return cleaned


class FieldForm(SaidForm):
    """What people decide about one column."""

    description = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))
    identity = forms.CharField(
        required=False,
        max_length=40,
        help_text="Which kind of identifier of a person it holds: email, phone, customer_id, …",
    )
    sensitive = forms.BooleanField(required=False)
    gdpr_sensitivity = forms.ChoiceField(
        choices=[("", "None"), *Field.Sensitivity.choices], required=False, label="GDPR sensitivity"
    )
    required = forms.BooleanField(
        required=False, help_text="Rows without a value are wrong, whatever the source allows."
    )
    validation_rules = forms.JSONField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "class": "mono"}),
        help_text='A JSON list of objects, for example [{"rule": "range", "min": 0}].',
    )

    def clean_validation_rules(self) -> Any:
        rules = self.cleaned_data["validation_rules"] or []
        are_rules(rules)
        return rules
