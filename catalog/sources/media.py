"""YAML as a media type of the API."""

import json
from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from catalog.sources.document import WrongDocument, load, write


class YamlParser(BaseParser):
    """Sources written down as YAML."""

    media_type = "application/yaml"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            return load(stream.read().decode())
        except UnicodeDecodeError:
            raise ParseError("This is not UTF-8.") from None
        except WrongDocument as error:
            raise ParseError(str(error)) from None


class YamlRenderer(BaseRenderer):
    """A source as a file; what went wrong stays JSON."""

    media_type = "application/yaml"
    format = "yaml"

    def render(self, data: Any, media_type: str | None = None, renderer_context: Any = None) -> bytes:
        failed = renderer_context and renderer_context["response"].exception
        return json.dumps(data).encode() if failed else write(data).encode()
