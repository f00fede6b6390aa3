"""Errors of the API as RFC 9457 problem details."""

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework.exceptions import APIException, ErrorDetail, ParseError, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from accesscontrol.refusal import Refused


class RefusedByRule(APIException):
    status_code = 409
    default_detail = "Refused."
    default_code = "refused"


def problem_details(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the answer for `error`: type, title, status, detail and, for bad input, errors by field."""
    response = exception_handler(_as_api_error(error), context)
    if response is None:
        return None
    response.data = _problem(response)
    response.content_type = "application/problem+json"
    return response


def _as_api_error(error: Exception) -> Exception:
    if isinstance(error, Refused):
        return RefusedByRule(str(error))
    if isinstance(error, RecursionError):
        return ParseError("The JSON is nested too deeply.")
    if isinstance(error, DjangoValidationError):
        return ValidationError(error.message_dict if hasattr(error, "error_dict") else error.messages)
    return error


def _problem(response: Response) -> dict[str, Any]:
    problem = {"type": "about:blank", "title": response.status_text, "status": response.status_code}
    data = response.data
    if isinstance(data, dict) and isinstance(data.get("detail"), ErrorDetail):
        return {**problem, "detail": str(data["detail"])}
    return {**problem, "detail": "Some values were not accepted.", "errors": _listed(data)}


def _listed(data: Any, path: str = "") -> list[dict[str, str]]:
    """Return [{"field": "conditions[0].operator", "detail": "…"}, …]."""
    if isinstance(data, dict):
        return [row for key, value in data.items() for row in _listed(value, _join(path, str(key)))]
    if isinstance(data, list) and any(isinstance(item, dict) for item in data):
        return [row for at, value in enumerate(data) for row in _listed(value, f"{path}[{at}]")]
    texts = data if isinstance(data, list) else [data]
    return [{"field": path or "non_field_errors", "detail": _sendable(str(text))} for text in texts]


def _sendable(text: str) -> str:
    """Return `text` without halves of characters, which JSON can name but no encoding can send."""
    return text.encode(errors="backslashreplace").decode()


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
