from typing import Any

from django import forms

from quality.rules.checks.registry import DIMENSIONS
from quality.rules.models import Rule


class BoardFilter(forms.Form):
    """What the board's list of rules is narrowed to; a value that is not known narrows nothing."""

    domain = forms.SlugField(required=False, widget=forms.HiddenInput)
    dimension = forms.ChoiceField(required=False, choices=[("", "All"), *((d, d) for d in DIMENSIONS)])
    state = forms.ChoiceField(required=False, choices=[("", "All"), *Rule.State.choices])

    @property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {key: value for key, value in self.cleaned_data.items() if value}


class NoteForm(forms.Form):
    """What a person says about a violation."""

    note = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2}), max_length=2000)
