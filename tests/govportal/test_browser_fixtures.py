"""The browser fixtures see what they should see."""

import pytest
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path

from tests.build import make_user


def bad(request):
    return HttpResponse(
        "<!doctype html><html lang=en><title>Bad</title><main><h1 style='color:red'>Bad</h1></main>"
    )


def unlabelled(request):
    return HttpResponse("<!doctype html><html lang=en><title>x</title><main><h1>Hi</h1><input></main>")


def whoami(request):
    return HttpResponse(f"<title>Me</title>{request.user.username}")


urlpatterns = [path("bad/", bad), path("unlabelled/", unlabelled), path("me/", whoami)]


@override_settings(ROOT_URLCONF=__name__)
def test_an_inline_style_is_a_fault(live, strict_page, faults):
    strict_page.goto(f"{live.url}/bad/")

    assert any(fault.startswith("CSP: style-src-attr refused inline") for fault in faults)
    faults.clear()


@override_settings(ROOT_URLCONF=__name__)
def test_an_input_without_a_label_is_a_violation(live, page, axe):
    page.goto(f"{live.url}/unlabelled/")

    with pytest.raises(AssertionError, match="label"):
        axe(page)


@override_settings(ROOT_URLCONF=__name__)
def test_a_page_gets_a_persons_session(live, page, sign_in):
    make_user("alice")
    sign_in(page, "alice")

    page.goto(f"{live.url}/me/")

    assert page.inner_text("body") == "alice"
