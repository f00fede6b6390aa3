from typing import Any

from django import forms

from catalog.exchange.document import LARGEST
from catalog.exchange.shapes import KINDS

CHOICES = [("", "Everything: a JSON document"), *((kind, f"{kind.capitalize()}: a CSV") for kind in KINDS)]


class UploadForm(forms.Form):
    """A file of metadata, and what it holds; `cleaned_data["text"]` is its text."""

    file = forms.FileField(help_text="As “Export” writes it.")
    kind = forms.ChoiceField(choices=CHOICES, required=False, label="What it holds")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        file = cleaned.get("file")
        if not file:
            return cleaned
        if file.size > LARGEST:
            self.add_error("file", f"This is larger than {LARGEST // 1_000_000} MB. Import it in parts.")
            return cleaned
        try:
            cleaned["text"] = file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            self.add_error("file", "This is not UTF-8 text.")
        return cleaned


class StartForm(forms.Form):
    """What becomes of what its author may not change."""

    propose = forms.BooleanField(required=False, label="Propose these to who may change them")
    reason = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Why it is better so. Who decides reads it.",
    )
