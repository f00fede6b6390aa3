from typing import Any

from django import forms

OWN = ("version", "reason")


class EditForm(forms.Form):
    """What people say about one thing. Who may not do it says why it should be done, and proposes it."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, may: bool, version: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may = may
        self.initial["version"] = version
        if not may:
            self.fields["reason"] = forms.CharField(
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text="Why it is better so. Who decides reads it.",
            )

    @property
    def submit(self) -> str:
        return "Save" if self.may else "Propose"

    def changes(self) -> dict[str, Any]:
        """What is said, as the verb takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name not in OWN}

    def reason(self) -> str:
        return str(self.cleaned_data.get("reason", ""))

    def label_of(self, name: str) -> str:
        field = self.fields.get(name)
        return str(field.label if field and field.label else name.replace("_", " ").capitalize())
