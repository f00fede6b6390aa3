from typing import Any

from django import forms

from accesscontrol.identity.models import Clearance
from catalog.assets.models import Asset


class ProposalForm(forms.Form):
    """What somebody who may not change an asset would say about it."""

    description = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 5}))
    status = forms.ChoiceField(choices=Asset.Status.choices)
    sensitivity = forms.TypedChoiceField(
        choices=[("", "Not classified"), *Clearance.choices], coerce=int, empty_value=None, required=False
    )
    gdpr_category = forms.CharField(required=False, max_length=100, label="GDPR category")
    reason = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Why it is better so; the steward reads it.",
    )

    def changes(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "reason"}
