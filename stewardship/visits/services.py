from typing import Any
from uuid import UUID

from django.db import connection

from accesscontrol.identity.models import User

KEPT = 50
# The visit is noted, and what is older than the last KEPT others forgotten, in one statement.
NOTE = """
WITH forgotten AS (
    DELETE FROM stewardship_visit WHERE id IN (
        SELECT id FROM stewardship_visit
        WHERE user_id = %(user)s AND NOT (about_type = %(kind)s AND about_code = %(code)s)
        ORDER BY at DESC OFFSET %(others)s)
)
INSERT INTO stewardship_visit (user_id, about_type, about_code, at)
VALUES (%(user)s, %(kind)s, %(code)s, clock_timestamp())
ON CONFLICT (user_id, about_type, about_code) DO UPDATE SET at = excluded.at"""


def note_visit(*, reader: User, kind: str, code: UUID) -> None:
    """Remember what `reader` looks at, of the last fifty things. The log does not hear of it."""
    said: dict[str, Any] = {"user": reader.pk, "kind": kind, "code": code, "others": KEPT - 1}
    with connection.cursor() as cursor:
        cursor.execute(NOTE, said)
