"""A job stands between what it reads and what it writes."""

import pytest

from tests.build import make_asset
from tests.lineage.graph.graphs import draw


@pytest.fixture
def load(alice):
    load = make_asset("nightly.load", kind="job")
    draw((make_asset("shop.public.orders"), make_asset("mart.sales"), load))
    return load


def test_the_picture_of_a_job_is_that_of_what_it_writes(alice_client, load):
    answer = alice_client.get(f"/lineage/{load.code}/", follow=True)

    assert answer.redirect_chain[0][0].endswith("?jobs=1")
    assert "Lineage of sales" in answer.content.decode()


def test_what_a_job_reads_and_writes_stands_beside_it(alice_client, load):
    shown = alice_client.get(f"/lineage/{load.code}/tab/").content.decode()

    assert ("orders" in shown, "sales" in shown) == (True, True)


def test_a_job_that_writes_what_is_hidden_is_shown_by_what_it_reads(alice_client, alice):
    job = make_asset("nightly.secret", kind="job")
    draw((make_asset("shop.public.orders"), make_asset("vault.salary", location="vault"), job))

    answer = alice_client.get(f"/lineage/{job.code}/", follow=True)

    assert "Lineage of orders" in answer.content.decode()
    assert "salary" not in answer.content.decode()


def test_a_job_without_links_has_an_empty_picture(alice_client, alice):
    job = make_asset("nightly.idle", kind="job")

    assert alice_client.get(f"/lineage/{job.code}/").status_code == 200


def test_links_to_hidden_assets_are_not_counted(alice_client, load):
    draw((make_asset("mart.costs"), make_asset("vault.salary", location="vault")))

    assert "1 links" in " ".join(alice_client.get("/lineage/").content.decode().split())
