"""A notice with plain words; a test says only what matters to it."""

from typing import Any

from accesscontrol.identity.models import User
from stewardship.notices.services import notify


def tell(*people: User, **changes: Any) -> int:
    """Tell `people` that a column is gone; return how many had not been told."""
    said = {
        "key": "orders-2",
        "topic": "schema_change",
        "title": "A column is gone",
        "text": "The column email was dropped.",
        "url": "/catalog/",
        "severity": "breaking",
    }
    return notify(recipients=people, **{**said, **changes})
