"""The demo company in a running portal: everything comes in through the portal's public doors.

Only accounts are made by a service, because somebody has to be the first. Sources are added, harvested,
described, ruled and proposed about by REST, pipelines report by OpenLineage, a script trains the model.
"""

import os
import time
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from accesscontrol.identity.models import ApiToken, User
from accesscontrol.identity.services import issue_token, revoke_token, save_user
from compliance.requests.models import SubjectRequest
from govportal.demo import company, pipeline
from govportal.demo.approving import Approving
from govportal.demo.deciding import Deciding
from govportal.demo.describing import Describing
from govportal.demo.door import Door
from govportal.demo.meaning import Meaning
from govportal.demo.modelling import model_churn
from govportal.demo.naming import Naming
from govportal.demo.people import LOGINS
from govportal.demo.releasing import Releasing
from govportal.demo.rules import load_demo
from govportal.demo.server import AUTHORITY, source_settings
from govportal.demo.talking import Talking

SOURCE = "Demo company"
EVENTS_WITHIN = 60  # seconds until the kept events are drawn
ACTOR = "demo"


def build(url: str, say: Callable[[str], None] = print) -> None:
    """Make the company once; a portal that has it already is left as it is.

    What an interrupted build has made is found and not made twice.
    """
    demo = load_demo()
    if SubjectRequest.objects.filter(identifier=demo.consents[-1].subject).exists():
        return
    server = os.environ["DATABASE_URL"]
    say("")
    company.create_databases(server, lambda line: say(f"      {line}"))
    keys = _accounts()
    doors = {name: Door(url, secret) for name, (_, secret) in keys.items()}
    try:
        _fill(url, server, Describing(doors, demo), Deciding(doors, demo), keys["yuki"][1], say)
    finally:
        for token, _ in keys.values():
            revoke_token(token=token, actor=ACTOR)


def _accounts() -> dict[str, tuple[ApiToken, str]]:
    """Return a token that lives an hour for each of the company's people."""
    hour = timezone.now() + timedelta(hours=1)
    keys = {}
    for login in LOGINS:
        user: User = save_user(
            username=login.username,
            actor=ACTOR,
            password=login.password,
            full_name=login.full_name,
            email=f"{login.username}@example.org",
            roles=login.roles,
            department=login.department,
            clearance=login.clearance,
            location=login.location,
            team=login.team,
        )
        keys[login.username] = issue_token(
            user=user, name="demo", scopes=["write", "lineage"], actor=ACTOR, expires_at=hour
        )
    return keys


def _fill(
    url: str,
    server: str,
    describing: Describing,
    deciding: Deciding,
    pipeline_key: str,
    say: Callable[[str], None],
) -> None:
    ada = describing.ada
    say(f"      policies: {deciding.policies()}")
    describing.domains()
    source = _source(ada, server)
    done = ada.finished(ada.post(f"sources/{source}/harvest/")["job"])
    say(f"      harvest: {done['message']}")
    night = pipeline.run(server, url, pipeline_key, lambda line: None, authority=AUTHORITY)
    say(f"      pipeline: {len(night.completed)} jobs, {night.rows:,} rows, {len(night.failed)} failed once")
    _drawn(ada)
    say(f"      described: {describing.assets()} assets, {describing.fields()} fields")
    say(f"      model: {model_churn(url, server, describing.doors)}")
    say(f"      rules: {describing.rules()}")
    releasing = Releasing(describing.doors, server, source)
    say(f"      release of the shop: {releasing.release()} Queries: {releasing.queries():,} runs")
    describing.newcomers()
    meaning = Meaning(describing.doors, describing.codes)
    said = f"properties: {meaning.properties()} of {meaning.assets()} assets, {meaning.tags()} tagged fields"
    say(f"      {said}")
    say(f"      certificates: {meaning.certificates()}, asked for: {meaning.proposals()}")
    naming = Naming(describing.doors, describing.codes)
    say(f"      glossary: {naming.glossary()}; products: {naming.products()}")
    approving = Approving(describing.doors, describing.codes)
    say(f"      chains: {approving.chains()}, deputies: {approving.deputies()}")
    proposed = describing.proposals() + naming.proposals() + approving.half_way()
    say(f"      proposals: {proposed}, {approving.overtaken()} overtaken; consents: {describing.consents()}")
    say(f"      access: {deciding.access_requests(describing.codes)}, {deciding.policy_change()}")
    talking = Talking(describing.doors, describing.codes)
    talking.read_all()
    said = f"followed: {talking.follows()}, announced: {talking.announcements()}"
    say(f"      {said}, discussions: {talking.questions()}")
    say(f"      subject request: {describing.subject_requests(company.DEMO_SUBJECT)}")


def _source(ada: Door, server: str) -> str:
    """Return the code of the source, added unless it is there."""
    for known in ada.every("sources/"):
        if known["name"] == SOURCE:
            return str(known["code"])
    made = ada.post(
        "sources/",
        name=SOURCE,
        kind="postgresql",
        settings=source_settings(server, company.READER, AUTHORITY),
        password=company.READER_PASSWORD,
        location="EU",
    )
    return str(made["code"])


def _drawn(door: Door) -> None:
    """Wait until every kept event is in the graph."""
    end = time.monotonic() + EVENTS_WITHIN
    while door.get("lineage/events/", state="pending", page_size=1)["count"]:
        if time.monotonic() > end:
            raise TimeoutError("The worker did not draw the lineage events in time.")
        time.sleep(0.2)
