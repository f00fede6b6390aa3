"""A shop in a real database, and rows of every floor about it, made by the portal's own services."""

import json
from datetime import timedelta
from functools import cached_property

from django.utils import timezone

from accesscontrol.audit.models import Entry
from accesscontrol.breakglass.models import Emergency
from accesscontrol.breakglass.services import declare_emergency, end_emergency
from accesscontrol.grants.models import Grant
from accesscontrol.identity.models import Team, User
from accesscontrol.policy.models import Policy
from accesscontrol.policysets.models import PolicySet
from accesscontrol.teams.services import add_member, create_team
from catalog.assets.models import Asset, Field
from catalog.assets.services import change_asset, change_field
from catalog.bulk.models import BulkEdit
from catalog.bulk.services import prepare_edit, prepare_undo, start_edit
from catalog.domains.models import Domain
from catalog.domains.services import save_domain
from catalog.glossary.models import Term
from catalog.glossary.relating import relate_terms
from catalog.glossary.services import save_term
from catalog.products.models import Product
from catalog.products.services import add_ports, save_product
from catalog.sources.models import Source
from catalog.termlinks.services import link_terms
from catalog.termreviews.services import suggest_term
from compliance.consent.services import record_consent
from compliance.requests import services as requests
from compliance.requests.models import SubjectRequest
from lineage.ingest.models import Event
from lineage.ingest.services import receive_event
from lineage.ingest.tasks import apply_pending
from mlgovernance.deployments.services import deploy_model
from mlgovernance.registry.models import ModelVersion
from mlgovernance.registry.services import register_model_version
from mlgovernance.training.services import Dataset, finish_training, start_training
from quality.rules.models import Rule
from quality.rules.services import define_rule
from quality.runs.services import evaluate
from stewardship.accessrequests.models import AccessRequest
from stewardship.accessrequests.services import request_access
from stewardship.announcements.services import announce
from stewardship.approvals.models import Proposal
from stewardship.approvals.services import propose
from stewardship.chains.models import Chain
from stewardship.chains.services import save_chain
from stewardship.chains.wishes import Wish
from stewardship.discussions import services as discussions
from stewardship.discussions.models import Post, Thread
from stewardship.following.services import follow
from stewardship.jobs.models import Job
from stewardship.jobs.work import run_job
from stewardship.recertification.models import Campaign
from stewardship.recertification.services import start_campaign
from stewardship.subjects.reads import Subject
from stewardship.subjects.registry import KINDS
from tests.accesscontrol.policysets.sets import drafted
from tests.browser.said import Said
from tests.build import make_grant, make_policy, make_user
from tests.catalog.scratch import Scratch, harvest, make_source
from tests.lineage.events import run_event


