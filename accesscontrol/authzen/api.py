"""The AuthZEN Authorization API 1.0: the portal as a policy decision point for other programs."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import (
    APIException,
    ParseError,
    PermissionDenied,
    UnsupportedMediaType,
    ValidationError,
)
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accesscontrol.authzen import schema, wording
from accesscontrol.authzen.messages import Batch, Malformed, Question, read_batch, read_question, read_search
from accesscontrol.authzen.reads import AboutOthers, Caller, Judge
from accesscontrol.authzen.searches import page_of
from accesscontrol.identity.authentication import TokenAuthentication
from accesscontrol.web import OPEN, SIGNED_IN, DoorApi, caller, opens

TAGS = ["authzen"]
log = logging.getLogger(__name__)
NOT_YOURS = "To ask what other people may do takes the permission accesscontrol.evaluate_decision."


class NotDecided(APIException):
    """The engine failed: nothing is permitted."""

    status_code = 500
    default_code = "not_decided"


class AsksQuestions(BasePermission):
    """A token that may read is enough: to ask changes nothing, though it is sent by POST."""

    message = "This token does not include reading."

    def has_permission(self, request: Request, view: APIView) -> bool:
        scopes = set(getattr(request.auth, "scopes", ()))
        return bool(scopes & {"read", "write"}) and opens(str(getattr(view, "door", "")), request.user)


class DecisionApi(DoorApi):
    """Bearer tokens only. Everybody may ask about themselves."""

    door = SIGNED_IN
    authentication_classes = [TokenAuthentication]
    permission_classes = [AsksQuestions]

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, UnsupportedMediaType):
            exc = ParseError("The Content-Type must be application/json.")
        return super().handle_exception(exc)


@contextmanager
def closed_when_wrong() -> Iterator[None]:
    """Name what cannot be read; whatever else goes wrong, nothing is permitted and an id leads to the log."""
    try:
        yield
    except Malformed as error:
        raise ValidationError({error.path: [error.message]}) from error
    except AboutOthers as error:
        raise PermissionDenied(NOT_YOURS) from error
    except (APIException, RecursionError):
        raise
    except Exception as error:
        evaluation_id = uuid4()
        log.exception("Evaluation %s failed; nothing is permitted.", evaluation_id)
        raise NotDecided(f"The question could not be decided. evaluation_id: {evaluation_id}") from error


class Evaluation(DecisionApi):
    """May the subject do the action with the resource?"""

    @extend_schema(
        request=schema.EvaluationIn,
        responses=schema.EvaluationOut,
        operation_id="authzen_evaluate",
        tags=TAGS,
    )
    def post(self, request: Request) -> Response:
        with closed_when_wrong():
            return Response(_single(_caller(request), request.data))


class Evaluations(DecisionApi):
    """The same for many at once; the top level holds the defaults."""

    @extend_schema(
        request=schema.EvaluationsIn,
        responses=schema.EvaluationsOut,
        operation_id="authzen_evaluate_many",
        tags=TAGS,
    )
    def post(self, request: Request) -> Response:
        with closed_when_wrong():
            asks = _caller(request)
            batch = read_batch(request.data)
            if batch is None:
                return Response(_single(asks, request.data))
            return Response({"evaluations": list(_decided(asks, batch))})


def _single(asks: Caller, body: Any) -> dict[str, Any]:
    question = read_question(body)
    return wording.evaluation(Judge(asks, [question]).answer(question), explained=asks.is_explained_to)


def _decided(asks: Caller, batch: Batch) -> Iterator[dict[str, Any]]:
    """Yield the answers in order, as far as the batch's semantic goes."""
    judge = Judge(asks, [item for item in batch.items if isinstance(item, Question)])
    for item in batch.items:
        if isinstance(item, Question):
            found = wording.evaluation(judge.answer(item), explained=asks.is_explained_to)
        else:
            found = wording.fault(item)
        yield found
        if batch.stops_after(found["decision"]):
            return


class SearchApi(DecisionApi):
    """`wanted` is the entity that the search asks for."""

    wanted = ""

    def found(self, request: Request) -> Response:
        with closed_when_wrong():
            asks = _caller(request)
            search = read_search(request.data, self.wanted)
            if self.wanted == "subject" and not asks.asks_about_others:
                raise AboutOthers
            page = page_of(asks, search, self.wanted)
            shown = {"next_token": page.next_token, "count": len(page.results)}
            return Response({"page": shown, "results": page.results})


class SubjectSearch(SearchApi):
    """Who may do the action with the resource?"""

    wanted = "subject"

    @extend_schema(
        request=schema.SearchIn,
        responses=schema.FoundEntities,
        operation_id="authzen_search_subject",
        tags=TAGS,
    )
    def post(self, request: Request) -> Response:
        return self.found(request)


class ResourceSearch(SearchApi):
    """With which resources may the subject do the action?"""

    wanted = "resource"

    @extend_schema(
        request=schema.SearchIn,
        responses=schema.FoundEntities,
        operation_id="authzen_search_resource",
        tags=TAGS,
    )
    def post(self, request: Request) -> Response:
        return self.found(request)


class ActionSearch(SearchApi):
    """What may the subject do with the resource?"""

    wanted = "action"

    @extend_schema(
        request=schema.ActionSearchIn,
        responses=schema.FoundActions,
        operation_id="authzen_search_action",
        tags=TAGS,
    )
    def post(self, request: Request) -> Response:
        return self.found(request)


class Configuration(DoorApi):
    """Where the endpoints are; this much everybody may know."""

    door = OPEN
    authentication_classes = []

    @extend_schema(responses=schema.ConfigurationOut, operation_id="authzen_configuration", tags=TAGS)
    def get(self, request: Request) -> Response:
        names = {
            "access_evaluation_endpoint": "authzen:evaluation",
            "access_evaluations_endpoint": "authzen:evaluations",
            "search_subject_endpoint": "authzen:search-subject",
            "search_resource_endpoint": "authzen:search-resource",
            "search_action_endpoint": "authzen:search-action",
        }
        endpoints = {key: f"{settings.PORTAL_URL}{reverse(name)}" for key, name in names.items()}
        return Response({"policy_decision_point": settings.PORTAL_URL, **endpoints, "capabilities": []})


def _caller(request: Request) -> Caller:
    return Caller(caller(request))
