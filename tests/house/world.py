"""A small company with rows of every kind, and what one of its people must never learn of.

Ada may everything, and policies show her everything. Bea holds every permission there is, and policies
show her what is internal at most. Cid has an account and nothing else. What is hidden from Bea and Cid
carries a word that begins with kx7 wherever people can write one.
"""

import json
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from accesscontrol.breakglass.services import declare_emergency
from accesscontrol.grants.services import grant_access
from accesscontrol.identity.models import User
from accesscontrol.identity.services import issue_token
from accesscontrol.roles.services import create_role
from accesscontrol.teams.services import add_member, create_team
from catalog.assets.models import Asset
from catalog.assets.services import change_asset, change_field
from catalog.bulk.models import BulkItem
from catalog.enforcement.plans import make_plan
from catalog.enforcement.services import add_row_rule, map_role, save_enforcement
from catalog.exchange.models import ImportRow
from catalog.renames.services import propose_renames
from catalog.savedviews.services import save_view
from catalog.usage.log import read_log
from catalog.usage.services import KEPT, receive_queries
from compliance.consent.models import ConsentRecord
from compliance.requests import services as requests
from compliance.requests.models import SubjectRequest
from lineage.ingest.services import receive_event
from lineage.ingest.tasks import apply_pending
from mlgovernance.deployments.services import deploy_model
from mlgovernance.registry.models import ModelVersion
from mlgovernance.registry.services import register_model_version
from mlgovernance.training.models import TrainingData, TrainingRun
from mlgovernance.training.services import Dataset, finish_training, start_training
from quality.rules.services import define_rule
from quality.runs.services import evaluate, submit_asset_run
from stewardship.accessrequests.services import request_access
from stewardship.announcements.services import announce
from stewardship.approvals.services import propose
from stewardship.coverage.services import request_coverage
from stewardship.discussions import services as discussions
from stewardship.following.services import follow
from stewardship.jobs.work import run_job
from stewardship.notices.services import notify
from stewardship.recertification.services import start_campaign
from stewardship.simulations.services import request_simulation
from stewardship.subjects.reads import Subject
from stewardship.subjects.registry import KINDS
from stewardship.visits.services import note_visit
from tests.accesscontrol.policysets.sets import drafted, submitted
from tests.browser.company import Company
from tests.build import make_policy, make_user
from tests.catalog.scratch import Scratch, harvest
from tests.house import meaning
from tests.house.deciding import decide
from tests.house.rules import FLOORS
from tests.house.words import Words
from tests.lineage.events import run_event

TOKEN = "kx7"
TABLES = (
    *Company.TABLES,
    "CREATE TABLE legs (id int PRIMARY KEY, length int, side text)",
    "CREATE TABLE visits (id int PRIMARY KEY, place int)",
    "CREATE VIEW summary AS SELECT 1 AS n",
    "ANALYZE",
)
HIDDEN_TABLES = (
    """CREATE TABLE kx7vault (id int PRIMARY KEY, kx7mail text, kx7pay int DEFAULT 7,
       customer_id int CONSTRAINT kx7owner REFERENCES customer)""",
    "COMMENT ON TABLE kx7vault IS 'What kx7comment says'",
    "COMMENT ON COLUMN kx7vault.kx7pay IS 'What kx7column says'",
    "INSERT INTO kx7vault VALUES (1, 'ann@example.org', NULL, 1), (2, 'kx7who@example.org', 5, 2)",
    "CREATE VIEW kx7report AS SELECT v.id, c.city FROM kx7vault v JOIN customer c ON c.id = v.customer_id",
    "ALTER TABLE visits ADD CONSTRAINT visits_place FOREIGN KEY (place) REFERENCES kx7vault",
    "CREATE OR REPLACE VIEW summary AS SELECT count(*)::int AS n FROM kx7vault",
)
STORE = "postgres://sources.test:5432"


def everything() -> list[str]:
    """Every permission of the floors, as "app.codename"."""
    rows = Permission.objects.filter(content_type__app_label__in=FLOORS)
    return [f"{app}.{code}" for app, code in rows.values_list("content_type__app_label", "codename")]


def in_a_week() -> datetime:
    return timezone.now() + timedelta(days=7)


