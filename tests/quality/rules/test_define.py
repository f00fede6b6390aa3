import pytest

from accesscontrol.audit.models import Entry
from accesscontrol.refusal import Refused
from quality.rules.models import Rule
from quality.rules.services import change_rule, define_rule
from tests.build import make_asset, make_token


@pytest.fixture
def orders(db):
    return make_asset(columns="id email placed")


def filled_in(**changes):
    return {"name": "E-mail is there", "threshold": "0.9", "severity": "high", **changes}


def test_the_form_offers_the_columns_of_the_asset(alice_client, orders):
    shown = alice_client.get(f"/quality/assets/{orders.code}/rules/new/?kind=pattern").content.decode()

    assert [f">{name}</option>" in shown for name in ("id", "email", "placed")] == [True, True, True]
    assert 'name="pattern"' in shown


def test_a_rule_is_defined_by_the_form(alice_client, orders):
    field = orders.fields.get(name="email")

    answer = alice_client.post(
        f"/quality/assets/{orders.code}/rules/new/?kind=completeness", filled_in(field=field.pk)
    )

    rule = Rule.objects.get()
    assert answer.url == f"/quality/rules/{rule.code}/"
    assert (rule.kind, rule.field, rule.threshold, rule.severity) == ("completeness", field, 0.9, "high")
    assert (rule.dimension, rule.created_by, rule.state) == ("complete", "alice", "never")
    assert Entry.objects.get(action="quality.rule_defined").object_id == str(rule.code)


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        ("completeness", {"field": "999999"}, "field"),
        ("completeness", {"threshold": "1.1"}, "threshold"),
        ("completeness", {"threshold": "nan"}, "threshold"),
        ("completeness", {"severity": "deadly"}, "severity"),
        ("completeness", {"name": ""}, "name"),
        ("volume", {"minimum": "-1"}, "minimum"),
        ("volume", {"minimum": "many"}, "minimum"),
        ("volume", {"minimum": ""}, "minimum"),
        ("span", {}, "lowest"),
        ("span", {"lowest": "tall"}, "lowest"),
        ("span", {"lowest": "2", "highest": "1"}, "highest"),
        ("span", {"lowest": "2", "highest": "2026-01-01"}, "highest"),
        ("freshness", {"hours": "1000000"}, "hours"),
    ],
)
def test_bad_input_names_its_field(alice_client, orders, kind, changes, field):
    own = {"field": orders.fields.get(name="id").pk} if kind != "volume" else {}

    answer = alice_client.post(
        f"/quality/assets/{orders.code}/rules/new/?kind={kind}", filled_in(**{**own, **changes})
    )

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert not Rule.objects.exists()


def test_a_name_is_taken_once_per_asset(alice_client, orders):
    define_rule(asset=orders, actor="bob", name="Volume", kind="volume", parameters={"minimum": 1})

    answer = alice_client.post(
        f"/quality/assets/{orders.code}/rules/new/?kind=volume", filled_in(name="VOLUME", minimum="3")
    )

    assert answer.context["form"].errors == {"name": ["The asset has a rule of this name already."]}


def test_an_unknown_kind_is_not_found(alice_client, orders):
    assert alice_client.get(f"/quality/assets/{orders.code}/rules/new/?kind=magic").status_code == 404


def test_a_viewer_may_not_define_rules(client, bob, orders):
    client.force_login(bob)

    assert client.post(f"/quality/assets/{orders.code}/rules/new/?kind=volume").status_code == 403


def test_a_change_is_kept_with_what_was_before(alice_client, orders):
    rule = define_rule(asset=orders, actor="alice", name="Volume", kind="volume", parameters={"minimum": 1})

    alice_client.post(f"/quality/rules/{rule.code}/change/", filled_in(name="More", minimum="5"))

    rule.refresh_from_db()
    assert (rule.name, rule.parameters, rule.threshold) == ("More", {"minimum": 5}, 0.9)
    assert '"before":{' in Entry.objects.get(action="quality.rule_changed").body


def api(client, user):
    headers = {"Authorization": f"Bearer {make_token(user)}"}
    return lambda method, path, body=None: getattr(client, method)(
        f"/api/v1/{path}", body, content_type="application/json", headers=headers
    )


