from typing import Any

from django import forms

from lineage.graph.wish import MOST_DEPTH, BadWish, Side, Wish, read_limits, read_opened


class WishForm(forms.Form):
    """What the address of the lineage page asks for."""

    up = forms.IntegerField(min_value=0, max_value=MOST_DEPTH, required=False)
    down = forms.IntegerField(min_value=0, max_value=MOST_DEPTH, required=False)
    x = forms.CharField(required=False, strip=True)
    lim = forms.CharField(required=False, strip=True)
    jobs = forms.ChoiceField(required=False, choices=[("0", "No"), ("1", "Yes")])
    removed = forms.ChoiceField(required=False, choices=[("0", "No"), ("1", "Yes")])
    at = forms.DateTimeField(required=False)

    def clean_up(self) -> int:
        return self._depth("up")

    def clean_down(self) -> int:
        return self._depth("down")

    def _depth(self, name: str) -> int:
        depth = self.cleaned_data[name]
        return 1 if depth is None else int(depth)

    def clean_x(self) -> frozenset[Side]:
        try:
            return read_opened(self.cleaned_data["x"])
        except BadWish as error:
            raise forms.ValidationError(str(error)) from error

    def clean_lim(self) -> dict[Side, int]:
        try:
            return read_limits(self.cleaned_data["lim"])
        except BadWish as error:
            raise forms.ValidationError(str(error)) from error

    def wish(self, **more: Any) -> Wish:
        """Return the wish of a valid form; `more` are `previous` and `pin`."""
        said = self.cleaned_data
        return Wish(
            up=said["up"],
            down=said["down"],
            opened=said["x"],
            limits=said["lim"],
            jobs=said["jobs"] == "1",
            removed=said["removed"] == "1",
            at=said["at"],
            **more,
        )
