import pytest
from playwright.sync_api import expect

from lineage.graph.edges import EdgeSpec
from lineage.graph.services import draw_edges
from mlgovernance.deployments.services import deploy_model
from mlgovernance.registry.services import register_model_version
from mlgovernance.training.services import Dataset, finish_training, start_training
from tests.build import make_asset


@pytest.fixture
def churn(mia):
    row = register_model_version(
        name="churn", version="1.0", actor="mia", model_type="classifier", description="Who leaves us."
    )
    orders, ready = make_asset("shop.public.orders"), make_asset("warehouse.ml.training_set")
    draw_edges(edges=[EdgeSpec(source=orders.pk, target=ready.pk)], actor="tests")
    datasets = [Dataset(ready.namespace, ready.name), Dataset("file", "/data/holdout.csv", "test")]
    run = start_training(
        model_version=row, datasets=datasets, actor="mia", hyperparameters={"depth": 6}, code_version="abc123"
    )
    finish_training(run=run, status="complete", metrics={"auc": 0.9137, "loss": 0.21}, actor="mia")
    failed = start_training(model_version=row, datasets=datasets[:1], actor="mia")
    finish_training(run=failed, status="failed", error="ValueError", actor="mia")
    deploy_model(model_version=row, environment="staging", endpoint="https://churn.example", actor="mia")
    return row


def test_a_reviewer_finds_the_data_behind_a_model_and_approves_it(
    live, sign_in, strict_page, axe, otto, churn
):
    page = strict_page
    sign_in(page, "otto")
    page.goto(f"{live.url}/ml/")
    axe(page)
    page.get_by_role("link", name="churn", exact=True).click()
    page.get_by_role("link", name="Every dataset behind this model").click()
    expect(page.get_by_role("link", name="orders", exact=True)).to_be_in_viewport()
    page.get_by_text("2 metrics, 1 hyperparameter").click()
    expect(page.get_by_text("depth")).to_be_visible()
    axe(page)

    page.get_by_label("Reason").fill("The data is clean and the errors are even.")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Approved by otto")).to_be_visible()

    page.goto(f"{live.url}/catalog/assets/{churn.asset.code}/model/")
    expect(page.get_by_role("link", name="Open its page")).to_be_visible()
    axe(page)
