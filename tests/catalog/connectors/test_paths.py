"""Which local files a source may name."""

import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.connectors.errors import ConnectorError
from catalog.connectors.paths import ROOT, SYSTEM, folders, opened, readable


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The one folder that is open, beside one that is not."""
    for name in ("shop", "shopping", "closed"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.csv").write_text("a\n1\n")
    monkeypatch.setenv("SOURCE_FOLDERS", str(tmp_path / "shop"))
    return tmp_path / "shop"


def refused(path: str | Path) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        readable(path, "folder")
    assert (caught.value.kind, caught.value.field) == ("config", "folder")
    return caught.value


def test_what_is_below_an_open_folder_may_be_read(shop):
    assert readable(str(shop), "folder") == shop.resolve()
    assert readable(shop / "a.csv", "folder") == (shop / "a.csv").resolve()
    assert readable(shop / "not yet" / "there", "folder") == shop.resolve() / "not yet" / "there"


@pytest.mark.parametrize(
    "way", ["../closed/a.csv", "../shopping/a.csv", "x/../../closed", "..", ".env", ".git/config"]
)
def test_nothing_beside_it_may(shop, way):
    assert str(shop.resolve()) in refused(shop / way).message


def test_a_link_out_of_it_leads_nowhere(shop):
    (shop / "link").symlink_to(shop.parent / "closed")

    refused(shop / "link" / "a.csv")


def test_a_link_into_it_is_what_it_points_to(shop):
    (shop.parent / "door").symlink_to(shop)

    assert readable(shop.parent / "door" / "a.csv", "folder") == (shop / "a.csv").resolve()


def test_a_circle_of_links_is_refused_not_walked(shop):
    (shop / "one").symlink_to(shop / "two")
    (shop / "two").symlink_to(shop / "one")

    with suppress(ConnectorError):  # newer Pythons resolve as far as they can
        assert readable(shop / "one", "folder").is_relative_to(shop.resolve())


@pytest.mark.parametrize("path", ["shop", "", "./a", "~/a", "file:///a", "/a\x00b"])
def test_only_whole_paths_are_paths(path):
    assert refused(path).message == "Write a whole path, for example /data/shop."


@pytest.mark.parametrize("path", [*SYSTEM, "/etc/passwd", "/proc/self/environ", "/data/../etc/shadow"])
def test_without_a_choice_the_system_is_closed(monkeypatch, path):
    monkeypatch.delenv("SOURCE_FOLDERS", raising=False)

    refused(path)


def test_without_a_choice_everything_else_is_open_but_the_portals_own_state(monkeypatch, tmp_path):
    monkeypatch.delenv("SOURCE_FOLDERS", raising=False)
    monkeypatch.setenv("GOVPORTAL_VAR", str(tmp_path / "state"))

    assert readable(tmp_path / "shop", "folder") == (tmp_path / "shop").resolve()
    refused(tmp_path / "state" / "secret-key")
    refused(ROOT / ".env")
    refused(tmp_path / ".ssh" / "id")


def test_the_state_is_closed_within_an_open_folder_unless_it_is_named_itself(monkeypatch, tmp_path):
    monkeypatch.setenv("GOVPORTAL_VAR", str(tmp_path / "state"))
    monkeypatch.setenv("SOURCE_FOLDERS", str(tmp_path))
    refused(tmp_path / "state" / "demo" / "a.csv")

    monkeypatch.setenv("SOURCE_FOLDERS", os.pathsep.join([str(tmp_path), str(tmp_path / "state" / "demo")]))

    assert readable(tmp_path / "state" / "demo" / "a.csv", "folder")
    refused(tmp_path / "state" / "secret-key")


@settings(deadline=None)
@given(parts=st.lists(st.sampled_from(["..", ".", "a", "shop", "closed", "etc", "", " ", "ü"]), max_size=8))
def test_whatever_is_written_the_answer_is_below_an_open_folder(tmp_path_factory, parts):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_FOLDERS", str(tmp_path_factory.getbasetemp() / "shop"))
        try:
            real = readable("/".join([str(folders()[0]), *parts]), "folder")
        except ConnectorError:
            return
        assert real.is_relative_to(folders()[0])


def test_a_pipe_is_not_waited_for_and_a_link_not_followed(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").write_text("said")
    (tmp_path / "link").symlink_to(tmp_path / "file")

    for name, error in (("pipe", "it is no file"), ("link", "symbolic links"), (".", "Is a directory")):
        with pytest.raises(OSError, match=error):
            opened(tmp_path / name)
    with opened(tmp_path / "file") as stream:
        assert stream.read() == b"said"
