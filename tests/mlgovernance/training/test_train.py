import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError

from accesscontrol.audit.models import Entry
from catalog.assets.models import Asset
from lineage.graph.models import Edge
from mlgovernance.registry.models import ModelVersion
from mlgovernance.training.models import TrainingRun
from mlgovernance.training.services import Dataset, finish_training, start_training
from mlgovernance.training.values import storable
from tests.build import make_asset, make_user

WAREHOUSE = "postgres://localhost:5432"
BEGIN = {
    "model": "churn",
    "version": "1.0",
    "datasets": [
        {"namespace": WAREHOUSE, "name": "warehouse.ml.training_set"},
        {"namespace": "file", "name": "/data/holdout.csv", "split": "test"},
    ],
    "hyperparameters": {"depth": 6},
    "environment": {"python": "3.11"},
    "code_version": "abc123",
}


def edges() -> list[tuple[str, str, str, str]]:
    rows = Edge.objects.open().select_related("source", "target", "job").order_by("source__name")
    return [(row.source.name, row.target.name, row.kind, row.job.name if row.job else "") for row in rows]


@pytest.fixture
def table(db):
    return make_asset("warehouse.ml.training_set")


def test_a_training_registers_its_model_and_its_data(call, mia, table):
    answer = call(mia, "post", "training-runs/", BEGIN)

    assert answer.status_code == 201
    body = answer.json()
    assert (body["status"], body["model"], body["created_by"]) == ("running", "churn", "mia")
    assert [(each["name"], each["split"]) for each in body["datasets"]] == [
        ("warehouse.ml.training_set", "train"),
        ("/data/holdout.csv", "test"),
    ]
    assert sorted(Asset.objects.exclude(kind="model").values_list("name", "kind")) == [
        ("/data/holdout.csv", "training_set"),
        ("warehouse.ml.training_set", "table"),
    ]
    assert edges() == []


def test_a_complete_training_is_drawn(call, mia, table):
    code = call(mia, "post", "training-runs/", BEGIN).json()["code"]

    call(mia, "patch", f"training-runs/{code}/", {"metrics": {"auc": 0.5, "loss": 1}})
    answer = call(mia, "patch", f"training-runs/{code}/", {"status": "complete", "metrics": {"auc": 0.9}})

    assert (answer.json()["status"], answer.json()["metrics"]) == ("complete", {"auc": 0.9, "loss": 1})
    assert edges() == [
        ("/data/holdout.csv", "churn/1.0", "model", "train/churn"),
        ("warehouse.ml.training_set", "churn/1.0", "model", "train/churn"),
    ]
    facts = Entry.objects.filter(action__startswith="ml.training").order_by("pk")
    assert [fact.action for fact in facts] == ["ml.training_started", "ml.training_finished"]


def test_a_failed_training_made_no_model(call, mia, table):
    code = call(mia, "post", "training-runs/", BEGIN).json()["code"]

    call(mia, "patch", f"training-runs/{code}/", {"status": "failed", "error": "ValueError"})

    run = TrainingRun.objects.get()
    assert (run.status, run.error) == ("failed", "ValueError")
    assert edges() == []


def test_a_run_ends_once(call, mia, table):
    code = call(mia, "post", "training-runs/", BEGIN).json()["code"]
    call(mia, "patch", f"training-runs/{code}/", {"status": "failed"})

    assert call(mia, "patch", f"training-runs/{code}/", {"status": "complete"}).status_code == 409
    assert call(mia, "patch", f"training-runs/{code}/", {"metrics": {"auc": 1}}).status_code == 409


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"datasets": []}, "datasets"),
        ({"datasets": [{"namespace": "file"}]}, "datasets.0.name"),
        ({"datasets": [{"namespace": "file", "name": "x", "split": "half"}]}, "datasets.0.split"),
        ({"model": ""}, "model"),
        ({"model": "a/b"}, "name"),
        ({"hyperparameters": [1]}, "hyperparameters"),
        ({"hyperparameters": {"a": ["\x00"]}}, "hyperparameters"),
        ({"environment": {"a": "x" * 200_000}}, "environment"),
    ],
)
def test_bad_input_names_its_field_and_registers_nothing(call, mia, changes, field):
    answer = call(mia, "post", "training-runs/", {**BEGIN, **changes})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field
    assert (ModelVersion.objects.count(), TrainingRun.objects.count()) == (0, 0)


def test_a_metric_is_a_number(call, mia):
    code = call(mia, "post", "training-runs/", BEGIN).json()["code"]

    answer = call(mia, "patch", f"training-runs/{code}/", {"metrics": {"auc": "high"}})

    assert answer.json()["errors"] == [{"field": "metrics", "detail": "“auc” is not a number."}]


def test_a_viewer_may_not_train(call, bob):
    assert call(bob, "post", "training-runs/", BEGIN).status_code == 403


def test_a_hidden_dataset_is_counted_but_not_named(call, mia, otto):
    make_asset("warehouse.ml.training_set", location="vault")
    code = call(mia, "post", "training-runs/", BEGIN).json()["code"]

    shown = call(otto, "get", f"training-runs/{code}/").json()

    assert [each["name"] for each in shown["datasets"]] == ["/data/holdout.csv"]
    assert shown["datasets_read"] == 2


def test_a_hidden_models_runs_do_not_exist(call, mia, otto):
    code = call(mia, "post", "training-runs/", BEGIN).json()["code"]
    Asset.objects.filter(kind="model").update(location="vault")
    model = ModelVersion.objects.get()

    assert call(otto, "get", f"training-runs/{code}/").status_code == 404
    assert call(otto, "patch", f"training-runs/{code}/", {"status": "failed"}).status_code == 404
    assert call(otto, "get", "training-runs/").json()["count"] == 0
    assert call(otto, "get", "models/").json()["count"] == 0
    assert (
        call(otto, "post", f"models/{model.code}/review/", {"verdict": "approved", "reason": "x"}).status_code
        == 404
    )
    assert call(otto, "post", "training-runs/", BEGIN).status_code == 400


def test_a_known_version_is_trained_again(call, mia, otto, table):
    for user in (mia, otto):
        assert call(user, "post", "training-runs/", BEGIN).status_code == 201

    assert TrainingRun.objects.values_list("model_version").distinct().count() == 1


def test_who_may_train_but_not_register_trains_known_models_only(call, mia):
    trainer = make_user("tom", "viewer")
    trainer.user_permissions.add(
        Permission.objects.get(codename="add_trainingrun", content_type__app_label="mlgovernance")
    )

    new = call(trainer, "post", "training-runs/", BEGIN)
    call(mia, "post", "models/", {"name": "churn", "version": "1.0"})
    known = call(trainer, "post", "training-runs/", BEGIN)

    assert (new.status_code, known.status_code) == (403, 201)


def test_services_check_their_words_too(call, mia):
    call(mia, "post", "training-runs/", BEGIN)
    run = TrainingRun.objects.select_related("model_version").get()

    with pytest.raises(ValidationError):
        start_training(model_version=run.model_version, datasets=[], actor="mia")
    with pytest.raises(ValidationError):
        finish_training(run=run, status="running", actor="mia")
    with pytest.raises(ValidationError):
        start_training(
            model_version=run.model_version,
            datasets=[Dataset("file", "x")],
            actor="mia",
            environment={"a": {"b": "\x00"}},
        )
    assert storable([1]) == "Write an object of names and values."
