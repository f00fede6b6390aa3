from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import SIGNED_IN, DoorApi, DoorViewSet, caller, fetch
from stewardship.discussions import reads, services
from stewardship.discussions.models import LETTERS, Post, Thread
from stewardship.subjects.reads import Subject, find


class PostOut(serializers.ModelSerializer[Post]):
    author = serializers.CharField(source="author.username")

    class Meta:
        model = Post
        fields = ["code", "number", "author", "text", "is_accepted", "created_at", "edited_at", "deleted_at"]


class ThreadOut(serializers.ModelSerializer[Thread]):
    """`posts` begins with the text that opened the thread; a deleted text is empty."""

    author = serializers.CharField(source="author.username")
    resolved_by = serializers.CharField(source="resolved_by.username", allow_null=True)
    posts = PostOut(source="written", many=True)

    class Meta:
        model = Thread
        fields = [
            "code",
            "about_type",
            "about_code",
            "kind",
            "author",
            "created_at",
            "resolved_at",
            "resolved_by",
            "posts",
        ]


class TextIn(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=LETTERS)


class ThreadIn(TextIn):
    about_type = serializers.CharField(max_length=40)
    about_code = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Thread.Kind.choices, default=Thread.Kind.QUESTION)


class ThreadSaved(ThreadOut):
    """`not_told` are names in the text that told nobody."""

    not_told = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta(ThreadOut.Meta):
        fields = [*ThreadOut.Meta.fields, "not_told"]


class PersonToMention(serializers.Serializer[Any]):
    username = serializers.CharField()
    name = serializers.CharField()


class Discussions(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """Questions and comments about what the caller may see."""

    door = SIGNED_IN
    queryset = Thread.objects.for_page()
    serializer_class = ThreadOut
    filterset_fields = ("about_type", "about_code", "kind", "author__username")
    writing_actions = frozenset({"resolve", "reopen"})

    @extend_schema(request=ThreadIn, responses={201: ThreadSaved})
    def create(self, request: Request) -> Response:
        """Ask or comment; who is concerned is told, and so is who is named with @."""
        given = ThreadIn(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = given.validated_data
        subject = subject_of(request, wanted["about_type"], wanted["about_code"])
        said = {"kind": wanted["kind"], "text": wanted["text"]}
        thread = services.open_thread(subject=subject, author=caller(request), **said)
        return self._saved(thread, thread.posts.get(number=1), status.HTTP_201_CREATED)

    @extend_schema(request=TextIn, responses={201: ThreadSaved})
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, code: str) -> Response:
        """Add a text to the thread."""
        given, thread = TextIn(data=request.data), self.get_object()
        given.is_valid(raise_exception=True)
        post = services.answer(thread=thread, text=given.validated_data["text"], author=caller(request))
        return self._saved(thread, post, status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=ThreadOut)
    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, code: str) -> Response:
        """Nothing is left to do; for who asked, and who answers for what it is about."""
        thread = self.get_object()
        services.resolve(thread=thread, actor=caller(request))
        return Response(ThreadOut(self._again(thread)).data)

    @extend_schema(request=None, responses=ThreadOut)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, code: str) -> Response:
        """There is something left to do after all."""
        thread = self.get_object()
        services.reopen(thread=thread, actor=caller(request))
        return Response(ThreadOut(self._again(thread)).data)

    def _again(self, thread: Thread) -> Thread:
        return Thread.objects.visible_to(caller(self.request)).for_page().get(pk=thread.pk)

    def _saved(self, thread: Thread, post: Post, code: int) -> Response:
        row: Any = self._again(thread)
        row.not_told = reads.untold(post)
        return Response(ThreadSaved(row).data, status=code)


class Posts(DoorViewSet):
    """Single texts: one's own to change and to delete, an answer to accept."""

    door = SIGNED_IN
    queryset = Post.objects.select_related("author", "thread")
    serializer_class = PostOut

    @extend_schema(request=TextIn, responses=PostOut)
    def partial_update(self, request: Request, code: str) -> Response:
        """Change one's own text."""
        given, post = TextIn(data=request.data), self.get_object()
        given.is_valid(raise_exception=True)
        text = given.validated_data["text"]
        return Response(PostOut(services.edit_post(post=post, text=text, actor=caller(request))).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, code: str) -> Response:
        """Forget a text of one's own; a thread of which nothing is left goes with it."""
        services.delete_post(post=fetch(request, Post, code, "delete"), actor=caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses=PostOut)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, code: str) -> Response:
        """This answers the question, which is resolved then."""
        return Response(PostOut(services.accept_answer(post=self.get_object(), actor=caller(request))).data)


class PeopleToMention(DoorApi):
    """Who may see one thing, and can be told of what is said about it."""

    door = SIGNED_IN

    @extend_schema(
        responses=PersonToMention(many=True),
        parameters=[OpenApiParameter("q", description="How a name begins.")],
    )
    def get(self, request: Request, about: str, code: Any) -> Response:
        subject, typed = subject_of(request, about, code), request.query_params.get("q", "")[:150]
        people = reads.to_mention(reader=caller(request), subject=subject, typed=typed)
        return Response([{"username": one.username, "name": one.label} for one in people])


def subject_of(request: Request, about: str, code: Any) -> Subject:
    """Return what is talked about as the caller sees it, else 404."""
    subject = find(reader=caller(request), kind=about, code=code)
    if subject is None:
        raise NotFound("There is no such thing here.")
    return subject
