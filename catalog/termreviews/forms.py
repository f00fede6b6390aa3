from typing import Any

from django import forms

from catalog.glossary.choices import TermField, WordsField
from catalog.glossary.models import Term
from catalog.glossary.services import TEXT

REASON = forms.Textarea(attrs={"rows": 2})


class ProposalForm(forms.Form):
    """What somebody who may not change a term would say."""

    name = forms.CharField(max_length=200)
    definition = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 5}))
    synonyms = WordsField(required=False, help_text="One a line.")
    abbreviation = forms.CharField(required=False, max_length=40)
    reason = forms.CharField(max_length=2000, widget=REASON, help_text="Why it is better so.")

    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in TEXT}


class RejectionForm(forms.Form):
    reason = forms.CharField(max_length=2000, widget=REASON, help_text="Its author reads it.")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class DeprecationForm(forms.Form):
    reason = forms.CharField(required=False, max_length=2000, widget=REASON)

    def __init__(self, *args: Any, term: Term, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["replacement"] = field = TermField(
            without=term, required=False, empty_label="Nothing", label="Use instead"
        )
        field.fill()
        self.order_fields(["replacement", "reason"])
