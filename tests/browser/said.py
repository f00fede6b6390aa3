"""What the shop's people say about its assets: tags and properties; and the files that they hand in."""

from functools import cached_property

from catalog.assets.models import Field
from catalog.assets.services import change_asset
from catalog.properties.models import Property
from catalog.properties.services import save_property
from catalog.tags.models import Tag
from catalog.tags.services import add_usual_classifications, set_tags
from tests.browser.files import Files


class Said(Files):
    """A part of the company."""

    def column(self, table: str, name: str) -> Field:
        raise NotImplementedError

    @cached_property
    def cost(self) -> Property:
        said = {"choices": ["low", "high"], "required": True}
        row = save_property(name="cost", label="Cost", type="choice", actor="ada", **said)
        change_asset(asset=self.orders, actor="ada", changes={"properties": {"cost": "low"}})
        return row

    @cached_property
    def tag(self) -> Tag:
        add_usual_classifications(actor="ada")
        set_tags(thing=self.orders, paths=["Confidentiality.Internal"], actor="ada")
        set_tags(thing=self.column("customer", "email"), paths=["PII.Contact.Email"], actor="ada")
        return Tag.objects.get(path="PII.Contact")
