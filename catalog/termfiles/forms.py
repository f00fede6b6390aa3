from typing import Any

from django import forms

LARGEST = 2_000_000  # bytes


class ImportForm(forms.Form):
    file = forms.FileField(required=False, help_text="A CSV file as “CSV” above the glossary writes it.")
    document = forms.CharField(
        required=False,
        strip=False,
        label="Or its text",
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "mono"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if file := cleaned.get("file"):
            cleaned["document"] = self._text(file)
        if not self.errors and not (cleaned.get("document") or "").strip():
            self.add_error("file", "Choose a file, or paste its text.")
        return cleaned

    def _text(self, file: Any) -> str:
        if file.size > LARGEST:
            self.add_error("file", f"This is larger than {LARGEST // 1_000_000} MB. Import it in parts.")
            return ""
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            self.add_error("file", "This is not UTF-8 text.")
            return ""
