from typing import Any

from django import forms
from django.utils import timezone

from catalog.assets.models import Asset
from catalog.certification.terms import TERMS, last_day
from catalog.editing.edits import EditForm


class CertificateForm(EditForm):
    """Level, last day and reason. Who may not certify proposes it with the same reason."""

    certification = forms.ChoiceField(
        choices=[(level, f"{level.capitalize()}: {says}") for level, says in TERMS.levels.items()]
        + [("", "None: withdraw it")],
        required=False,
        label="Certificate",
        widget=forms.RadioSelect,
    )
    until = forms.DateField(
        required=False,
        label="Through",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=f"Its last day, at most {TERMS.longest.days} days from now. Empty: no end.",
    )
    why = forms.CharField(
        max_length=2000,
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What was checked, or what is no longer so. The asset's people read it.",
    )

    def __init__(self, *args: Any, asset: Asset, **kwargs: Any) -> None:
        super().__init__(*args, version=asset.version, **kwargs)
        self.fields.pop("reason", None)
        usual = last_day(timezone.now() + TERMS.usual)
        self.initial["certification"] = asset.certification or "bronze"
        self.initial["until"] = last_day(asset.certified_until) if asset.certified_until else usual

    def changes(self) -> dict[str, Any]:
        said = super().changes()
        return {**said, "until": said["until"].isoformat() if said["until"] else None}

    def reason(self) -> str:
        return str(self.cleaned_data["why"])
