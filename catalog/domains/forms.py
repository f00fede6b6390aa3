from typing import Any

from django import forms
from django.utils.text import slugify

from catalog.domains import tree
from catalog.domains.models import Domain
from catalog.domains.people import PersonField


class DomainForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    class Meta:
        model = Domain
        fields = ["name", "slug", "description", "parent"]
        labels = {"slug": "Short name", "parent": "Part of"}
        help_texts = {
            "slug": "For addresses and policies: small letters, digits, hyphens. Empty: made of the name."
        }
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        self.fields["steward"] = PersonField(
            present=self.instance.steward,
            initial=self.instance.steward,
            help_text="Decides about proposals for its assets. Nobody: the steward of the domain above.",
        )
        places = self.fields["parent"]
        below = tree.below(dict(Domain.objects.values_list("pk", "parent")), self.instance.pk)
        places.queryset = Domain.objects.exclude(pk__in=below)  # type: ignore[attr-defined]
        places.empty_label = "Nothing: it stands on top"  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A short name is made of the name where none was written."""
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("slug") and "slug" not in self.errors:
            cleaned["slug"] = slugify(cleaned.get("name", ""))[:60]
        return cleaned
