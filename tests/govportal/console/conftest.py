"""Somebody at the terminal, beside a portal and against one elsewhere."""

import pytest

from govportal.console.main import run
from tests.build import make_policy, make_token, make_user


@pytest.fixture(autouse=True)
def at_home(monkeypatch):
    """No portal elsewhere, unless a test names one."""
    monkeypatch.delenv("GOVPORTAL_URL", raising=False)
    monkeypatch.delenv("GOVPORTAL_TOKEN", raising=False)


@pytest.fixture
def ana(transactional_db):
    make_policy("all", actions=["view", "change"])
    return make_user("ana", "platform_engineer")


@pytest.fixture
def vera(ana):
    return make_user("vera", "viewer")


@pytest.fixture(params=["here", "over HTTP"])
def types(request, live_server, monkeypatch, capsys):
    """`types(user, "search", "orders")` returns (status, output, errors): the same here and over HTTP."""

    def type_in(user, *line):
        if request.param == "here":
            line = (*line, "--as", user.username)
        else:
            monkeypatch.setenv("GOVPORTAL_URL", live_server.url)
            monkeypatch.setenv("GOVPORTAL_TOKEN", make_token(user))
        status = run(line)
        said = capsys.readouterr()
        return status, said.out, said.err

    return type_in
