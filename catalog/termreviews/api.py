from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import DoorViewSet, caller
from catalog.glossary.models import Term
from catalog.glossary.serializers import TermIn, TermOut
from catalog.termreviews import services
from catalog.termreviews.serializers import DeprecationIn, TermDecisionIn

SEE = "catalog.view_term"


class TermReviews(DoorViewSet):
    """What becomes of a term: a draft, in review, approved, deprecated."""

    door = {
        "suggest": "stewardship.add_proposal",
        "submit": SEE,
        "approve": SEE,
        "reject": SEE,
        "reopen": SEE,
        "deprecate": "catalog.change_term",
    }
    queryset = Term.objects.for_page()
    serializer_class = TermOut
    writing_actions = DoorViewSet.writing_actions | {"submit", "deprecate"}

    @extend_schema(request=TermIn, responses={201: TermOut})
    def suggest(self, request: Request) -> Response:
        """A new term by who may not add one: it is in review, and others decide."""
        given = TermIn(data=request.data)
        given.is_valid(raise_exception=True)
        changes = {name: value for name, value in given.validated_data.items() if name != "version"}
        row = services.suggest_term(actor=caller(request), changes=changes)
        return Response(TermOut(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=TermOut)
    def submit(self, request: Request, code: str) -> Response:
        """Send a draft to review."""
        return self._answer(services.submit_term(term=self.get_object(), actor=caller(request)))

    @extend_schema(request=TermDecisionIn, responses=TermOut)
    def approve(self, request: Request, code: str) -> Response:
        """Agree to a text that somebody else wrote."""
        return self._decided(services.approve_term)

    @extend_schema(request=TermDecisionIn, responses=TermOut)
    def reject(self, request: Request, code: str) -> Response:
        """Give it back to its author, with a reason."""
        return self._decided(services.reject_term)

    @extend_schema(request=None, responses=TermOut)
    def reopen(self, request: Request, code: str) -> Response:
        """Take it back out of review, or into use again; its authors may do the first."""
        row, user = self.get_object(), caller(request)
        is_own = row.status == Term.Status.IN_REVIEW and user.pk in row.authors
        if not (is_own or user.has_perm("catalog.change_term")):
            raise PermissionDenied("You may see this, but not change it.")
        return self._answer(services.reopen_term(term=row, actor=user))

    @extend_schema(request=DeprecationIn, responses=TermOut)
    def deprecate(self, request: Request, code: str) -> Response:
        """Say that it is not to be used any more, and what is used instead."""
        row = self.get_object()
        given = DeprecationIn(data=request.data)
        given.is_valid(raise_exception=True)
        return self._answer(services.deprecate_term(term=row, actor=caller(request), **given.validated_data))

    def _decided(self, decide: Any) -> Response:
        row = self.get_object()
        given = TermDecisionIn(data=self.request.data)
        given.is_valid(raise_exception=True)
        return self._answer(decide(term=row, actor=caller(self.request), **given.validated_data))

    def _answer(self, row: Term) -> Response:
        return Response(TermOut(row).data)
