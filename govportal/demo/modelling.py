"""The churn model as its engineer would register it: by the training client and the API. Knows no Django."""

from dataclasses import asdict

from govportal.demo import churn
from govportal.demo.door import Door
from govportal.demo.server import AUTHORITY
from mlgovernance.training.client import training_run

DESCRIPTION = "Who will not order again within 90 days: a logistic regression over nine figures."
REASON = "Fit for a trial; the health figures need a legal basis before production."
ENDPOINT = "https://scores.example.org/churn"


def model_churn(url: str, server: str, doors: dict[str, Door]) -> str:
    """Register, train, have it reviewed by somebody else, deploy; return a sentence for the log."""
    mateo = doors["mateo"]
    name, version = churn.NAME, churn.VERSION
    known = mateo.get("models/", name=name, version=version)["results"]
    model = known or [
        mateo.post("models/", name=name, version=version, model_type="classifier", description=DESCRIPTION)
    ]
    metrics = _trained(url, server, mateo)
    doors["ada"].post(f"models/{model[0]['code']}/review/", verdict="approved", reason=REASON)
    if not mateo.get("deployments/", model=name, version=version)["count"]:
        mateo.post("deployments/", model=name, version=version, environment="staging", endpoint=ENDPOINT)
    return f"{name} {version}, AUC {metrics['auc']:.2f}"


def _trained(url: str, server: str, door: Door) -> dict[str, float]:
    settings = churn.Settings()
    token = str(door.session.headers["Authorization"]).split()[1]
    with training_run(
        url,
        token,
        model=churn.NAME,
        version=churn.VERSION,
        datasets=[(f"postgres://{AUTHORITY}", churn.TRAINING_SET)],
        hyperparameters=asdict(settings),
    ) as run:
        training = churn.train_churn_model(server, settings)
        run.log_metrics(training.metrics)
    return training.metrics
