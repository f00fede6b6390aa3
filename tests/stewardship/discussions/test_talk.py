"""Asking, answering, accepting, taking back; who is told, and what the log keeps of it."""

import json

import pytest
from django.core.exceptions import ValidationError

from accesscontrol.audit.models import Entry
from accesscontrol.refusal import Refused
from catalog.assets.models import Asset
from stewardship.discussions import services
from stewardship.discussions.models import Post, Thread
from tests.build import make_user
from tests.stewardship.discussions.talking import about, answer, ask, opening, told

pytestmark = pytest.mark.django_db


def logged():
    rows = Entry.objects.filter(object_type="thread").order_by("pk").values_list("action", flat=True)
    return [action.removeprefix("discussions.") for action in rows]


def test_a_question_reaches_the_owner_and_its_answer_who_asked(orders, ana, ben):
    thread = ask(orders, ben)
    answer(thread, ana)

    assert told() == [
        ("ana", "question", "Ben Baker asked about orders"),
        ("ben", "answer", "Ana Abel answered about orders"),
    ]


def test_everybody_who_took_part_is_told_and_never_of_their_own_words(orders, ana, ben, cleo):
    thread = ask(orders, ben, kind="comment")
    answer(thread, cleo)
    answer(thread, ben, "Thank you.")

    assert [(who, topic) for who, topic, _ in told()] == [
        ("ana", "comment"),
        ("ana", "answer"),
        ("ben", "answer"),
        ("ana", "answer"),
        ("cleo", "answer"),
    ]


def test_who_is_named_is_told_so_and_once(orders, ana, ben, cleo):
    ask(orders, ben, "@ana @cleo @cleo @ben @nobody: who knows?")

    assert told() == [
        ("ana", "mention", "Ben Baker mentioned you on orders"),
        ("cleo", "mention", "Ben Baker mentioned you on orders"),
    ]
    assert set(Post.objects.get().mentioned.all()) == {ana, cleo}


def test_a_name_that_an_edit_adds_is_told_and_the_others_not_again(orders, ben, cleo):
    thread = ask(orders, ben)
    services.edit_post(post=opening(thread), text="What is a status of 7, @cleo?", actor=ben)

    assert [(who, topic) for who, topic, _ in told()] == [("ana", "question"), ("cleo", "mention")]
    assert opening(thread).edited_at is not None


def test_a_notice_holds_no_word_of_what_was_written(orders, ben):
    thread = ask(orders, ben, "The password is hunter2.")

    [notice] = thread.about_code and list(opening(thread).author.notices.model.objects.all())
    assert "hunter2" not in f"{notice.title}{notice.text}{notice.url}"


def test_the_log_knows_that_somebody_wrote_and_not_what(orders, ana, ben):
    thread = ask(orders, ben, "The password is hunter2, @ana.")
    services.edit_post(post=opening(thread), text="Forget it.", actor=ben)
    services.accept_answer(post=answer(thread, ana, "hunter2?"), actor=ben)
    services.reopen(thread=thread, actor=ben)
    services.resolve(thread=thread, actor=ana)
    services.delete_post(post=opening(thread), actor=ben)

    bodies = list(Entry.objects.filter(object_type="thread").order_by("pk").values_list("body", flat=True))
    assert logged() == [
        "thread_opened",
        "post_edited",
        "post_added",
        "answer_accepted",
        "thread_reopened",
        "thread_resolved",
        "post_deleted",
    ]
    assert not [body for body in bodies if "hunter2" in body]
    first = json.loads(bodies[0])
    assert (first["object_id"], first["actor"]) == (str(thread.code), "ben")
    said = {
        "kind": "question",
        "number": 1,
        "letters": 30,
        "mentioned": ["ana"],
        "about": f"asset:{orders.code}",
    }
    assert first["details"] == said


def test_an_accepted_answer_resolves_the_question_and_another_takes_its_place(orders, ana, ben, cleo):
    thread = ask(orders, ben)
    first, second = answer(thread, ana), answer(thread, cleo)

    services.accept_answer(post=first, actor=ben)
    thread.refresh_from_db()
    assert (thread.is_open, thread.resolved_by) == (False, ben)
    services.accept_answer(post=second, actor=ana)
    assert list(Post.objects.filter(is_accepted=True)) == [second]
    assert ("cleo", "answer", "An answer about orders was accepted") in told()


def test_the_asker_the_owner_and_an_administrator_decide_and_nobody_else(orders, ana, ben, cleo):
    post = answer(ask(orders, ben), cleo)
    with pytest.raises(Refused):
        services.accept_answer(post=post, actor=cleo)
    for actor in (ben, ana, make_user("root", "administrator")):
        services.accept_answer(post=post, actor=actor)
        services.reopen(thread=post.thread, actor=actor)
        services.resolve(thread=post.thread, actor=actor)


@pytest.mark.parametrize("kind", ["question", "comment"])
def test_what_opened_a_thread_and_a_reply_to_a_comment_are_no_answers(orders, ben, kind):
    thread = ask(orders, ben, kind=kind)
    post = opening(thread) if kind == "question" else answer(thread, ben)
    with pytest.raises(Refused):
        services.accept_answer(post=post, actor=ben)


def test_only_its_author_changes_a_text(orders, ana, ben):
    post = opening(ask(orders, ben))
    for actor in (ana, make_user("root", "administrator")):
        with pytest.raises(Refused):
            services.edit_post(post=post, text="Nothing.", actor=actor)
    with pytest.raises(Refused):
        services.delete_post(post=post, actor=ana)


def test_a_deleted_text_is_gone_and_its_place_is_kept_while_others_stand(orders, ana, ben):
    thread = ask(orders, ben, "The password is hunter2, @ana.")
    reply = answer(thread, ana)
    services.accept_answer(post=reply, actor=ben)

    services.delete_post(post=opening(thread), actor=ben)
    assert (opening(thread).text, opening(thread).is_deleted) == ("", True)
    assert not opening(thread).mentioned.exists()
    services.delete_post(post=reply, actor=make_user("root", "administrator"))
    assert not Thread.objects.exists()


def test_a_deleted_answer_is_accepted_no_longer(orders, ana, ben):
    thread = ask(orders, ben)
    reply = answer(thread, ana)
    services.accept_answer(post=reply, actor=ben)
    services.delete_post(post=reply, actor=ana)

    assert not thread.posts.filter(is_accepted=True).exists()
    with pytest.raises(Refused):
        services.accept_answer(post=reply, actor=ben)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        (" \n ", "blank"),
        ("x" * 5001, "long"),
        ("@a " * 0 + " ".join(f"@u{n}" for n in range(21)), "many"),
    ],
)
def test_a_text_says_something_and_not_too_much(orders, ben, text, why):
    with pytest.raises(ValidationError) as error:
        ask(orders, ben, text)
    assert list(error.value.message_dict) == ["text"]
    assert not Thread.objects.exists()


def test_a_column_is_talked_about_with_its_table(orders, ana, ben):
    field = orders.fields.get(name="email")
    thread = services.open_thread(subject=about(field, "field"), kind="question", text="Whose?", author=ben)

    assert (thread.about_type, thread.about_code) == ("field", field.code)
    assert told() == [("ana", "question", "Ben Baker asked about orders.email")]


def test_what_is_gone_is_answered_no_more(orders, ben):
    thread = ask(orders, ben)
    Asset.objects.all().delete()
    with pytest.raises(Refused):
        answer(thread, ben)
