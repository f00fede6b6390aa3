"""A file of metadata, handed in and carried out."""

import json

import pytest

from catalog.exchange.document import read
from catalog.exchange.models import MetadataImport
from catalog.exchange.services import export, prepare_import, start_import
from stewardship.jobs.work import run_job
from tests.build import make_user


def exported(reader):
    return "".join(export(reader=reader))


def written(**kinds):
    return json.dumps({"format": "govportal-metadata", "version": 1, **kinds})


def prepared(author, text):
    batch = prepare_import(author=author, title="file.json", given=read(text))
    run_job(job_id=batch.preview_id)
    return MetadataImport.objects.get(pk=batch.pk)


def imported(author, text, **how):
    """The import of a document that was prepared, looked at and carried out."""
    batch = prepared(author, text)
    run_job(job_id=start_import(batch=batch, actor=author, **how).pk)
    return MetadataImport.objects.get(pk=batch.pk)


def outcomes(batch):
    return [(row.kind, row.label, row.state, row.note) for row in batch.rows.all()]


def expectations(batch):
    return [(row.kind, row.label, row.expected, row.note) for row in batch.rows.all()]


@pytest.fixture
def ida(everybody_sees):
    """Ida administers the portal; nobody may restore more than she may."""
    return make_user("ida", "administrator", full_name="Ida Ora")
