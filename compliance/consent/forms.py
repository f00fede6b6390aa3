from django import forms

from compliance.consent.models import ConsentRecord


class ConsentForm(forms.Form):
    subject = forms.CharField(max_length=254, label="Person", help_text="E-mail address or other id.")
    purpose = forms.CharField(max_length=200)
    kind = forms.ChoiceField(choices=ConsentRecord.Kind.choices)
    version = forms.CharField(max_length=40, help_text="Of the text that the person saw.")
    granted = forms.TypedChoiceField(
        choices=[("yes", "Yes, agreed"), ("no", "No, refused")],
        coerce=lambda answer: answer == "yes",
        label="Answer",
    )
