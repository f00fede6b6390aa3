import io
import json
import zipfile

from compliance.requests.package import Table, as_text, as_zip

TABLE = Table("shop", "postgres://h:1", "shop.public.Kunden äöü", ["email"], [{"id": 1, "note": "=1+1"}])


def opened(*tables):
    return zipfile.ZipFile(io.BytesIO(as_zip(as_text({"person": "ann@x.org"}, tables))))


def test_the_zip_holds_every_table_with_its_way():
    archive = opened(TABLE)

    data = json.loads(archive.read("data.json"))
    assert data["tables"][0]["found_by"] == ["email"]
    assert archive.namelist() == [
        "README.txt",
        "data.json",
        "tables/01_shop.public.Kunden_äöü.csv",
        "manifest.json",
    ]


def test_a_formula_in_the_data_is_not_run_by_a_spreadsheet():
    assert b"'=1+1" in opened(TABLE).read("tables/01_shop.public.Kunden_äöü.csv")


def test_an_empty_package_is_still_a_package():
    assert json.loads(opened().read("data.json"))["tables"] == []
