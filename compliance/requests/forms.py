from django import forms
from django.utils import timezone

from compliance.requests.clocks import clocks


class RequestForm(forms.Form):
    identifier = forms.EmailField(
        max_length=254, label="E-mail address", help_text="By which the person is known to you."
    )
    law = forms.ChoiceField(label="Law", help_text="Decides when the answer is due.")
    received_on = forms.DateField(
        label="Received on",
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    notes = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        law = self.fields["law"]
        if isinstance(law, forms.ChoiceField):
            law.choices = [(name, clock.label) for name, clock in clocks().items()]
