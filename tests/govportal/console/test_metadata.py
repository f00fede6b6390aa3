"""Metadata as a file, at the terminal."""

import pytest

from catalog.assets.models import Asset
from tests.build import make_asset

pytestmark = pytest.mark.django_db(transaction=True)


def test_metadata_is_taken_away_and_handed_in_again(types, ana, tmp_path, eager):
    make_asset("shop.public.orders", description="=1+1")
    file, sheet = tmp_path / "all.json", tmp_path / "assets.csv"

    types(ana, "export", "--output", str(file))
    types(ana, "export", "--kind", "assets", "--output", str(sheet))
    Asset.objects.update(description="", version=5)
    looked = types(ana, "import", str(file))
    kept = Asset.objects.get().description
    status, out, _ = types(ana, "import", str(file), "--yes")
    again = types(ana, "import", str(sheet), "--kind", "assets", "--yes")

    assert kept == ""
    assert looked[0] == 0
    assert "1 change." in looked[1]
    assert "Nothing is changed." in looked[1]
    assert (status, "1 written." in out) == (0, True)
    assert "1 said so already." in again[1]
    assert Asset.objects.get().description == "=1+1"


def test_a_file_that_is_none_is_refused(types, ana, tmp_path):
    status, _, err = types(ana, "import", str(tmp_path / "none.json"))

    assert (status, "cannot be read" in err) == (1, True)
