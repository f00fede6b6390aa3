"""Settings of sources that lie on a disk or in a bucket: what is wrong with them is told by field."""

import pytest

from catalog.connectors.files import settings as own
from catalog.connectors.registry import driver


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"path": ""}, "path"),
        ({"path": "a.db"}, "path"),
        ({"path": "/etc/a"}, "path"),
        ({"host": "x"}, "host"),
    ],
)
def test_those_of_a_sqlite_file(tmp_path, change, field):
    assert list(driver("sqlite").problems({"path": str(tmp_path / "a.db"), **change})) == [field]
    assert (driver("sqlite").secret, driver("sqlite").leads_to) == ("", ())


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"root": ""}, "root"),
        ({"root": "lake"}, "root"),
        ({"root": "/etc"}, "root"),
        ({"root": "s3://Big_Bucket"}, "root"),
        ({"root": "s3://bucket/a*"}, "root"),
        ({"root": "s3://bucket/../other"}, "root"),
        ({"endpoint": "http://a b"}, "endpoint"),
        ({"endpoint": "ftp://a"}, "endpoint"),
        ({"region": "eu central"}, "region"),
        ({"most_files": 0}, "most_files"),
        ({"host": "x"}, "host"),
    ],
)
def test_those_of_a_folder(tmp_path, change, field, monkeypatch):
    assert list(driver("files").problems({"root": str(tmp_path), **change})) == [field]
    monkeypatch.setattr(own, "LIBRARY", "no_such_library")
    assert "'.[files]'" in driver("files").problems({"root": str(tmp_path)})["kind"]