def test_the_api_defines_changes_and_deletes(client, alice, orders):
    call = api(client, alice)
    wanted = {"asset": str(orders.code), "field": "email", "name": "Pattern", "kind": "pattern"}

    made = call(
        "post", "rules/", {**wanted, "parameters": {"pattern": "@"}, "threshold": 0.5, "enabled": False}
    )
    changed = call("patch", f"rules/{made.json()['code']}/", {"threshold": 0.7, "enabled": True})
    gone = call("delete", f"rules/{made.json()['code']}/")

    assert (made.status_code, changed.status_code, gone.status_code) == (201, 200, 204)
    assert (made.json()["sentence"], made.json()["enabled"]) == ("email matches @", False)
    assert (changed.json()["threshold"], changed.json()["enabled"]) == (0.7, True)
    assert Entry.objects.filter(action__startswith="quality.").count() == 5


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"field": "nose"}, "field"),
        ({"field": None}, "field"),
        ({"asset": "7f2c63cf-68e4-4c94-8a4e-0e0b1dc7d5a1"}, "asset"),
        ({"kind": "magic"}, "kind"),
        ({"threshold": 2}, "threshold"),
        ({"parameters": {"minimum": 3}}, "minimum"),
        ({"name": ""}, "name"),
    ],
)
def test_the_api_names_the_field_of_bad_input(client, alice, orders, changes, field):
    wanted = {"asset": str(orders.code), "field": "email", "name": "There", "kind": "completeness"}

    answer = api(client, alice)("post", "rules/", {**wanted, **changes})

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_model_has_no_rows_to_check(client, alice):
    model = make_asset("churn/1.0", kind="model", namespace="ml://govportal")

    answer = api(client, alice)(
        "post",
        "rules/",
        {"asset": str(model.code), "name": "Volume", "kind": "volume", "parameters": {"minimum": 1}},
    )

    assert (answer.status_code, answer.json()["detail"]) == (409, "A model has no rows to check.")


@pytest.fixture
def volume(orders):
    return define_rule(asset=orders, actor="alice", name="Volume", kind="volume", parameters={"minimum": 1})


def test_a_bad_change_names_its_field_and_changes_nothing(alice_client, orders, volume):
    define_rule(asset=orders, actor="alice", name="Other", kind="volume", parameters={"minimum": 1})
    path = f"/quality/rules/{volume.code}/change/"

    bad = alice_client.post(path, filled_in(name="other", minimum="2"))
    worse = alice_client.post(path, filled_in(name="Volume", minimum="a\x00b"))
    long = alice_client.post(path, filled_in(name="Volume", minimum="9" * 2000))

    assert [list(answer.context["form"].errors) for answer in (bad, worse, long)] == [
        ["name"],
        ["minimum"],
        ["minimum"],
    ]
    volume.refresh_from_db()
    assert (volume.name, volume.parameters) == ("Volume", {"minimum": 1})


def test_a_parameter_is_text_or_a_number(client, alice, volume):
    answer = api(client, alice)("patch", f"rules/{volume.code}/", {"parameters": {"minimum": [1]}})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "minimum")


def test_a_rule_of_a_whole_table_names_no_column(client, alice, volume):
    answer = api(client, alice)("patch", f"rules/{volume.code}/", {"field": "id"})

    assert answer.json()["errors"] == [
        {"field": "field", "detail": "This kind of check is about the whole table."}
    ]


def test_a_rule_is_switched_off_on_and_deleted(alice_client, volume):
    states = []
    for verb in ("disable", "enable"):
        alice_client.post(f"/quality/rules/{volume.code}/{verb}/")
        volume.refresh_from_db()
        states.append(volume.enabled)
    alice_client.post(f"/quality/rules/{volume.code}/delete/")

    assert states == [False, True]
    assert not Rule.objects.exists()
    assert [
        entry.action
        for entry in Entry.objects.filter(object_id=str(volume.code), object_type="rule").order_by("pk")
    ] == [
        "quality.rule_defined",
        "quality.rule_switched",
        "quality.rule_switched",
        "quality.rule_deleted",
    ]


def test_what_measures_a_rule_cannot_be_changed_by_hand(volume):
    with pytest.raises(Refused, match="state"):
        change_rule(rule=volume, actor="alice", changes={"state": "pass"})
