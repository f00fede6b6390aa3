from typing import Any

from django import forms

from catalog.assets.models import Asset
from catalog.glossary.choices import TermField


class LinkForm(forms.Form):
    """A term for an asset, or for one of its columns."""

    def __init__(self, *args: Any, asset: Asset, is_proposal: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["term"] = term = TermField(empty_label="Choose a term")
        term.fill()
        columns = [(row.name, row.name) for row in asset.fields.all() if not row.removed_at]
        self.fields["column"] = forms.ChoiceField(
            choices=[("", "The whole asset"), *columns], required=False, label="What it is about"
        )
        if is_proposal:
            self.fields["reason"] = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
