"""Rows of the API as CSV: `?format=csv`, or `Accept: text/csv`."""

import json
from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import BaseRenderer
from rest_framework.utils.encoders import JSONEncoder

from accesscontrol.display.sheet import sheet

MOST_ROWS = 10_000  # of one page; the next ones are those of `page=2`


class Sheet(BaseRenderer):
    """A line for each row, a column for each of its fields; what has parts is JSON in its cell.

    An error stays the JSON that it is: its media type says so.
    """

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> str:
        response = (renderer_context or {}).get("response")
        if not isinstance(data, list):
            return json.dumps(data, cls=JSONEncoder)
        if response is not None:
            name = renderer_context["request"].path.strip("/").rsplit("/", 1)[-1]
            response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        heading = list(dict.fromkeys(key for row in data for key in row))
        return sheet(heading, ([_cell(row, key) for key in heading] for row in data))


def _cell(row: Mapping[str, Any], key: str) -> Any:
    value = row.get(key)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, cls=JSONEncoder, ensure_ascii=False) if value else ""
    return value
