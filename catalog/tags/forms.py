from collections.abc import Iterable
from typing import Any

from django import forms

from catalog.editing.edits import EditForm
from catalog.tags.models import Classification, Tag


class ClassificationForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Classification
        fields = ["name", "description", "exclusive"]
        labels = {"exclusive": "One at most"}
        help_texts = {
            "name": "The beginning of the path of its tags, for example PII. No dots.",
            "exclusive": "A thing bears one tag of it at most.",
        }
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version if self.instance.pk else None

    def _post_clean(self) -> None:
        """The service changes the row and checks it."""


class TagForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Tag
        fields = ["name", "parent", "description", "deprecated"]
        help_texts = {
            "name": "One part of the path, for example Email. No dots.",
            "deprecated": "What bears it keeps it; nothing else gets it.",
        }
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, classification: Classification, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Tag.objects.filter(classification=classification).order_by("path")
        own = self.instance
        below = Tag.objects.at_or_below(own.path) if own.pk else Tag.objects.none()
        parent: Any = self.fields["parent"]
        parent.queryset = rows.exclude(pk__in=below)
        parent.label, parent.empty_label = "Stands below", f"{classification.name} itself"
        self.initial["version"] = own.version if own.pk else None

    def _post_clean(self) -> None:
        """The service changes the row and checks it."""


class ImportForm(forms.Form):
    document = forms.CharField(
        label="YAML or JSON",
        strip=False,
        max_length=500_000,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false", "class": "code"}),
        help_text="A list of classifications, each with a name and tags. What has the same name gets this "
        "content; nothing is deleted.",
    )


class TagsForm(EditForm):
    """The tags of one thing: a choice for each classification, of one tag where it is exclusive."""

    def __init__(self, *args: Any, tags: Iterable[Tag], borne: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        present, by_classification = set(borne), {}  # type: ignore[var-annotated]
        for tag in tags:
            by_classification.setdefault(tag.classification, []).append(tag)
        self.groups = []
        for at, (classification, rows) in enumerate(by_classification.items()):
            name = f"of_{at}"
            self.groups.append(name)
            self.fields[name] = _choice(classification, rows, present)
        if "reason" in self.fields:
            self.order_fields([*self.groups, "reason"])

    def changes(self) -> dict[str, Any]:
        chosen = (self.cleaned_data[name] for name in self.groups)
        each = ([paths] if isinstance(paths, str) else paths for paths in chosen)
        return {"tags": sorted({path for paths in each for path in paths if path})}


def _choice(classification: Classification, tags: list[Tag], present: set[str]) -> forms.ChoiceField:
    said: dict[str, Any] = {
        "label": classification.name,
        "help_text": classification.description,
        "required": False,
    }
    rows = [(tag.path, _words(tag)) for tag in tags]
    borne = [tag.path for tag in tags if tag.path in present]
    if classification.exclusive:
        return forms.ChoiceField(choices=[("", "None"), *rows], initial=borne[0] if borne else "", **said)
    widget = forms.CheckboxSelectMultiple(attrs={"class": "tags"})
    return forms.MultipleChoiceField(choices=rows, initial=borne, widget=widget, **said)


def _words(tag: Tag) -> str:
    path = tag.path.partition(".")[2].replace(".", " › ")
    return f"{path} (deprecated)" if tag.deprecated else path
