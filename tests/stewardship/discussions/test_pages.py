"""The pages and the API: what may be done, by whom, and where one lands."""

import json
from uuid import uuid4

import pytest

from stewardship.discussions.models import Post, Thread
from tests.build import make_asset, make_token
from tests.stewardship.discussions.talking import answer, ask, opening

pytestmark = pytest.mark.django_db
API = "/api/v1/discussions/"


@pytest.fixture
def as_ben(client, ben):
    client.force_login(ben)
    return client


@pytest.fixture
def call(client):
    """`call(ben, "post", "", kind="question")` asks the API as Ben's program does."""

    def ask_api(user, method, path="", at=API, **body):
        headers = {"Authorization": f"Bearer {make_token(user)}"}
        given = {"data": json.dumps(body), "content_type": "application/json"} if body else {}
        return getattr(client, method)(f"{at}{path}", headers=headers, **given)

    return ask_api


def place(asset):
    return f"/discussions/about/asset/{asset.code}/"


def test_a_question_is_asked_on_the_tab_and_leads_back_to_it(as_ben, orders):
    tab = f"/catalog/assets/{orders.code}/discussion/"
    said = {"kind": "question", "text": "What is 7, @ana @nobody?", "next": tab}

    answered = as_ben.post(f"{place(orders)}ask/", said)

    thread = Thread.objects.get()
    assert answered.url == f"{tab}#thread-{thread.code}"
    page = as_ben.get(f"/discussions/{thread.code}/").content.decode()
    assert "Nobody called @nobody may see this" in page
    assert '<span class="mention">@ana</span>' in page


def test_the_address_to_go_back_to_is_one_of_ours(as_ben, orders):
    said = {"kind": "comment", "text": "Good.", "next": "https://evil.example/"}
    assert as_ben.post(f"{place(orders)}ask/", said).url.startswith("/discussions/")
    assert as_ben.post(f"{place(orders)}ask/", {**said, "next": "//evil.example"}).url.startswith(
        "/discussions/"
    )


def test_a_column_is_chosen_by_its_code(as_ben, orders):
    email = orders.fields.get(name="email")
    as_ben.post(f"{place(orders)}ask/", {"kind": "question", "about": str(email.code), "text": "Whose?"})

    assert Thread.objects.get().about_code == email.code
    assert "About <a" in as_ben.get(place(orders)).content.decode()


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"text": ""}, "required"),
        ({"text": "x" * 5001}, "5000"),
        ({"kind": "rumour"}, ""),
        ({"about": str(uuid4())}, ""),
    ],
)
def test_what_cannot_be_posted_is_said_beside_it(as_ben, orders, changes, fault):
    answered = as_ben.post(f"{place(orders)}ask/", {"kind": "question", "text": "Why?", **changes})

    assert answered.status_code == 400
    assert fault in answered.content.decode()
    assert not Thread.objects.exists()


