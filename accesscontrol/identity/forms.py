from datetime import timedelta

from django import forms
from django.utils import timezone

from accesscontrol.identity.models import ApiToken

LIFETIMES = [("30", "30 days"), ("90", "90 days"), ("365", "One year"), ("", "Never")]


class TokenForm(forms.Form):
    name = forms.CharField(max_length=100, help_text="What uses it: airflow-prod, my notebook, …")
    scopes = forms.MultipleChoiceField(choices=ApiToken.Scope.choices, widget=forms.CheckboxSelectMultiple)
    lifetime = forms.ChoiceField(choices=LIFETIMES, required=False, initial="90", label="Expires after")

    def issue_arguments(self) -> dict[str, object]:
        """Return the arguments of `issue_token` that the form holds."""
        days = self.cleaned_data["lifetime"]
        expires = timezone.now() + timedelta(days=int(days)) if days else None
        return {
            "name": self.cleaned_data["name"],
            "scopes": self.cleaned_data["scopes"],
            "expires_at": expires,
        }
