from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.identity import services
from accesscontrol.identity.models import ApiToken, User
from accesscontrol.web import SIGNED_IN, DoorApi, DoorViewSet, caller


class MeOut(serializers.ModelSerializer[User]):
    roles: Any = serializers.SlugRelatedField(source="groups", slug_field="name", many=True, read_only=True)
    team = serializers.CharField(source="team.name", default=None)

    class Meta:
        model = User
        fields = [
            "code",
            "username",
            "first_name",
            "last_name",
            "email",
            "department",
            "clearance",
            "location",
            "team",
            "roles",
        ]


class Me(DoorApi):
    """Who the caller is, and what policies know about them."""

    door = SIGNED_IN

    @extend_schema(responses=MeOut)
    def get(self, request: Request) -> Response:
        return Response(MeOut(caller(request)).data)


class TokenOut(serializers.ModelSerializer[ApiToken]):
    class Meta:
        model = ApiToken
        fields = [
            "code",
            "name",
            "prefix",
            "scopes",
            "state",
            "created_at",
            "expires_at",
            "last_used_at",
        ]


class TokenIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100)
    scopes = serializers.MultipleChoiceField(choices=ApiToken.Scope.choices, allow_empty=False)
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class IssuedToken(TokenOut):
    token = serializers.CharField(help_text="Shown this once.")

    class Meta(TokenOut.Meta):
        fields = [*TokenOut.Meta.fields, "token"]


class Tokens(ListModelMixin, DoorViewSet):
    """The caller's own API tokens."""

    door = SIGNED_IN
    queryset = ApiToken.objects.all()
    serializer_class = TokenOut

    @extend_schema(request=TokenIn, responses={201: IssuedToken})
    def create(self, request: Request) -> Response:
        data = TokenIn(data=request.data)
        data.is_valid(raise_exception=True)
        user = caller(request)
        scopes = sorted(data.validated_data.pop("scopes"))
        token, secret = services.issue_token(
            user=user, actor=user.username, scopes=scopes, **data.validated_data
        )
        body = {**TokenOut(token).data, "token": secret}
        return Response(body, status=status.HTTP_201_CREATED)

    def destroy(self, request: Request, code: str) -> Response:
        services.revoke_token(token=self.get_object(), actor=caller(request).username)
        return Response(status=status.HTTP_204_NO_CONTENT)
