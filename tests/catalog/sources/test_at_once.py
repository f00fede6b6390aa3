"""Two who edit one source at once."""

from django.urls import reverse

from catalog.sources.models import Source
from tests.catalog.sources.test_pages import ADD, FORM


def test_of_two_who_edit_at_once_the_second_sees_what_the_first_wrote(ana, signed_in):
    browser = signed_in(ana)
    browser.post(ADD, FORM)
    source = Source.objects.get()
    address = reverse("sources:edit", args=[source.code])
    opened = {**FORM, "password": "", "version": browser.get(address).context["form"]["version"].value()}
    browser.post(address, {**opened, "location": "eu"})

    overtaken = browser.post(address, {**opened, "location": "us"})

    source.refresh_from_db()
    assert (overtaken.status_code, source.location, source.version) == (409, "eu", 2)
    assert overtaken.context["overtaken"] == [("Location", "eu", "us")]
    again = {**opened, "location": "us", "version": overtaken.context["form"]["version"].value()}
    assert browser.post(address, again).status_code == 302
    source.refresh_from_db()
    assert (source.location, source.version) == ("us", 3)
