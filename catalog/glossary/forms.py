from typing import Any

from django import forms
from django.utils.text import slugify

from catalog.domains.people import PEOPLE, PersonField
from catalog.glossary.choices import TermField, WordsField
from catalog.glossary.kinds import KINDS
from catalog.glossary.models import Term


class PeopleField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # as above
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.label} ({obj.username})"


class TermForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """What a term says; who decides about it is chosen by who may change all terms."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    synonyms = WordsField(required=False, help_text="One a line: other words that people use for it.")

    class Meta:
        model = Term
        fields = ["name", "slug", "definition", "abbreviation", "domain"]
        labels = {"slug": "Short name"}
        help_texts = {
            "slug": "For addresses and files. Empty: made of the name.",
            "definition": "One or two sentences that somebody new here understands.",
        }
        widgets = {"definition": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args: Any, names_people: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        self.fields["parent"] = parent = TermField(
            without=self.instance, required=False, empty_label="Nothing: it stands on top", label="Below"
        )
        parent.fill()
        if self.instance.parent:
            self.initial["parent"] = self.instance.parent.slug
        self.initial["synonyms"] = self.instance.synonyms
        self.initial["version"] = self.instance.version if self.instance.pk else None
        if names_people:
            self._add_people()
        self.order_fields(["name", "slug", "definition", "synonyms", "abbreviation", "parent", "domain"])

    def _add_people(self) -> None:
        owner, term = self.instance.owner, self.instance
        self.fields["owner"] = PersonField(present=owner, initial=owner)
        self.fields["reviewers"] = PeopleField(
            PEOPLE,
            required=False,
            initial=[person.pk for person in term.reviewers.all()] if term.pk else [],
            widget=forms.SelectMultiple(attrs={"size": 6}),
            help_text="They approve it; nobody approves their own words. None: the steward of its domain.",
        )

    def clean(self) -> dict[str, Any]:
        """A short name is made of the name where none was written."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("slug") and "slug" not in self.errors:
            cleaned["slug"] = slugify(cleaned.get("name", ""))[:100]
        return cleaned

    def changes(self) -> dict[str, Any]:
        """The attributes and their values, for `save_term`."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def _post_clean(self) -> None:
        """The service changes the term and checks it; the form leaves its copy alone."""


class RelationForm(forms.Form):
    kind = forms.ChoiceField(choices=[(name, kind.here) for name, kind in KINDS.items()], label="How")

    def __init__(self, *args: Any, term: Term, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"] = field = TermField(label="Term", empty_label=None)
        field.fill(but=term.slug)
