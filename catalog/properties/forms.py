from typing import Any

from django import forms

from accesscontrol.identity.models import User
from catalog.assets.models import Asset
from catalog.domains.people import PersonField
from catalog.editing.edits import EditForm
from catalog.properties.models import Property

YES_OR_NO = [("", "Not said"), ("true", "Yes"), ("false", "No")]


class PropertyForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """The definition of a property."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    choices = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="For a choice: one a line.",
    )
    kinds = forms.MultipleChoiceField(
        choices=Asset.Kind.choices,
        required=False,
        label="For",
        widget=forms.CheckboxSelectMultiple,
        help_text="None: for every kind of asset.",
    )

    class Meta:
        model = Property
        fields = ["label", "name", "type", "choices", "kinds", "required", "description"]
        help_texts = {
            "name": "For the API and exports: small letters, digits and _.",
            "required": "An asset without it is not complete.",
        }
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["choices"] = "\n".join(self.instance.choices)
        self.initial["version"] = self.instance.version if self.instance.pk else None

    def clean_choices(self) -> list[str]:
        lines = (line.strip() for line in self.cleaned_data["choices"].splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def _post_clean(self) -> None:
        """The service changes the row and checks it."""


class ValuesForm(EditForm):
    """What is said of one asset: a field for each property that it may have."""

    def __init__(self, *args: Any, asset: Asset, definitions: list[Property], **kwargs: Any) -> None:
        super().__init__(*args, version=asset.version, **kwargs)
        self.asset = asset
        self.names = [row.name for row in definitions]
        for row in definitions:
            self.fields[f"p_{row.name}"] = _field(row, asset.properties.get(row.name))
        if "reason" in self.fields:
            self.order_fields([*(f"p_{name}" for name in self.names), "reason"])

    def changes(self) -> dict[str, Any]:
        """What other kinds of assets may have stays as it is."""
        said = {name: _plain(self.cleaned_data[f"p_{name}"]) for name in self.names}
        kept = {**self.asset.properties, **said}
        return {"properties": {name: value for name, value in sorted(kept.items()) if value is not None}}


def _plain(value: Any) -> Any:
    if isinstance(value, User):
        return value.username
    if value in ("true", "false"):
        return value == "true"
    return value.isoformat() if hasattr(value, "isoformat") else (None if value == "" else value)


def _field(row: Property, value: Any) -> forms.Field:
    said: dict[str, Any] = {"label": row.label, "help_text": row.description, "required": False}
    if row.type == Property.Type.PERSON:
        person = User.objects.filter(username=value).first() if value else None
        return PersonField(present=person, initial=person, label=row.label, help_text=row.description)
    if row.type == Property.Type.CHOICE:
        choices = [("", "Not said"), *((each, each) for each in row.choices)]
        return forms.ChoiceField(choices=choices, initial=value, **said)
    if row.type == Property.Type.BOOLEAN:
        return forms.ChoiceField(choices=YES_OR_NO, initial={True: "true", False: "false"}.get(value), **said)
    kinds: dict[str, type[forms.Field]] = {"number": forms.FloatField, "url": forms.URLField}
    if row.type == Property.Type.DATE:
        return forms.DateField(initial=value, widget=forms.DateInput(attrs={"type": "date"}), **said)
    return kinds.get(row.type, forms.CharField)(initial=value, **said)
