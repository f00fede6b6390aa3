import io
import sys

import pytest
from django.core.exceptions import ValidationError

from accesscontrol.identity.models import User
from accesscontrol.policy.querysets import may
from govportal import administrators
from govportal.administrators import ensure_administrator
from govportal.supervisor import Failed, address, url
from tests.build import make_asset, make_user

GOOD = "correct horse battery"


@pytest.fixture(autouse=True)
def nobody(db, monkeypatch):
    """A portal without accounts, and an environment that names no administrator."""
    for name in ("GOVPORTAL_ADMIN", "GOVPORTAL_ADMIN_PASSWORD", "GOVPORTAL_ADMIN_EMAIL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def terminal(monkeypatch):
    """Somebody at the terminal who gives these lines and these passwords."""

    def types(lines, *passwords):
        given = iter(passwords)
        typed = io.StringIO("".join(f"{line}\n" for line in lines))
        monkeypatch.setattr(typed, "isatty", lambda: True)
        monkeypatch.setattr(sys, "stdin", typed)
        monkeypatch.setattr(administrators.getpass, "getpass", lambda prompt: next(given))

    return types


def administrator():
    root = User.objects.get(groups__name="administrator")
    return root.username, root.email, root.check_password(GOOD), root.is_superuser or root.is_staff


def test_the_environment_names_the_first_administrator(monkeypatch):
    monkeypatch.setenv("GOVPORTAL_ADMIN", "root")
    monkeypatch.setenv("GOVPORTAL_ADMIN_PASSWORD", GOOD)
    monkeypatch.setenv("GOVPORTAL_ADMIN_EMAIL", "root@example.org")

    ensure_administrator()

    assert administrator() == ("root", "root@example.org", True, False)


def test_the_first_administrator_sees_what_there_is_and_may_let_others_in(monkeypatch):
    test_the_environment_names_the_first_administrator(monkeypatch)
    root = User.objects.get()

    assert may(root, make_asset())
    assert root.has_perm("accesscontrol.add_user")


def test_a_superuser_of_older_days_is_administrator_enough():
    make_user("old", is_superuser=True)

    ensure_administrator()

    assert User.objects.count() == 1


def test_a_second_start_changes_nobody(monkeypatch):
    test_the_environment_names_the_first_administrator(monkeypatch)
    monkeypatch.setenv("GOVPORTAL_ADMIN", "intruder")

    ensure_administrator()

    assert administrator() == ("root", "root@example.org", True, False)


@pytest.mark.parametrize(
    ("name", "password", "sentence"),
    [
        ("root", "secret", "This password is too short"),
        ("root", "12345678901234567890", "entirely numeric"),
        ("not a name", GOOD, "Enter a valid username"),
    ],
)
def test_what_cannot_be_an_administrator_is_refused(monkeypatch, name, password, sentence):
    monkeypatch.setenv("GOVPORTAL_ADMIN", name)
    monkeypatch.setenv("GOVPORTAL_ADMIN_PASSWORD", password)

    with pytest.raises(Failed, match=f"GOVPORTAL_ADMIN cannot be made: .*{sentence}"):
        ensure_administrator()

    assert not User.objects.exists()


def test_a_terminal_is_asked_until_the_answers_are_good(terminal, capsys):
    terminal(
        ["root", "root", "root@example.org", "root", "root@example.org"],
        GOOD,
        "typo",
        "short",
        "short",
        GOOD,
        GOOD,
    )

    ensure_administrator()

    assert administrator() == ("root", "root@example.org", True, False)
    said = capsys.readouterr().out
    assert "The two passwords differ." in said
    assert "This password is too short." in said


def test_a_terminal_that_closes_is_an_answer(terminal):
    terminal([])

    with pytest.raises(Failed, match="This portal has no administrator yet"):
        ensure_administrator()


def test_nobody_to_ask(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO())

    with pytest.raises(Failed, match="or start it from a terminal to be asked"):
        ensure_administrator()


def test_passwords_must_agree(terminal):
    terminal([], "one", "two")

    with pytest.raises(ValidationError, match="The two passwords differ"):
        administrators.ask_password()


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "8e3", "٣"])
def test_a_port_that_is_none_is_refused(monkeypatch, port):
    monkeypatch.setenv("PORT", port)

    with pytest.raises(Failed, match="PORT must be a number from 1 to 65535, not"):
        address()


def test_the_address_has_defaults(monkeypatch):
    monkeypatch.setenv("PORT", "")
    monkeypatch.delenv("HOST", raising=False)

    assert address() == ("127.0.0.1", 8000)


@pytest.mark.parametrize(
    ("host", "where"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000/"),
        ("0.0.0.0", "http://127.0.0.1:8000/"),
        ("::", "http://[::1]:8000/"),
        ("portal.example.org", "http://portal.example.org:8000/"),
    ],
)
def test_the_url_can_be_opened_on_this_machine(host, where):
    assert url(host, 8000) == where
