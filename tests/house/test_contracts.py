"""Each contract of .importlinter notices when it is broken."""

import shutil
import subprocess
import sys

import pytest

from tests.house import rules

LINT = "from importlinter.cli import lint_imports_command as run; run()"
BREAKAGES = {
    "A floor stands only on the floors below it": ("catalog/assets/names.py", "lineage.graph.models"),
    "Rooms of a floor never form a circle": ("catalog/domains/models.py", "catalog.harvest.services"),
    "Inside a room, the web stands on tasks, tasks on services, services on models": (
        "quality/runs/services.py",
        "quality.runs.tasks",
    ),
    "A floor is entered by its facts, models, reads and services only": (
        "quality/rules/services.py",
        "catalog.assets.views",
    ),
    "The arithmetic knows no Django": ("lineage/graph/layout.py", "django.db.models"),
}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What import-linter says of a copy of our code in which every contract is broken once."""
    copy = tmp_path_factory.mktemp("house")
    for folder in (*rules.FLOORS, "govportal"):
        shutil.copytree(rules.ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(rules.ROOT / ".importlinter", copy)
    for file, module in BREAKAGES.values():
        with (copy / file).open("a") as text:
            text.write(f"\nimport {module}\n")
    line = [sys.executable, "-c", LINT]
    return subprocess.run(line, cwd=copy, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize("contract", BREAKAGES)
def test_a_broken_contract_is_noticed(said, contract):
    assert f"{contract} BROKEN" in said
