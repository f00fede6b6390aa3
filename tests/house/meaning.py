"""What people say in the world: of what Bea may know, and of what she must not."""

from accesscontrol.identity.models import User
from catalog.assets.models import Asset
from catalog.assets.services import change_asset
from catalog.bulk.models import BulkEdit
from catalog.bulk.services import prepare_edit, start_edit
from catalog.certification.services import certify_asset
from catalog.exchange.document import Given
from catalog.exchange.models import MetadataImport
from catalog.exchange.services import prepare_import, start_import
from catalog.exchange.things import thing as named
from catalog.properties.services import save_property
from catalog.tags.services import save_classification, save_tag, set_tags
from stewardship.jobs.work import run_job
from tests.browser.company import Company


def say(shop: Company) -> None:
    """A classification and a tag that nothing bears, and a property that nothing has, are there to delete."""
    save_classification(name="Empty", actor="ada")
    row = save_classification(name="Shop", actor="ada")
    tag = save_tag(classification=row, name="Selling", actor="ada")
    save_tag(classification=row, name="Unused", parent=tag, actor="ada")
    for thing in (shop.orders, shop.column("orders", "status")):
        set_tags(thing=thing, paths=["Shop.Selling"], actor="ada")
    certify_asset(asset=shop.orders, level="gold", reason="Counted twice", actor="ada")
    for name in ("cost", "unused"):
        save_property(name=name, label=name.title(), type="text", actor="ada")
    change_asset(asset=shop.orders, actor="ada", changes={"properties": {"cost": "12"}})


def hide(shop: Company, vault: Asset) -> None:
    certify_asset(asset=vault, level="gold", reason="The kx7certificate", actor="ada")
    change_asset(asset=vault, actor="ada", changes={"properties": {"cost": "kx7cost"}})
    for thing in (vault, shop.column("kx7vault", "kx7mail")):
        set_tags(thing=thing, paths=["Shop.Selling"], actor="ada")


def edit_many(shop: Company, ada: User, bea: User) -> BulkEdit:
    """Ada prepared one edit and made another; Bea's, the last, has an asset that she saw once."""
    for author, place in ((ada, "us"), (ada, "eu"), (bea, "eu")):
        rows = Asset.objects.filter(pk=shop.orders.pk)
        edit = prepare_edit(author=author, assets=rows, wishes={"location": place}, query="q=orders")
        if place == "eu":
            run_job(job_id=start_edit(edit=edit, actor=author).pk)
    return edit


def import_file(shop: Company, ada: User, bea: User) -> MetadataImport:
    """Ada prepared one import and made another; Bea's, the last, has an asset that she saw once."""
    for author, place in ((ada, "us"), (ada, "eu"), (bea, "eu")):
        row = {**named(shop.orders), "location": place}
        batch = prepare_import(author=author, title="places.json", given=[Given("assets", 1, row)])
        run_job(job_id=batch.preview_id)
        batch = MetadataImport.objects.get(pk=batch.pk)
        if place == "eu":
            run_job(job_id=start_import(batch=batch, actor=author).pk)
    return batch
