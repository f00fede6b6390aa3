import pytest

from govportal.demo.churn import (
    FEATURES,
    Example,
    Settings,
    Training,
    area,
    evaluate,
    fit,
    logistic,
    standard,
    train_churn_model,
)
from govportal.demo.server import WAREHOUSE
from tests.govportal.demo.built import Company


@pytest.fixture(scope="module")
def training(company: Company) -> Training:
    return train_churn_model(company.server_url)


def test_the_model_is_better_than_guessing(training: Training) -> None:
    assert training.metrics == {
        "accuracy": 0.8196,
        "auc": 0.9005,
        "baseline_accuracy": 0.6784,
        "train_rows": 774.0,
        "test_rows": 255.0,
    }


def test_the_same_rows_give_the_same_model(company: Company, training: Training) -> None:
    assert train_churn_model(company.server_url) == training


def test_predictions_are_about_todays_features(company: Company, training: Training) -> None:
    first = training.predictions[0]
    columns = ", ".join(f"{name}::float8" if name != "newsletter" else "newsletter::int" for name in FEATURES)
    rows = company.ask(
        WAREHOUSE, f"SELECT {columns} FROM ml.features WHERE customer_id = 1 ORDER BY as_of DESC LIMIT 1"
    )

    assert first.customer_id == 1
    assert tuple(first.features.values()) == rows[0]
    assert first.probability == round(training.model.probability(rows[0]), 4)
    assert len(training.predictions) == 20


def test_waiting_longer_makes_leaving_likelier(training: Training) -> None:
    values = dict.fromkeys(FEATURES, 5.0)

    recent = training.model.probability(tuple({**values, "recency_days": 5.0}.values()))
    silent = training.model.probability(tuple({**values, "recency_days": 300.0}.values()))

    assert recent < silent


def test_what_can_be_told_apart_is_told_apart() -> None:
    examples = [Example(n, (float(n if n < 20 else n * 9),), n >= 20) for n in range(40)]

    model = fit(examples, Settings(epochs=200, learning_rate=0.5))

    assert evaluate(model, examples) == {"accuracy": 1.0, "auc": 1.0, "baseline_accuracy": 0.5}


def test_the_area_counts_pairs_in_the_right_order() -> None:
    assert area([(0.9, True), (0.4, True), (0.6, False), (0.1, False)]) == 0.75
    assert area([(0.5, True), (0.5, False)]) == 0.5
    assert area([(0.5, True)]) == 0.5


def test_a_constant_column_keeps_its_scale() -> None:
    assert standard([[3.0, 1.0], [3.0, 3.0]]) == ((3.0, 2.0), (1.0, 1.0))


def test_far_scores_do_not_overflow() -> None:
    assert logistic(-1e9) < 1e-12
    assert logistic(1e9) > 1 - 1e-12
