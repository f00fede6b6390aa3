"""Characters that PostgreSQL or UTF-8 cannot hold: a fault of who sends them, never of the portal."""

import pytest

from tests.build import make_asset, make_token, make_user

pytestmark = pytest.mark.django_db
HALF = "\\ud800"  # half of a character, as JSON names it
NUL = "\\u0000"


@pytest.fixture
def ask(client):
    """Call the API as the administrator: ask("POST", "grants/", text)."""
    headers = {"Authorization": f"Bearer {make_token(make_user('ada', 'administrator'))}"}

    def go(method, path, text=""):
        return client.generic(method, f"/api/v1/{path}", text, "application/json", headers=headers)

    return go


@pytest.mark.parametrize("path", ["access/what/%00/", "access/what/a%00b/"])
def test_nobody_has_such_a_name(ask, client, path):
    assert ask("GET", path).status_code == 404
    client.force_login(make_user("olga", "administrator"))
    assert client.get(f"/{path}").status_code == 404


def test_no_asset_has_such_a_name(ask, client):
    assert ask("GET", "assets/to-ask-for/?q=%00").json()["count"] == 0
    client.force_login(make_user("vic", "viewer"))
    assert client.get("/catalog/to-ask-for/?q=a%00").status_code == 200


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("grants/", "user"),
        ("grants/", "role"),
        ("assets/", "owner"),
        ("assets/", "domain"),
        ("domains/", "steward"),
        ("sources/", "domain"),
    ],
)
def test_a_name_with_nul_names_nothing(ask, path, field):
    answer = ask("POST", path, f'{{"{field}": "a{NUL}b"}}')

    assert answer.status_code == 400
    assert "a?b" in next(row["detail"] for row in answer.json()["errors"] if row["field"] == field)


@pytest.mark.parametrize(
    ("path", "field"), [("grants/", "action"), ("access-requests/", "action"), ("assets/", "kind")]
)
def test_half_a_character_is_no_choice(ask, path, field):
    answer = ask("POST", path, f'{{"{field}": "{HALF}"}}')

    assert answer.status_code == 400
    assert HALF in next(row["detail"] for row in answer.json()["errors"] if row["field"] == field)


def test_a_question_without_an_action_is_about_seeing(client):
    client.force_login(make_user("ada", "administrator"))
    asset = make_asset()

    page = client.get("/access/explain/", {"user": "ada", "asset": str(asset.code)}).content.decode()

    assert "This field is required" not in page
    assert "platform-administrators" in page