class Company(Said):
    """Each thing is made when a test first asks for it."""

    TABLES = (
        "CREATE TABLE customer (id int PRIMARY KEY, email text, city text)",
        "COMMENT ON TABLE customer IS 'Who bought here'",
        """CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customer,
           status text, placed timestamptz DEFAULT now())""",
        "CREATE VIEW open_orders AS SELECT o.id, c.email FROM orders o JOIN customer c ON c.id = customer_id",
        "INSERT INTO customer VALUES (1, 'ann@example.org', 'Bonn'), (2, 'bob@example.org', NULL)",
        "INSERT INTO orders VALUES (10, 1, 'sent'), (11, 1, NULL), (20, 2, 'open')",
    )

    def __init__(self, scratch: Scratch, ada: User) -> None:
        self.scratch, self.ada = scratch, ada
        self.source: Source = make_source(scratch)
        harvest(self.source)
        self.orders = self.table("orders")
        change_asset(asset=self.orders, actor="ada", changes={"domain": self.sales})

    def table(self, name: str) -> Asset:
        return Asset.objects.get(name=f"{self.scratch.name}.public.{name}")

    def column(self, table: str, name: str) -> Field:
        return Field.objects.get(asset=self.table(table), name=name)

    @cached_property
    def sales(self) -> Domain:
        return save_domain(actor="ada", slug="sales", name="Sales", description="All that we sell.")

    @cached_property
    def vera(self) -> User:
        """Only looks, and sees everything."""
        make_policy()
        return make_user("vera", "viewer", full_name="Vera Lind")

    @cached_property
    def away(self) -> Source:
        """A source that nobody answers for."""
        source = make_source(self.scratch, "Away", settings={"host": "127.0.0.1", "port": 9})
        harvest(source)
        return source

    @cached_property
    def term(self) -> Term:
        """In review, below another, with a relation, about the orders; vera wrote it."""
        whole = {"slug": "order", "name": "Order", "definition": "All of it.", "domain": self.sales}
        order = save_term(actor=self.ada, changes=whole)
        said = {"definition": "Not yet an order.", "synonyms": ["cart"], "parent": order}
        term = suggest_term(actor=self.vera, changes={"slug": "basket", "name": "Basket", **said})
        relate_terms(term=term, kind="part_of", other=order, actor=self.ada)
        link_terms(asset=self.orders, terms=[term], actor="ada")
        return term

    @cached_property
    def product(self) -> Product:
        """The orders go in, and a view comes out."""
        said = {"slug": "figures", "name": "Figures", "domain": self.sales, "status": "active"}
        product = save_product(actor="ada", changes=said)
        add_ports(asset=self.orders, direction="input", products=[product], actor="ada")
        add_ports(asset=self.table("open_orders"), direction="output", products=[product], actor="ada")
        return product

    @cached_property
    def team(self) -> Team:
        """A team with one member."""
        team = create_team(name="Shop", actor="ada")
        add_member(team=team, person=self.vera, actor=self.ada)
        return team

    @cached_property
    def grant(self) -> Grant:
        """Vera may change the orders for some days."""
        return make_grant(self.vera, self.orders, "change", days=5)

    @cached_property
    def emergency(self) -> Emergency:
        """Over and not reviewed yet; ada is in one of her own, so that the banner is on every page."""
        sam = make_user("sam", "steward", full_name="Sam Ito")
        reason = "The nightly load fails and the shop is down."
        row = declare_emergency(user=sam, reason=reason, minutes=15)
        change_asset(asset=self.table("customer"), actor="sam", changes={"description": "Mended."})
        declare_emergency(user=self.ada, reason=reason, minutes=30)
        return end_emergency(emergency=row, actor=sam)

    @cached_property
    def edit(self) -> BulkEdit:
        """Prepared by ada, who may change what it selects."""
        rows = Asset.objects.of_kinds("table")
        return prepare_edit(
            author=self.ada, assets=rows, wishes={"tier": 1, "owner": "ada"}, query="kind=table"
        )

    @cached_property
    def edited(self) -> BulkEdit:
        """Done, and undoing it is prepared."""
        edit = prepare_edit(
            author=self.ada,
            assets=Asset.objects.of_kinds("table"),
            wishes={"location": "eu"},
            query="kind=table",
        )
        run_job(job_id=start_edit(edit=edit, actor=self.ada).pk)
        prepare_undo(edit=edit, actor=self.ada)
        return edit

    @cached_property
    def asked(self) -> AccessRequest:
        """Ada answers for the orders, and vera wants to change them."""
        change_asset(asset=self.orders, actor="ada", changes={"owner": self.ada})
        request_access(
            actor=self.ada, asked_as=str(self.grant.code), action="view", days=7, reason="Month end"
        )
        reason = "I mend the status of old orders."
        return request_access(
            actor=self.vera, asked_as=str(self.orders.code), action="change", days=7, reason=reason
        )

    @cached_property
    def campaign(self) -> Campaign:
        due = timezone.now() + timedelta(days=14)
        assert self.grant
        return start_campaign(name="Spring review", due_at=due, actor=self.ada)

    @cached_property
    def draft(self) -> PolicySet:
        """A change of policies that ada has begun."""
        return drafted(self.ada)

    @cached_property
    def policy(self) -> Policy:
        internal = {"attribute": "resource.sensitivity", "operator": "<=", "value": "internal"}
        return make_policy("open-to-all", internal, description="What is internal at most.")

    @cached_property
    def entry(self) -> Entry:
        return Entry.objects.latest("pk")

    @cached_property
    def job(self) -> Job:
        return Job.objects.filter(state="succeeded").latest("pk")

    @cached_property
    def proposal(self) -> Proposal:
        return propose(
            verb="catalog.change_asset",
            subject=self.orders,
            changes={"description": "One row for each order."},
            reason="I am asked every week.",
            author=self.vera,
        )

    @cached_property
    def post(self) -> Post:
        """Ada's question, to which vera has the answer."""
        subject = Subject(KINDS["asset"], self.orders)
        text = "What does a status of 7 mean? See https://shop.example/status. @vera may know."
        thread = discussions.open_thread(subject=subject, kind="question", text=text, author=self.ada)
        answer = discussions.answer(thread=thread, text="Sent back, @ada.", author=self.vera)
        discussions.accept_answer(post=answer, actor=self.ada)
        follow(subject=subject, actor=self.ada)
        announce(actor=self.ada, subject=subject, title="Frozen for the audit", severity="warning")
        return thread.posts.get(number=1)

    @cached_property
    def thread(self) -> Thread:
        return self.post.thread

    @cached_property
    def chain(self) -> Chain:
        """Off, so that it asks nobody; two steps."""
        steps = [
            Wish(who="owner", days=3, silence="escalate", then="next"),
            Wish(who="people", people=[self.ada], days=5),
        ]
        return save_chain(actor="ada", name="Owner, then Ada", steps=steps, is_active=False)

    @cached_property
    def rule(self) -> Rule:
        """Broken, measured twice."""
        rule = define_rule(
            asset=self.orders,
            actor="ada",
            name="Orders have a status",
            kind="completeness",
            field=self.column("orders", "status"),
            threshold=0.9,
            severity="critical",
        )
        for _ in range(2):
            evaluate(asset=self.orders, rules=[Rule.objects.select_related("field").get()], actor="ada")
        return rule

    @cached_property
    def event(self) -> Event:
        """Of a load that wrote a store of its own; a second, empty one was rejected."""
        mart = run_event("COMPLETE", "load", "1", ["shop.raw.orders"], ["shop.mart.sales"])
        for each in (mart, {"nothing": 1}):
            receive_event(body=json.dumps(each).encode(), sender="ada")
        apply_pending()
        return Event.objects.get(name="load")

    @cached_property
    def model(self) -> ModelVersion:
        row = register_model_version(
            name="churn", version="1.0", actor="mia", model_type="classifier", description="Who leaves us."
        )
        read = [Dataset(self.orders.namespace, self.orders.name)]
        run = start_training(model_version=row, datasets=read, actor="mia", hyperparameters={"depth": 6})
        finish_training(run=run, status="complete", metrics={"auc": 0.9137}, actor="mia")
        deploy_model(model_version=row, environment="staging", endpoint="https://ml.example", actor="mia")
        return row

    @cached_property
    def request(self) -> SubjectRequest:
        """Collected; its answer is due."""
        change_field(field=self.column("customer", "email"), actor="ada", changes={"identity": "email"})
        row = requests.receive_request(identifier="ann@example.org", actor="ada")
        requests.verify_identity(request=row, how="Passport", actor=self.ada)
        requests.start_collecting(request=row, actor=self.ada)
        return SubjectRequest.objects.get(pk=row.pk)

    @cached_property
    def consent(self) -> object:
        return record_consent(
            subject="ann@example.org",
            purpose="Newsletter",
            kind="marketing",
            granted=True,
            version="2026-02",
            actor="ada",
            given_at=timezone.now(),
        )
