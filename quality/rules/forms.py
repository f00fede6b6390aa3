from typing import Any

from django import forms

from catalog.assets.models import Asset, Field
from quality.rules.checks.check import Check, Parameter
from quality.rules.models import Rule

SHARE = "Between 0 and 1: 0.99 asks that at least 99 % are as they should be."


class RuleForm(forms.Form):
    """A rule of one kind about one asset: the columns are the asset's, the parameters the kind's."""

    name = forms.CharField(max_length=200, help_text="Short, as it stands in lists.")
    field = forms.ModelChoiceField(Field.objects.none(), label="Column", empty_label="Choose …")
    threshold = forms.FloatField(min_value=0, max_value=1, initial=1.0, help_text=SHARE)
    severity = forms.ChoiceField(choices=Rule.Severity.choices, initial=Rule.Severity.MEDIUM)
    description = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text="Why it matters, and whom to ask."
    )
    order = ("name", "field")

    def __init__(self, *args: Any, asset: Asset, check: Check, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.check = check
        if check.needs_column:
            columns = self.fields["field"]
            assert isinstance(columns, forms.ModelChoiceField)  # noqa: S101 - says the type
            columns.queryset = asset.fields.filter(removed_at__isnull=True)
        else:
            del self.fields["field"]
        for parameter in check.parameters:
            self.fields[parameter.name] = parameter_field(parameter)
        self.order_fields([*self.order, *(each.name for each in check.parameters)])

    @property
    def definition(self) -> dict[str, Any]:
        """The clean values as `define_rule` and `change_rule` take them."""
        names = {each.name for each in self.check.parameters}
        given = self.cleaned_data
        parameters = {name: given[name] for name in sorted(names) if given[name] != ""}
        return {**{key: given[key] for key in given if key not in names}, "parameters": parameters}


def parameter_field(parameter: Parameter) -> forms.CharField:
    """A text field; the check itself reads the text, and says what is wrong with it."""
    return forms.CharField(
        required=parameter.required, label=parameter.label, help_text=parameter.help, strip=False
    )


def initial(rule: Rule) -> dict[str, Any]:
    """The form's values for a rule that is there."""
    return {**rule.definition, "field": rule.field_id, **rule.parameters}
