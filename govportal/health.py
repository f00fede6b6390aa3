"""/healthz: is the portal up? Read by the supervisor, by load balancers and by monitoring."""

import logging

from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accesscontrol.web import OPEN, door
from govportal import pulse

OK = "ok"
logger = logging.getLogger(__name__)


@door(OPEN)
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when web, database and worker are up; 503 and the failing part otherwise."""
    parts = {"web": OK, "database": database(), "worker": worker()}
    return JsonResponse(parts, status=200 if set(parts.values()) == {OK} else 503)


def database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        logger.warning("The database does not answer: %s", error)
        return "does not answer"
    return OK


def worker() -> str:
    try:
        age = pulse.seconds_since()
    except Exception as error:  # noqa: BLE001  # the edge: whatever the cache raises, this page must answer
        logger.warning("The cache does not answer: %s", error)
        return "unknown: the cache does not answer"
    if age is None:
        return "no pulse yet"
    return OK if age < pulse.STALE else f"no pulse for {age:.0f} seconds"
