from typing import Any

from django import forms

from catalog.assets.models import Asset, Field, are_rules
from catalog.domains.people import PersonField


class DescriptionForm(forms.Form):
    """What people say about an asset, and the version that its author looked at."""

    description = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 5}))
    version = forms.IntegerField(widget=forms.HiddenInput)


class AssetForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """What people decide about an asset."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Asset
        fields = ["status", "domain", "sensitivity", "gdpr_category", "location"]
        labels = {"gdpr_category": "GDPR category"}
        help_texts = {
            "gdpr_category": "For example contact data, health data (Article 9).",
            "location": "Where the data is kept: eu, us, …",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.instance.owner
        self.fields["owner"] = PersonField(present=owner, initial=owner)
        self.initial["version"] = self.instance.version
        self.order_fields(["owner", *self.Meta.fields])

    def changes(self) -> dict[str, Any]:
        """The attributes and their values, for `change_asset`."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def _post_clean(self) -> None:
        """The service changes the asset and checks it; the form leaves its copy alone."""


class FieldForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """What people decide about one column."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    validation_rules = forms.JSONField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "class": "mono"}),
        help_text='A JSON list of objects, for example [{"rule": "range", "min": 0}].',
    )

    class Meta:
        model = Field
        fields = [
            "description",
            "identity",
            "sensitive",
            "gdpr_sensitivity",
            "required",
            "validation_rules",
        ]
        labels = {"gdpr_sensitivity": "GDPR sensitivity"}
        help_texts = {
            "identity": "Which kind of identifier of a person it holds: email, phone, customer_id, …",
            "required": "Rows without a value are wrong, whatever the source allows.",
        }
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version

    def clean_validation_rules(self) -> Any:
        rules = self.cleaned_data["validation_rules"] or []
        are_rules(rules)
        return rules

    def changes(self) -> dict[str, Any]:
        """The attributes and their values, for `change_field`."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def _post_clean(self) -> None:
        """The service changes the field and checks it; the form leaves its copy alone."""
