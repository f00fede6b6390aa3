import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accesscontrol.policy.values import PolicyError
from accesscontrol.policysets import changes


class PoliciesForm(forms.Form):
    """All policies as they would be, in the form in which they are exported."""

    policies = forms.CharField(
        label="Policies (JSON)",
        help_text="The whole list as it would be in force, as the export of a change writes it.",
        max_length=2_000_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 22, "spellcheck": "false", "class": "code"}),
    )

    def clean_policies(self) -> Any:
        """Return the stored forms; the message of a fault begins with its place."""
        try:
            return changes.read_text(self.cleaned_data["policies"], "json")
        except PolicyError as error:
            raise ValidationError(str(error)) from error


def as_text(documents: list[dict[str, Any]]) -> str:
    return json.dumps({"policies": documents}, indent=2, ensure_ascii=False)
