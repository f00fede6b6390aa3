from uuid import UUID

from django import forms
from django.db.models import Q
from django.utils import timezone

from accesscontrol.identity.models import User
from accesscontrol.policy.attributes import VOCABULARY
from accesscontrol.policy.models import Policy
from accesscontrol.policy.semantics import Values


class PolicyFilter(forms.Form):
    q = forms.CharField(label="Name", required=False, max_length=100)
    effect = forms.ChoiceField(required=False, choices=[("", "Permit and forbid"), *Policy.Effect.choices])
    state = forms.ChoiceField(
        required=False,
        choices=[("", "Any state"), ("active", "In force"), ("inactive", "Was in force")],
    )

    def chosen(self) -> Q:
        """Return what was asked for; a value that means nothing asks for nothing."""
        wanted = self.cleaned_data if self.is_valid() else {}
        asked = Q(name__icontains=wanted["q"]) if wanted.get("q") else Q()
        if wanted.get("effect"):
            asked &= Q(effect=wanted["effect"])
        if wanted.get("state"):
            asked &= Q(is_active=wanted["state"] == "active")
        return asked


class ExplainForm(forms.Form):
    """Who, what, and to do what with it."""

    user = forms.ModelChoiceField(
        User.objects.all(),
        to_field_name="username",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid_choice": "There is no user of this name."},
    )
    asset = forms.CharField(
        max_length=1000, widget=forms.TextInput(attrs={"placeholder": "Code or full name"})
    )
    action = forms.ChoiceField(
        choices=[(name, name) for name in sorted(VOCABULARY.every_action())], initial="view"
    )
    network = forms.CharField(
        required=False, max_length=100, widget=forms.TextInput(attrs={"placeholder": "10.0.0.7"})
    )
    purpose = forms.CharField(required=False, max_length=100)

    def clean_asset(self) -> Q:
        text = self.cleaned_data["asset"].strip()
        try:
            return Q(code=UUID(text))
        except ValueError:
            return Q(name=text)

    def env(self) -> Values:
        """Return the moment that is asked about: now, from where and for what the form says.

        Whether the user is in an emergency is stored, and not for a form to say.
        """
        asked = self.cleaned_data
        told = {"network": asked["network"], "purpose": asked["purpose"]}
        return {"time": timezone.now(), **told}
