"""What the guide to the API shows is run as it stands."""

import re
import shlex
from pathlib import Path

import pytest
from django.urls import resolve

from catalog.domains.models import Domain
from govportal.client import Portal
from govportal.client.jobs import Jobs
from govportal.console.main import run, run_harvest
from stewardship.jobs.models import Job
from stewardship.jobs.work import run_job
from tests.build import make_asset, make_policy, make_token, make_user

pytestmark = pytest.mark.django_db(transaction=True)
GUIDE = (Path(__file__).parents[2] / "docs" / "api-and-command-line.md").read_text()


def blocks(language):
    """The examples of one language, in their order."""
    return re.findall(rf"^```{language}\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)


@pytest.fixture
def company(live_server, monkeypatch, tmp_path):
    """A portal with what the guide speaks of, named by the environment; jobs are done when one looks."""
    make_policy("all", actions=["view", "change"])
    ana = make_user("ana", "platform_engineer")
    make_asset(
        "shop.public.orders", "id email", owner=ana, domain=Domain.objects.create(slug="sales", name="Sales")
    )
    monkeypatch.setenv("GOVPORTAL_URL", live_server.url)
    monkeypatch.setenv("GOVPORTAL_TOKEN", make_token(ana))
    monkeypatch.chdir(tmp_path)  # examples write files
    (tmp_path / "shop.db").touch()
    document = {"name": "shop", "kind": "sqlite", "settings": {"path": str(tmp_path / "shop.db")}}
    Portal().sources.import_document(document)
    look = Jobs.get

    def work_and_look(self, code):
        run_job(job_id=Job.objects.get(code=code).pk)
        return look(self, code)

    monkeypatch.setattr(Jobs, "get", work_and_look)


def test_the_examples_in_python_run(company, capsys):
    names = {}
    for block in blocks("python"):
        exec(block, names)

    said = capsys.readouterr().out.splitlines()
    assert "shop.public.orders ana None" in said
    assert names["portal"].asset("shop.public.orders").description == "One row per order."


def test_the_examples_at_the_terminal_run(company, capsys):
    lines = [line.removeprefix("$ govportal ") for block in blocks("console") for line in block.splitlines()]

    ended = {}
    for line in lines:
        verb, *rest = shlex.split(line)
        ended[line] = run_harvest(rest) if verb == "harvest" else run([verb, *rest])

    assert len(ended) > 5
    assert {line: status for line, status in ended.items() if status} == {}, capsys.readouterr().err


def test_the_addresses_of_the_guide_are_there():
    addresses = re.findall(r"\$GOVPORTAL_URL(/[^?\" ]+)", "\n".join(blocks("sh")))

    assert addresses
    assert all(resolve(each) for each in addresses)
