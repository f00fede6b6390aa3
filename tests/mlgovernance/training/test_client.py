"""The context manager against a real server, over a real socket."""

import subprocess
import sys

import pytest

from mlgovernance.training.client import PortalError, training_run
from mlgovernance.training.models import TrainingRun
from tests.build import make_token

CHURN = {
    "model": "churn",
    "version": "1.0",
    "datasets": [("file", "/data/train.csv"), ("file", "/x", "test")],
}


@pytest.fixture
def token(mia):
    return make_token(mia)


@pytest.mark.django_db(transaction=True)
def test_a_script_reports_its_training(live_server, token):
    with training_run(live_server.url, token, hyperparameters={"depth": 3}, **CHURN) as run:
        run.log_metrics({"auc": 0.9}, loss=0.1)

    kept = TrainingRun.objects.get()
    assert (str(kept.code), kept.status, kept.created_by) == (run.code, "complete", "mia")
    assert (kept.metrics, kept.hyperparameters) == ({"auc": 0.9, "loss": 0.1}, {"depth": 3})
    assert sorted(kept.environment) == ["platform", "python"]
    splits = dict(kept.data.values_list("asset__name", "split"))
    assert splits == {"/data/train.csv": "train", "/x": "test"}


@pytest.mark.django_db(transaction=True)
def test_a_failure_is_reported_by_its_name_only(live_server, token):
    with pytest.raises(ZeroDivisionError), training_run(live_server.url, token, **CHURN):
        raise ZeroDivisionError("row 17 of alice@example.org")

    kept = TrainingRun.objects.get()
    assert (kept.status, kept.error) == ("failed", "ZeroDivisionError")


def refused(url: str, token: str, **changes) -> str:
    """Return what the client says when the training cannot even begin."""
    with pytest.raises(PortalError) as error, training_run(url, token, **{**CHURN, **changes}):
        pytest.fail("the block must not run")
    return str(error.value)


@pytest.mark.django_db(transaction=True)
def test_what_the_portal_refuses_is_said(live_server, token):
    url = live_server.url

    assert refused(url, token, datasets=[]) == (
        "The portal answered 400: datasets: This list may not be empty."
    )
    assert refused(url, "nonsense").startswith("The portal answered 401: ")
    assert refused(url, token, hyperparameters={"a": {1, 2}}).startswith("This cannot be written as JSON: ")


def test_a_portal_that_is_not_there_is_said():
    assert "does not answer" in refused("http://127.0.0.1:1", "t")
    assert "is not the address of a portal" in refused("portal", "t")


def test_the_client_needs_only_the_standard_library():
    script = (
        "import sys; import mlgovernance.training.client; "
        "print([name for name in ('django', 'rest_framework', 'celery') if name in sys.modules])"
    )

    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert shown.stdout.strip() == "[]"


@pytest.mark.django_db(transaction=True)
def test_the_scripts_own_failure_survives_a_portal_that_refuses(live_server, token):
    def script() -> None:
        with training_run(live_server.url, token, **CHURN) as run:
            run.finish("complete")
            raise ZeroDivisionError

    with pytest.warns(UserWarning, match="ended already"), pytest.raises(ZeroDivisionError):
        script()


@pytest.mark.django_db(transaction=True)
def test_an_address_that_is_no_portal_is_said(live_server, token):
    assert refused(f"{live_server.url}/nowhere", token) == "The portal answered 404: Not Found"