class World:
    """`begin` makes what Bea may know of; `hide` adds the rest, all around it."""

    def __init__(self, scratch: Scratch) -> None:
        self.scratch = scratch
        scratch.run(*TABLES)
        create_role(name="everything", actor="tests", permissions=everything())
        self.ada = make_user("ada", "everything", department="owners")
        self.bea = make_user("bea", "everything")
        self.cid = make_user("cid")
        owner = {"attribute": "user.department", "operator": "==", "value": "owners"}
        internal = {"attribute": "resource.sensitivity", "operator": "<=", "value": "internal"}
        make_policy("owners", owner, actions=["*"])
        make_policy("internal", internal, actions=["view", "change"])
        self.shop = Company(scratch, self.ada)

    def begin(self) -> None:
        self._send("load", "1", ["orders"], ["shop.mart.sales"])
        self._send("refresh", "2", ["orders"], ["shop.mart.sales"])
        self._open_up()
        self.team = create_team(name="Shop", actor="ada")
        add_member(team=self.team, person=self.ada, actor=self.bea)
        issue_token(user=self.ada, name="mine", scopes=["read"], actor="ada")
        drafted(self.ada)
        self.change = submitted(self.ada)
        self.rule = self.shop.rule
        self._propose(self.shop.orders, "One row for each order.")
        decide(author=self.ada, first=self.bea, asset=self.shop.table("customer"))
        self.model = self._model("churn", "orders")
        self.consent = self.shop.consent
        self.second = self._training(self.model, "orders")
        self._request()
        self._access(self.shop.orders, "A report")
        self._enforce()
        self._tell(self.shop.orders, "A column of orders is gone")
        self._talk(self.shop.orders, "What is a status of 7? @bea knows.")
        self._query("SELECT o.id FROM orders o JOIN customer c ON c.id = o.customer_id", "ann")
        reason = "The night shift could not see why orders were stuck."
        declare_emergency(user=self.ada, reason=reason, minutes=60)
        self._rename()
        self.words = Words(self.ada, self.shop.sales)
        self.words.mean(self.shop.orders)
        self._open_up()
        meaning.say(self.shop)
        self.edit = meaning.edit_many(self.shop, self.ada, self.bea)
        self.batch = meaning.import_file(self.shop, self.ada, self.bea)

    def hide(self) -> None:
        """All that Bea and Cid must not learn of; then one more harvest, as `pass_time` has it."""
        self.scratch.run(*HIDDEN_TABLES)
        self.pass_time()
        self.vault = self.shop.table("kx7vault")
        change_asset(asset=self.vault, actor="ada", changes=self._said())
        meaning.hide(self.shop, self.vault)
        for name, changes in {
            "kx7mail": {"identity": "email", "description": "The kx7mails"},
            "kx7pay": {"sensitive": True, "validation_rules": [{"rule": "kx7range"}]},
        }.items():
            change_field(field=self.shop.column("kx7vault", name), actor="ada", changes=changes)
        self._send("kx7load", "kx7 1", ["orders"], ["kx7store.ledger"])
        self._send("kx7load", "kx7 2", ["kx7vault"], ["kx7store.ledger"], state="FAIL")
        self._send("refresh", "2", ["kx7vault"], ["shop.mart.sales"])
        self._rules()
        self._propose(self.vault, "What the kx7proposal says.")
        said = {"before": {"location": "kx7east"}, "after": {"location": "kx7west"}, "expected": "change"}
        BulkItem.objects.create(edit=self.edit, asset=self.vault, version=1, state="changed", **said)
        told = {"said": {"location": "kx7west"}, "before": {"location": "kx7east"}, "label": "kx7vault"}
        ImportRow.objects.create(batch=self.batch, asset=self.vault, kind="assets", number=2, place=2, **told)
        self._model("kx7net", "kx7vault")
        TrainingData.objects.create(run=self.second, asset=self.vault)
        ConsentRecord.objects.update(asset=self.vault)
        self._access(self.vault, "The kx7audit")
        self._tell(self.vault, "The column kx7pay is gone")
        self._talk(self.vault, "Who earns most? @bea may know, says kx7gossip.")
        self._query("SELECT v.kx7mail FROM kx7vault v JOIN orders o ON o.id = v.kx7pay", "kx7eve")
        add_row_rule(
            enforcement=self.enforcement, actor="ada", asset=self.vault, column="kx7mail", attribute="region"
        )
        self.words.mean(self.vault)

    def _rename(self) -> None:
        self.scratch.run("ALTER TABLE legs RENAME TO limbs")
        harvest(self.shop.source)
        propose_renames(harvest=self.shop.source.harvests.latest("began_at"))

    def pass_time(self) -> None:
        """The source is read again, whether or not it has something to hide now."""
        harvest(self.shop.source)

    def after(self) -> None:
        """What people do later on, whether or not there is something to hide."""
        finish_training(run=self.second, status="complete", metrics={"auc": 0.8}, actor="ada")
        make_plan(enforcement=self.enforcement, actor=self.ada)
        row = SubjectRequest.objects.get()
        run_job(job_id=requests.start_collecting(request=row, actor=self.ada).pk)
        simulation = request_simulation(actor="ada", policy_set=self.change)
        run_job(job_id=simulation.job.pk)
        run_job(job_id=request_coverage(actor="ada").job.pk)
        start_campaign(name="Autumn", due_at=in_a_week(), actor=self.ada)

    def _open_up(self) -> None:
        for asset in Asset.objects.filter(sensitivity=None):
            change_asset(asset=asset, actor="ada", changes={"sensitivity": 1})

    def _said(self) -> dict[str, Any]:
        return {
            "description": "What kx7people say",
            "domain": self.shop.sales,
            "owner": self.ada,
            "properties": {"cost": "kx7cost"},
        }

    def _named(self, name: str) -> str:
        return name if "." in name else f"{STORE}|{self.scratch.name}.public.{name}"

    def _send(self, job: str, run: str, reads: Any, writes: Any, state: str = "COMPLETE") -> None:
        sides = [[self._named(each) for each in names] for names in (reads, writes)]
        facets = {"errorMessage": {"message": f"{job} broke", "programmingLanguage": "SQL"}}
        event = run_event(state, job, run, *sides, facets=facets if state == "FAIL" else None)
        receive_event(body=json.dumps(event).encode(), sender="ada")
        apply_pending()

    def _rules(self) -> None:
        values: dict[str, Any] = {"kind": "completeness", "field": self.shop.column("kx7vault", "kx7pay")}
        rule = define_rule(
            asset=self.vault, actor="ada", name="kx7rule", severity="critical", description="kx7why", **values
        )
        evaluate(asset=self.vault, rules=[rule], actor="ada")
        run_job(job_id=submit_asset_run(asset=self.vault, actor="bea").pk)

    def _propose(self, asset: Asset, text: str) -> None:
        changes = {"description": text}
        propose(verb="catalog.change_asset", subject=asset, changes=changes, reason=text, author=self.ada)

    def _model(self, name: str, reads: str) -> ModelVersion:
        row = register_model_version(name=name, version="1.0", actor="ada", description=f"About {name}.")
        self._train(row, reads)
        deploy_model(
            model_version=row, environment="staging", endpoint=f"https://{name}.example", actor="ada"
        )
        return row

    def _train(self, model: ModelVersion, reads: str) -> None:
        finish_training(
            run=self._training(model, reads), status="complete", metrics={"auc": 0.9}, actor="ada"
        )

    def _training(self, model: ModelVersion, reads: str) -> TrainingRun:
        asset = self.shop.table(reads)
        return start_training(
            model_version=model, datasets=[Dataset(asset.namespace, asset.name)], actor="ada"
        )

    def _request(self) -> None:
        change_field(field=self.shop.column("customer", "email"), actor="ada", changes={"identity": "email"})
        row = requests.receive_request(identifier="ann@example.org", actor="ada")
        requests.verify_identity(request=row, how="Passport", actor=self.ada)

    def _access(self, asset: Asset, why: str) -> None:
        """A grant to Ada by Bea's hand would tell Bea: another gives it, and another asks."""
        others = [User.objects.filter(username=name).first() or make_user(name) for name in ("dan", "eve")]
        grant_access(
            obj=asset, action="view", user=others[0], actor=self.ada, reason=why, ends_at=in_a_week()
        )
        request_access(actor=others[1], asked_as=str(asset.code), action="view", days=7, reason=why)

    def _tell(self, asset: Asset, what: str) -> None:
        """Bea is told as well: what she may not see, she must not read of in a notice either."""
        said = {"title": what, "text": f"{what}.", "url": asset.get_absolute_url()}
        people = [self.ada, self.bea]
        notify(
            recipients=people, key=str(asset.code), topic="schema_change", about=("asset", asset.code), **said
        )

    def _talk(self, asset: Asset, what: str) -> None:
        subject = Subject(KINDS["asset"], asset)
        for kind in ("question", "comment"):
            thread = discussions.open_thread(subject=subject, kind=kind, text=what, author=self.ada)
            discussions.answer(thread=thread, text=what, author=self.ada)
        follow(subject=subject, actor=self.ada)
        announce(actor=self.ada, subject=subject, title=what, text=what, severity="warning")
        note_visit(reader=self.ada, kind="asset", code=asset.code)
        save_view(owner=self.ada, name=f"{what} {asset.pk}"[:80], query=f"q={what}")

    def _query(self, text: str, user: str) -> None:
        """Somebody ran this in the shop; a log of theirs tells."""
        line = {"query": text, "user": user, "database": self.scratch.name, "count": 7}
        log = read_log(json.dumps([line]).encode(), timezone.now(), KEPT)
        _, job = receive_queries(source=self.shop.source, log=log, batch=text[:40], actor="ada")
        run_job(job_id=job.pk)

    def _enforce(self) -> None:
        self.enforcement = save_enforcement(source=self.shop.source, actor="ada", changes={})
        group = Group.objects.get(name="viewer")
        map_role(enforcement=self.enforcement, actor="ada", database_role="readers", group=group)
        add_row_rule(
            enforcement=self.enforcement,
            actor="ada",
            asset=self.shop.table("customer"),
            column="city",
            attribute="region",
        )
        make_plan(enforcement=self.enforcement, actor=self.ada)
