"""People, and a small company in a real database, for the walks."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from accesscontrol.identity.models import Clearance, User
from tests.browser.company import Company
from tests.build import make_user
from tests.catalog.scratch import Scratch, scratch_database


@pytest.fixture(scope="session")
def scratch(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scratch]:
    """The company's own database. Walks read it, and leave it as it was."""
    with django_db_blocker.unblock(), scratch_database() as made:
        made.run(*Company.TABLES)
        yield made


@pytest.fixture
def ada(live: Any) -> User:
    """The administrator; she works through the portal, not through Django's back office."""
    return make_user("ada", "administrator", full_name="Ada Oduya", clearance=Clearance.RESTRICTED)


@pytest.fixture
def company(ada: User, eager: None, scratch: Scratch) -> Company:
    """What ada's portal knows of the shop: harvested, and whatever work is asked for is done at once."""
    return Company(scratch, ada)


@pytest.fixture
def enter(live: Any, sign_in: Callable[[Page, str], None], strict_page: Page) -> Callable[..., Page]:
    """`enter("ada", "/jobs/")` gives the strict page, signed in as ada, at that address."""

    def go(username: str, address: str = "/") -> Page:
        sign_in(strict_page, username)
        strict_page.goto(f"{live.url}{address}")
        return strict_page

    return go


@pytest.fixture
def sure() -> Callable[..., None]:
    """`sure(page, "Delete")` presses a button that asks back, says yes, and waits for the page that answers.

    The question is asked by a script, and the form sent after it closed: without the wait, a step that goes
    to another page would overtake it.
    """

    def press(page: Page, button: str) -> None:
        page.get_by_role("button", name=button).click()
        with page.expect_navigation():
            page.get_by_role("dialog").get_by_role("button", name=button).click()

    return press


@pytest.fixture
def refused(faults: list[str]) -> Callable[[int], None]:
    """`refused(400)`: the browser noted that answer and nothing else; the note is forgiven."""

    def forgive(status: int) -> None:
        assert faults
        assert [fault for fault in faults if f"status of {status}" not in fault] == []
        faults.clear()

    return forgive
