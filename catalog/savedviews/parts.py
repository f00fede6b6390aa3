"""The saved views on the home page, asked for after it stands."""

from accesscontrol.identity.models import User
from stewardship.home.parts import HomePart, add_home_part


def always(reader: User) -> bool:
    """The part asks for its views itself."""
    return reader.is_active


def register() -> None:
    add_home_part(HomePart("catalog/parts/saved_views_home.html", always, "catalog.view_asset", order=70))
