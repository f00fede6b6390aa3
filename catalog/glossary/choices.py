"""Fields of forms that several rooms share: words, and the choice of a term."""

from typing import Any

from django import forms

from catalog.domains import tree
from catalog.domains.choices import SlugChoice
from catalog.glossary.models import Term
from catalog.glossary.wording import words


class WordsField(forms.CharField):
    """Several words, one a line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return words(value if isinstance(value, list) else (value or "").splitlines())


class TermField(SlugChoice):
    """A term, in the order of the tree; `without` and what stands below it are left out."""

    def __init__(self, *, without: Term | None = None, **kwargs: Any) -> None:
        super().__init__(queryset=Term.objects.all(), **kwargs)
        self.without = without

    def fill(self, but: str = "") -> None:
        """Read the choices, without the term of the slug `but`; a form does it once, when it is made."""
        rows = {pk: (parent, slug, name) for pk, parent, slug, name in _skeleton()}
        parents = {pk: parent for pk, (parent, *_) in rows.items()}
        gone = tree.below(parents, self.without.pk) if self.without and self.without.pk else set()
        self.queryset = Term.objects.exclude(pk__in=gone)
        listed = [(pk, depth) for pk, depth in tree.in_order(parents) if pk not in gone]
        empty = [] if self.empty_label is None else [("", self.empty_label)]
        choices = [
            (rows[pk][1], f"{'– ' * depth}{rows[pk][2]}") for pk, depth in listed if rows[pk][1] != but
        ]
        self.choices = [*empty, *choices]


def _skeleton() -> Any:
    return Term.objects.values_list("pk", "parent", "slug", "name")
