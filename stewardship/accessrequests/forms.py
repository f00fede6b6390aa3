from django import forms

from stewardship.accessrequests.choices import ACTIONS, CHOICES

DAYS = list(CHOICES.days.items())


class AskForm(forms.Form):
    """What somebody needs, of something that they may not see."""

    action = forms.ChoiceField(choices=ACTIONS, label="What do you need to do?")
    days = forms.TypedChoiceField(choices=DAYS, coerce=int, initial=7, label="For how long?")
    reason = forms.CharField(
        max_length=2000,
        label="What for?",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Whoever decides reads this, and nothing else about you but your name and team.",
    )


class ApproveForm(forms.Form):
    days = forms.IntegerField(min_value=1, max_value=max(CHOICES.days), label="Days")
    reason = forms.CharField(required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class DenyForm(forms.Form):
    reason = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="The person who asked reads it.",
    )
