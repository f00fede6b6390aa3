from typing import Any

from django import forms
from django.utils.text import slugify

from catalog.domains.choices import SlugChoice
from catalog.domains.models import Domain
from catalog.domains.people import PersonField
from catalog.products.models import TEXT, Product, ProductPort

REASON = forms.Textarea(attrs={"rows": 2})


class ProductForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Product
        fields = ["name", "slug", "description", "terms_of_use", "domain", "status", "release"]
        labels = {"slug": "Short name", "release": "Version"}
        help_texts = {
            "slug": "For addresses. Empty: made of the name.",
            "terms_of_use": "What people should know before they use it.",
            "release": "As its users know it, for example 2.1.",
        }
        widgets = {
            "description": forms.Textarea(attrs={"rows": 4}),
            "terms_of_use": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        owner = self.instance.owner
        self.fields["owner"] = PersonField(present=owner, initial=owner)
        self.initial["version"] = self.instance.version if self.instance.pk else None

    def clean(self) -> dict[str, Any]:
        """A short name is made of the name where none was written."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("slug") and "slug" not in self.errors:
            cleaned["slug"] = slugify(cleaned.get("name", ""))[:100]
        return cleaned

    def changes(self) -> dict[str, Any]:
        """The attributes and their values, for `save_product`."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def _post_clean(self) -> None:
        """The service changes the product and checks it; the form leaves its copy alone."""


class ProposalForm(forms.ModelForm):  # type: ignore[type-arg]  # as above
    """What somebody who may not change a product would say."""

    reason = forms.CharField(max_length=2000, widget=REASON, help_text="Why it is better so.")

    class Meta:
        model = Product
        fields = list(TEXT)
        labels = ProductForm.Meta.labels
        widgets = ProductForm.Meta.widgets

    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in TEXT}

    def _post_clean(self) -> None:
        """A proposal changes nothing."""


class NewProposalForm(forms.Form):
    """A product that somebody who may not add one asks a domain for."""

    domain = SlugChoice(queryset=Domain.objects.all(), empty_label=None)
    name = forms.CharField(max_length=200)
    slug = forms.SlugField(max_length=100, label="Short name")
    description = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}))
    reason = forms.CharField(max_length=2000, widget=REASON, help_text="Who needs it, and for what.")

    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("name", "slug", "description")}


class PortForm(forms.Form):
    """A product for an asset."""

    direction = forms.ChoiceField(
        choices=[("output", "It comes out of the product"), ("input", "It goes into the product")],
        label="How",
    )
    product = SlugChoice(queryset=Product.objects.all(), empty_label="Choose a product")

    def __init__(self, *args: Any, is_proposal: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_proposal:
            self.fields["reason"] = forms.CharField(max_length=2000, widget=REASON)


class PortChoice(forms.Form):
    """Which port of a product is meant."""

    direction = forms.ChoiceField(choices=ProductPort.Direction.choices)
    asset = forms.UUIDField()
