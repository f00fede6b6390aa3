from django import forms

from catalog.savedviews.models import LONGEST_NAME, LONGEST_QUERY


class ViewForm(forms.Form):
    """A name for a search, and whether one's team sees it."""

    name = forms.CharField(max_length=LONGEST_NAME)
    query = forms.CharField(max_length=LONGEST_QUERY, required=False, widget=forms.HiddenInput)
    shared = forms.BooleanField(required=False, label="Share with my team")


class ChangeForm(forms.Form):
    name = forms.CharField(max_length=LONGEST_NAME)
    shared = forms.BooleanField(required=False, label="Share with my team")
