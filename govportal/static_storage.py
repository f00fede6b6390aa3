from collections.abc import Callable
from re import Match
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Hashed names also inside our ES modules; libraries keep the imports they were built with."""

    support_js_module_import_aggregation = True
    manifest_strict = False

    def url_converter(self, name: str, *args: Any, **kwargs: Any) -> Callable[[Match[str]], str]:
        convert: Callable[[Match[str]], str] = super().url_converter(name, *args, **kwargs)
        return convert if name.startswith(("js/", "css/")) else lambda match: match.group(0)