def test_htmx_gets_the_part_and_a_browser_the_page(as_ben, orders):
    part = as_ben.get(place(orders), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "Ask or comment" in part
    assert "<html" in as_ben.get(place(orders)).content.decode()


def test_open_threads_come_first_and_pages_follow(as_ben, orders, ben, query_count):
    for number in range(25):
        ask(orders, ben, f"Question {number}?")
    as_ben.post(f"/discussions/{Thread.objects.latest('pk').code}/resolve/")

    first = as_ben.get(place(orders)).content.decode()
    assert "Question 23?" in first
    assert "Question 24?" not in first
    assert "Question 24?" in as_ben.get(f"{place(orders)}?page=2").content.decode()


def test_buttons_are_for_who_may_press_them(as_ben, client, orders, ana, ben, cleo):
    thread = ask(orders, cleo)
    post = answer(thread, ana)
    page = as_ben.get(f"/discussions/{thread.code}/").content.decode()
    assert "Resolve</button>" not in page
    assert "Accept" not in page
    assert "Delete" not in page
    assert as_ben.post(f"/discussions/{thread.code}/resolve/").status_code == 403
    assert as_ben.post(f"/discussions/posts/{post.code}/accept/").status_code == 403
    assert as_ben.post(f"/discussions/posts/{post.code}/delete/").status_code == 403
    assert as_ben.get(f"/discussions/posts/{post.code}/edit/").status_code == 403

    client.force_login(cleo)
    assert "Accept" in client.get(f"/discussions/{thread.code}/").content.decode()
    assert client.post(f"/discussions/posts/{post.code}/accept/").status_code == 302
    assert Post.objects.get(is_accepted=True) == post
    assert client.post(f"/discussions/{thread.code}/reopen/").status_code == 302
    assert Thread.objects.get().is_open


def test_an_own_text_is_edited_and_taken_back(as_ben, orders, ben):
    thread = ask(orders, ben)
    post = opening(thread)
    assert as_ben.post(f"/discussions/posts/{post.code}/edit/", {"text": " "}).status_code == 400
    as_ben.post(f"/discussions/posts/{post.code}/edit/", {"text": "Why 7?"})
    assert opening(thread).text == "Why 7?"
    gone = as_ben.post(f"/discussions/posts/{post.code}/delete/")
    assert gone.url == f"/catalog/assets/{orders.code}/discussion/"
    assert not Thread.objects.exists()


def test_the_list_has_a_tab_for_what_is_mine_to_answer(client, orders, ana, ben):
    ask(orders, ben, "For the owner, @ana?")
    other = make_asset("shop.public.other")
    ask(other, ana, "My own?", kind="comment")
    client.force_login(ana)

    def listed(query):
        page = client.get(f"/discussions/{query}").content.decode()
        return [text for text in ("For the owner", "My own?") if text in page]

    assert listed("") == ["For the owner", "My own?"]
    assert listed("?tab=mine") == ["For the owner"]
    assert listed("?tab=part") == ["My own?"]
    assert listed("?tab=mentions") == ["For the owner"]
    assert listed("?kind=comment") == ["My own?"]
    assert listed("?state=resolved") == []
    assert listed("?state=banana&kind=7&tab=9") == ["For the owner", "My own?"]
    exported = client.get("/discussions/export/?kind=comment").content.decode().splitlines()
    assert exported[0].endswith("code,kind,about,name,state,author,asked,replies,text")
    assert exported[1].endswith(
        ",comment,asset,other,open,ana," + exported[1].split(",ana,")[1].split(",")[0] + ",0,My own?"
    )


@pytest.mark.parametrize("rows", [1, 12])
def test_the_pages_cost_the_same_for_any_length(
    client, orders, ana, ben, cleo, rows, django_assert_max_num_queries
):
    for number in range(rows):
        thread = ask(orders if number % 2 else make_asset(f"t{number}"), ben, f"{number}?")
        for person in (ana, cleo) * (1 + rows // 6):
            answer(thread, person)
    client.force_login(ben)
    for address in (place(orders), "/discussions/", "/discussions/export/", API):
        with django_assert_max_num_queries(24):
            assert client.get(address).status_code == 200


def test_a_program_talks_too(call, orders, ana, ben):
    made = call(ben, "post", about_type="asset", about_code=str(orders.code), text="Why, @ana @zed?")
    assert made.status_code == 201
    thread = made.json()
    assert (thread["kind"], thread["author"], thread["not_told"]) == ("question", "ben", ["zed"])
    replied = call(ana, "post", f"{thread['code']}/answer/", text="Because.").json()
    assert [(post["number"], post["author"], post["text"]) for post in replied["posts"]] == [
        (1, "ben", "Why, @ana @zed?"),
        (2, "ana", "Because."),
    ]
    first, second = (post["code"] for post in replied["posts"])
    assert call(ben, "post", f"{second}/accept/", "/api/v1/posts/").json()["is_accepted"] is True
    assert call(ben, "get", thread["code"] + "/").json()["resolved_by"] == "ben"
    assert call(ana, "post", f"{thread['code']}/reopen/").json()["resolved_at"] is None
    assert call(ben, "patch", f"{first}/", "/api/v1/posts/", text="Why?").json()["text"] == "Why?"
    assert call(ana, "patch", f"{first}/", "/api/v1/posts/", text="No.").status_code == 403
    assert call(ana, "delete", f"{first}/", "/api/v1/posts/").status_code == 403
    assert call(ben, "delete", f"{first}/", "/api/v1/posts/").status_code == 204
    assert call(ana, "get", f"?about_type=asset&about_code={orders.code}").json()["count"] == 1
    assert call(ana, "get", "?kind=comment").json()["count"] == 0


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"text": ""}, 400, "text"),
        ({"text": "a\0b"}, 400, "text"),
        ({"kind": "rumour"}, 400, "kind"),
        ({"about_code": "7"}, 400, "about_code"),
        ({"about_code": str(uuid4())}, 404, None),
        ({"about_type": "ghost"}, 404, None),
    ],
)
def test_bad_input_names_its_field(call, orders, ben, changes, status, field):
    said = {"about_type": "asset", "about_code": str(orders.code), "text": "Why?", **changes}
    answered = call(ben, "post", **said)

    assert answered.status_code == status
    assert [error["field"] for error in answered.json().get("errors", [])] == ([field] if field else [])


def test_who_may_see_it_is_suggested_and_nobody_else(call, orders, ana, ben, cleo, zoe):
    at = f"/api/v1/discussions/people/asset/{orders.code}/"
    assert [one["username"] for one in call(ben, "get", "", at).json()] == ["ana", "cleo"]
    assert call(ben, "get", "?q=AB", at).json() == [{"username": "ana", "name": "Ana Abel"}]
    assert call(ben, "get", "?q=zo", at).json() == []
    assert call(ben, "get", "?q=%00", at).json() == []
    salaries = make_asset("shop.hr.salaries")
    hidden = f"/api/v1/discussions/people/asset/{salaries.code}/"
    assert call(ben, "get", "", hidden).status_code == 404
