"""Chromium for tests: strict about the Content-Security-Policy, console errors and accessibility."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.signals import request_finished, request_started
from django.test import Client
from playwright.sync_api import ConsoleMessage, Page
from pytest_django.live_server_helper import LiveServer

os.environ.setdefault(
    "DJANGO_ALLOW_ASYNC_UNSAFE", "true"
)  # Playwright keeps an event loop in the test's thread

A_MOMENT = 0.05  # seconds
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = """tags => axe.run(document, {runOnly: tags, preload: false, resultTypes: ["violations"]})
    .then(found => found.violations)"""
REPORT_VIOLATIONS = """document.addEventListener("securitypolicyviolation", event =>
    console.error(`CSP: ${event.violatedDirective} refused ${event.blockedURI || event.sample}`))"""
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM_PATH") or next(filter(None, map(shutil.which, names)), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a browser."""
    for item in items:
        if "browser_name" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Without a browser, skip the test with the reason; or fail it where GOVPORTAL_REQUIRE_BROWSER is set."""
    if not item.get_closest_marker("browser") or chromium():
        return
    reason = "Chromium is not installed: set CHROMIUM_PATH, or install chromium"
    if os.environ.get("GOVPORTAL_REQUIRE_BROWSER"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": chromium(), "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_context_args,
        "locale": "en-GB",
        "timezone_id": "UTC",
        "reduced_motion": "reduce",
        "viewport": {"width": 1440, "height": 900},
    }


class Answering:
    """How many requests are being answered; a page that is left may have asked for something still."""

    def __init__(self) -> None:
        self.open, self.lock = 0, Lock()
        request_started.connect(self.begin)
        request_finished.connect(self.end)

    def begin(self, **_: Any) -> None:
        with self.lock:
            self.open += 1

    def end(self, **_: Any) -> None:
        with self.lock:
            self.open -= 1

    def wait(self) -> None:
        """Return once nothing was being answered for a moment, or after ten seconds."""
        until, quiet_since = monotonic() + 10, monotonic()
        while monotonic() < until and monotonic() - quiet_since < A_MOMENT:
            if self.open:
                quiet_since = monotonic()
            sleep(A_MOMENT / 10)


@pytest.fixture
def live(live_server: LiveServer) -> Iterator[LiveServer]:
    """The portal on a port of its own, static files included; `live.url` is its address.

    Tables are emptied once it has answered everything: both at once would wait for each other.
    """
    answering = Answering()
    yield live_server
    answering.wait()


@pytest.fixture
def sign_in(live: LiveServer) -> Callable[[Page, str], None]:
    """`sign_in(page, "alice")` gives the page alice's session."""

    def give_session(page: Page, username: str) -> None:
        client = Client()
        client.force_login(get_user_model().objects.get(username=username))
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live.url}])

    return give_session


@pytest.fixture
def faults() -> list[str]:
    """What went wrong on the strict page so far; a test that expects a fault clears it."""
    return []


@pytest.fixture
def strict_page(live: LiveServer, page: Page, faults: list[str]) -> Iterator[Page]:
    """A page whose test fails for any CSP violation, console error, script error or failed request."""
    page.add_init_script(REPORT_VIOLATIONS)
    page.on("console", lambda said: faults.extend(complaint(said)))
    page.on("pageerror", lambda error: faults.append(f"{error.name}: {error.message}"))
    page.on("requestfailed", lambda request: faults.extend(failure(request.url, request.failure)))
    yield page
    assert faults == []


def complaint(said: ConsoleMessage) -> list[str]:
    return [f"{said.text} ({said.location['url']})"] if said.type == "error" else []


def failure(url: str, reason: str | None) -> list[str]:
    """Return a fault; a request that the page itself gave up, by going elsewhere, is none."""
    return [] if reason == "net::ERR_ABORTED" else [f"{url}: {reason}"]


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """`axe(page)` fails for any accessibility violation, in light and in dark."""

    def check(page: Page) -> None:
        found = {scheme: violations(page, scheme) for scheme in ("light", "dark")}
        assert found == {"light": [], "dark": []}

    return check


def violations(page: Page, scheme: Any) -> list[str]:
    page.emulate_media(color_scheme=scheme)
    if page.evaluate("window.axe === undefined"):
        page.evaluate(AXE.read_text())
    found = page.evaluate(RUN_AXE, RULES)
    return [
        f"{each['id']}: {node['html']} {node['failureSummary']}" for each in found for node in each["nodes"]
    ]
