from typing import Any

from django import forms

from accesscontrol.identity.models import User
from catalog.domains.models import Domain
from catalog.history.models import SchemaVersion

MOST = 2_147_483_647  # that a number of a version can be


class ChangesForm(forms.Form):
    """Which of the latest changes are asked for; the page leaves out what is not known, the API refuses."""

    impact = forms.ChoiceField(required=False, choices=[("", "Any"), *SchemaVersion.Impact.choices])
    event = forms.ChoiceField(
        required=False,
        label="What happened",
        choices=[("", "Anything"), *SchemaVersion.Event.choices[1:]],
    )
    domain = forms.ModelChoiceField(
        Domain.objects.none(), required=False, to_field_name="slug", empty_label="Any"
    )

    def __init__(self, reader: User, *args: Any) -> None:
        super().__init__(*args)
        domains = Domain.objects.visible_to(reader)
        self.fields["domain"].queryset = domains  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        """The valid ones that were given."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class PairForm(forms.Form):
    """Two versions; `from` is a word of Python, so the fields are named by the query string only."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.fields["from"] = forms.IntegerField(min_value=1, max_value=MOST, label="From version")
        self.fields["to"] = forms.IntegerField(min_value=1, max_value=MOST, label="To version")
