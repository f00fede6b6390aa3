from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest

from accesscontrol.breakglass.limits import LIMITS
from accesscontrol.breakglass.models import Emergency


class EmergencyForm(forms.Form):
    """Why, for how long, and the password once more; a wrong one counts as a failed sign-in."""

    reason = forms.CharField(
        min_length=LIMITS.reason_letters,
        max_length=2000,
        label="What happened, and what must you do?",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Whoever reviews it reads this first.",
    )
    minutes = forms.TypedChoiceField(
        choices=list(LIMITS.minutes.items()), coerce=int, initial=15, label="For how long?"
    )
    password = forms.CharField(
        strip=False,
        label="Your password, once more",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not self.errors:
            name = self.request.user.get_username()
            if authenticate(self.request, username=name, password=found["password"]) is None:
                self.add_error("password", "This is not your password.")
        return found


class ReviewForm(forms.Form):
    verdict = forms.ChoiceField(choices=Emergency.Verdict.choices, widget=forms.RadioSelect)
    findings = forms.CharField(
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What was done, and whether it had to be.",
    )
