"""Files of metadata that people of the small company hand in."""

from functools import cached_property

from accesscontrol.identity.models import User
from catalog.assets.models import Asset
from catalog.exchange.document import Given
from catalog.exchange.models import MetadataImport
from catalog.exchange.services import prepare_import, start_import
from catalog.exchange.things import thing
from stewardship.jobs.work import run_job


def handed_in(asset: Asset, author: User) -> MetadataImport:
    """A file that describes the asset, and has a row that is wrong; it is compared."""
    rows = [{**thing(asset), "owner": author.username, "description": "One row for each order"}, {"name": 5}]
    given = [Given("assets", at, row) for at, row in enumerate(rows, start=1)]
    batch = prepare_import(author=author, title="autumn.json", given=given)
    run_job(job_id=batch.preview_id)
    return MetadataImport.objects.get(pk=batch.pk)


def carried_out(batch: MetadataImport) -> MetadataImport:
    run_job(job_id=start_import(batch=batch, actor=batch.author).pk)
    return MetadataImport.objects.get(pk=batch.pk)


class Files:
    """What ada of the company handed in."""

    ada: User
    orders: Asset

    @cached_property
    def prepared(self) -> MetadataImport:
        """Ada looks at a file of which one row is wrong."""
        return handed_in(self.orders, self.ada)

    @cached_property
    def imported(self) -> MetadataImport:
        """The same, done."""
        return carried_out(handed_in(self.orders, self.ada))
