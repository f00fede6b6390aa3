from typing import Any

from django import forms


class EntryFilter(forms.Form):
    actor = forms.CharField(required=False, label="Who", max_length=150)
    action = forms.CharField(required=False, label="What", max_length=100)
    about = forms.CharField(required=False, label="Object", max_length=200)
    outcome = forms.ChoiceField(
        required=False, choices=[("", "Any"), ("success", "Success"), ("failure", "Failure")]
    )
    since = forms.DateField(required=False, label="From", widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, label="To", widget=forms.DateInput(attrs={"type": "date"}))

    def criteria(self) -> dict[str, Any]:
        """Return what was asked for; a field with an error asks for nothing."""
        self.is_valid()
        return dict(self.cleaned_data)
