import pytest

from tests.build import make_user


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/nothing/"])
def test_a_script_gets_a_problem_for_an_address_that_is_none(client, db, path):
    answer = client.get(path)

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json() == {"type": "about:blank", "title": "Not Found", "status": 404}


def test_a_person_gets_a_page(client, db):
    answer = client.get("/nothing/")

    assert answer.status_code == 404
    assert "nothing here that you can see" in answer.content.decode()


def test_a_person_who_opens_the_address_of_a_button_gets_a_page(client, db):
    client.force_login(make_user("ada"))
    answer = client.get("/account/tokens/new/")

    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "This is the address of a button" in answer.content.decode()
    assert client.put("/account/tokens/new/").content == b""
