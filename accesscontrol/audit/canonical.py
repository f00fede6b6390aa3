"""Canonical JSON (RFC 8785 for our value types), so that equal facts have equal bytes."""

import json
from collections.abc import Mapping
from typing import Any


def canonical(content: Mapping[str, Any]) -> str:
    """Return `content` with sorted keys and no spaces; dates and UUIDs become text."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
