import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.assets.models import Asset
from lineage.graph.edges import EdgeSpec
from lineage.graph.services import draw_edges
from mlgovernance.deployments.services import deploy_model
from mlgovernance.registry.services import register_model_version
from mlgovernance.training.services import Dataset, finish_training, start_training
from tests.build import make_asset

LAKE = "postgres://localhost:5432"


@pytest.fixture
def churn(mia):
    """shop.orders -> ml.training_set -> churn 1.0 -> production"""
    row = register_model_version(name="churn", version="1.0", actor="mia")
    orders, ready = make_asset("shop.public.orders"), make_asset("warehouse.ml.training_set")
    draw_edges(edges=[EdgeSpec(source=orders.pk, target=ready.pk)], actor="tests")
    trained(row, "warehouse.ml.training_set", auc=0.9)
    deploy_model(model_version=row, environment="production", actor="mia")
    return row


def trained(row, dataset: str, **metrics: float) -> None:
    run = start_training(model_version=row, datasets=[Dataset(LAKE, dataset)], actor="mia")
    finish_training(run=run, status="complete", metrics=metrics, actor="mia")


def test_the_page_shows_runs_deployments_and_everything_behind(client, mia, churn):
    client.force_login(mia)

    shown = client.get(f"/ml/models/{churn.code}/")

    dossier = shown.context["dossier"]
    assert [(each.hop, each.card.name) for each in dossier.behind.found] == [
        (1, "warehouse.ml.training_set"),
        (2, "shop.public.orders"),
    ]
    assert shown.context["metrics"] == {"auc": 0.9}
    assert [each.environment for each in dossier.deployments] == ["production"]
    assert "Every dataset behind this model" in shown.content.decode()


def test_what_is_hidden_is_counted_but_not_named(client, bob, churn):
    Asset.objects.filter(name__in=["shop.public.orders", "churn/1.0@production"]).update(location="vault")
    client.force_login(bob)

    shown = client.get(f"/ml/models/{churn.code}/")

    assert "orders" not in shown.content.decode()
    assert shown.context["dossier"].behind.hidden == 1
    assert shown.context["dossier"].deployments == []


def test_a_hidden_model_does_not_exist(client, mia, churn):
    Asset.objects.filter(pk=churn.asset_id).update(location="vault")
    client.force_login(mia)

    assert client.get(f"/ml/models/{churn.code}/").status_code == 404
    assert client.post(f"/ml/models/{churn.code}/reject/", {"reason": "x"}).status_code == 404
    assert client.get(f"/ml/assets/{churn.asset.code}/panel/").status_code == 404
    assert "churn" not in client.get("/ml/").content.decode()


def test_the_list_narrows_by_stage_and_review(client, mia, churn):
    register_model_version(name="other", version="2", actor="mia", status="testing")
    client.force_login(mia)

    def names(query: str) -> list[str]:
        return [str(row) for row in client.get(f"/ml/?{query}").context["page"]]

    assert names("") == ["churn 1.0", "other 2"]
    assert names("status=testing") == ["other 2"]
    assert names("governance_status=approved") == []
    assert names("status=nonsense") == ["churn 1.0", "other 2"]


def test_the_tab_of_a_model_leads_to_its_page(client, mia, churn):
    client.force_login(mia)

    shown = client.get(f"/ml/assets/{churn.asset.code}/panel/").content.decode()
    unregistered = make_asset("stray", kind="model", namespace="ml://elsewhere")

    assert f'href="/ml/models/{churn.code}/"' in shown
    assert "Not registered" in client.get(f"/ml/assets/{unregistered.code}/panel/").content.decode()


def queries(client, path: str) -> int:
    client.get(path)  # the first request after a change of policies compiles them
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)


def test_pages_cost_the_same_for_any_number_of_rows(client, mia, churn):
    client.force_login(mia)
    costs = []
    for at in range(4):
        register_model_version(name=f"m{at}", version="1", actor="mia")
        make_asset(f"warehouse.ml.extra{at}")
        trained(churn, f"warehouse.ml.extra{at}", auc=0.5)
        deploy_model(model_version=churn, environment=f"e{at}", actor="mia")
        costs.append((queries(client, "/ml/"), queries(client, f"/ml/models/{churn.code}/")))

    assert set(costs) == {costs[0]}
    assert (costs[0][0] <= 12, costs[0][1] <= 20) == (True, True)
