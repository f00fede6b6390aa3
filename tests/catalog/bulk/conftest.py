"""A bulk edit, prepared and carried out."""

import pytest

from catalog.assets.models import Asset
from catalog.bulk.services import prepare_edit, start_edit
from stewardship.jobs.work import run_job
from tests.build import make_asset


@pytest.fixture
def tables(ana):
    """Three tables: of tier 2, of tier 1, and of none."""
    return [make_asset(f"shop.public.t{at}", tier=tier) for at, tier in enumerate([2, 1, None])]


@pytest.fixture
def prepared():
    """`prepared(author, wishes, **filters)` is an edit of all that the author sees, or of some of it."""

    def prepare(author, wishes, **filters):
        rows = Asset.objects.visible_to(author).filter(**filters)
        return prepare_edit(author=author, assets=rows, wishes=wishes)

    return prepare


@pytest.fixture
def carried_out():
    """`carried_out(edit)` is the job that did it."""

    def carry_out(edit, **how):
        job = start_edit(edit=edit, actor=edit.author, **how)
        run_job(job_id=job.pk)
        job.refresh_from_db()
        return job

    return carry_out
