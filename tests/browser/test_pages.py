"""Every page of the portal: quiet under the strict CSP, accessible in light and dark, and narrow enough."""

import re
from uuid import UUID

import pytest
from django.urls import get_resolver, resolve
from playwright.sync_api import expect

from accesscontrol.roles.models import Role
from tests.browser.company import Company
from tests.house.rules import routes
from tests.plugins.browser import violations

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PAGES = {
    "accesscontrol": """
        /account/tokens/ /account/password/ /account/password/done/
        /access/policies/ /access/policies/?q=nothing /access/policies/new/
        /access/policies/{policy.code}/ /access/policies/{policy.code}/edit/
        /access/changes/ /access/changes/?state=retired /access/changes/import/
        /access/changes/{draft.code}/ /access/changes/{draft.code}/policy/?policy=tables
        /access/attributes/ /access/reach/ /access/coverage/ /access/simulations/ /access/simulations/new/
        /access/who/{orders.code}/ /access/what/ada/ /access/why/{orders.code}/
        /access/explain/ /access/explain/?user=ada&asset={orders.code}&action=view
        /access/roles/ /access/roles/?q=asset&floor=catalog /access/roles/new/ /access/roles/{role.pk}/
        /access/people/ /access/people/?q=nothing /access/people/new/
        /access/people/{ada.code}/ /access/people/{ada.code}/edit/
        /access/teams/ /access/teams/{team.code}/
        /access/grants/ /access/grants/?asset=nothing /access/grants/new/ /access/grants/{grant.code}/
        /access/emergency/ /access/emergencies/ /access/emergencies/{emergency.code}/
        /audit/ /audit/?actor=nobody /audit/{entry.pk}/""",
    "stewardship": """
        /jobs/ /jobs/?state=failed /jobs/{job.code}/
        /following/ /following/?kind=domain /announcements/ /announcements/?state=over
        /announcements/new/ /announcements/new/?about=asset&code={orders.code}
        /discussions/ /discussions/?tab=mine /discussions/?state=resolved /discussions/{thread.code}/
        /discussions/posts/{post.code}/edit/ /discussions/about/asset/{orders.code}/
        /catalog/assets/{orders.code}/discussion/
        /notices/ /notices/?tab=unread /inbox/ /inbox/?tab=mine /inbox/?tab=open /inbox/?due=overdue
        /inbox/proposals/{proposal.code}/ /account/deputies/
        /inbox/chains/ /inbox/chains/new/ /inbox/chains/{chain.code}/ /inbox/chains/{chain.code}/edit/
        /access/requests/ /access/requests/?tab=decide /access/requests/{asked.code}/
        /access/request/{orders.code}/ /access/request/t/hidden-00000000000000000000000000000000/
        /access/campaigns/ /access/campaigns/new/ /access/campaigns/{campaign.code}/
        /catalog/assets/{orders.code}/access/""",
    "catalog": """
        /catalog/ /catalog/?q=orders&kind=table /catalog/?q=nothing /catalog/?q=kind:table&explain=1
        /catalog/views/ /catalog/views/new/?q=orders
        /catalog/elsewhere/?in=fields&q=id /catalog/elsewhere/?in=people /catalog/elsewhere/?in=terms&q=basket
        /catalog/assets/{orders.code}/ /catalog/assets/{orders.code}/description/
        /catalog/assets/{orders.code}/edit/ /catalog/assets/{orders.code}/activity/
        /catalog/assets/{orders.code}/queries/
        /catalog/assets/{orders.code}/keys/ /catalog/assets/{orders.code}/history/
        /catalog/assets/{orders.code}/history/?impact=breaking /catalog/assets/{orders.code}/history/1/
        /catalog/assets/{view.code}/history/1/ /catalog/assets/{orders.code}/history/compare/
        /catalog/changes/ /catalog/changes/?impact=breaking
        /catalog/fields/{email.code}/edit/ /catalog/fields/{email.code}/
        /catalog/fields/{email.code}/tags/ /catalog/assets/{orders.code}/tags/
        /catalog/assets/{orders.code}/lifecycle/ /catalog/assets/{orders.code}/certificate/
        /catalog/assets/{orders.code}/properties/ /catalog/properties/ /catalog/properties/add/
        /catalog/properties/{cost.code}/edit/
        /catalog/tags/ /catalog/tags/import/ /catalog/tags/{tag.code}/ /catalog/tags/{tag.code}/edit/
        /catalog/classifications/add/ /catalog/classifications/{tag.classification.code}/edit/
        /catalog/classifications/{tag.classification.code}/tags/add/
        /catalog/bulk/ /catalog/bulk/new/?q=orders /catalog/bulk/new/?q=nothing
        /catalog/bulk/{edit.code}/ /catalog/bulk/{edited.code}/ /catalog/bulk/{edited.code}/?state=changed
        /catalog/exchange/ /catalog/exchange/imports/{prepared.code}/
        /catalog/exchange/imports/{imported.code}/
        /catalog/exchange/imports/{imported.code}/?state=skipped
        /catalog/people/ /catalog/people/?q=nothing /catalog/people/{ada.code}/
        /catalog/teams/ /catalog/teams/{team.code}/
        /catalog/to-ask-for/ /catalog/assets/{database.code}/ /catalog/assets/{view.code}/
        /catalog/domains/ /catalog/domains/add/ /catalog/domains/{sales.code}/edit/
        /catalog/domains/{sales.code}/
        /catalog/glossary/ /catalog/glossary/?all=1 /catalog/glossary/?q=nothing
        /catalog/glossary/add/ /catalog/glossary/suggest/ /catalog/glossary/import/
        /catalog/glossary/{term.code}/ /catalog/glossary/{term.code}/below/
        /catalog/glossary/{term.parent.code}/below/ /catalog/glossary/{term.code}/relations/
        /catalog/glossary/{term.code}/assets/ /catalog/glossary/{term.code}/history/
        /catalog/glossary/{term.code}/edit/ /catalog/glossary/{term.code}/propose/
        /catalog/glossary/{term.code}/reject/ /catalog/glossary/{term.code}/deprecate/
        /catalog/assets/{orders.code}/terms/link/ /catalog/assets/{orders.code}/terms/propose/
        /catalog/products/ /catalog/products/?q=nothing /catalog/products/add/ /catalog/products/suggest/
        /catalog/products/{product.code}/ /catalog/products/{product.code}/edit/
        /catalog/products/{product.code}/propose/
        /catalog/assets/{orders.code}/products/add/ /catalog/assets/{orders.code}/products/propose/
        /sources/ /sources/?state=failed&kind=mysql /sources/import/
        /sources/add/ /sources/add/?kind=postgresql
        /sources/{source.code}/ /sources/{away.code}/ /sources/{source.code}/edit/
        /sources/{source.code}/harvests/ /sources/{source.code}/harvests/?state=failed
        /sources/{away.code}/harvests/ /sources/harvests/{harvest.code}/
        /sources/{source.code}/enforcement/ /sources/{source.code}/enforcement/set-up/""",
    "lineage": """
        /lineage/ /lineage/?q=orders /lineage/?q=nothing /lineage/{orders.code}/
        /lineage/{orders.code}/?format=table /lineage/{view.code}/behind/ /lineage/{orders.code}/behind/
        /lineage/events/ /lineage/events/?state=rejected /lineage/events/{event.code}/ /lineage/runs/
        /catalog/assets/{orders.code}/lineage/""",
    "quality": """
        /quality/ /quality/?state=error /quality/rules/{rule.code}/ /quality/rules/{rule.code}/change/
        /quality/assets/{orders.code}/rules/new/ /quality/assets/{orders.code}/rules/new/?kind=pattern
        /catalog/assets/{orders.code}/quality/ /catalog/assets/{view.code}/quality/""",
    "mlgovernance": """
        /ml/ /ml/?status=deprecated /ml/models/{model.code}/ /catalog/assets/{model.asset.code}/model/""",
    "compliance": """
        /compliance/ /compliance/?closed=1 /compliance/requests/new/ /compliance/requests/{request.code}/
        /compliance/consent/ /compliance/consent/?person=nobody /compliance/consent/new/""",
    "govportal": "/",
}
# Answers that are no whole pages: parts for htmx, files, machines. And pages that other tests look at.
PARTS = {
    "catalog:suggest",
    "catalog:build",
    "catalog:saved-view-edit",  # by its own test
    "catalog:search-tabs",
    "catalog:saved-views-part",
    "lineage:elements",
    "lineage:panel",
    "lineage:tab",
    "lineage:latest-runs",
}
PARTS |= {
    "counts",
    "catalog:usage-panel",
    "quality:panel",
    "quality:progress",
    "ml:panel",
    "grants:panel",
    "inbox:line",
    "discussions:asset",
    "simulations:of_set",
    "reach:others",
}
FILES = {
    "policysets:export",
    "audit:export",
    "sources:export",
    "authzen:configuration",
    "catalog:bulk-export",
    "exchange:export",
    "exchange:report",
    "catalog:export",
    "catalog:people-export",
    "announcements:export",
    "glossary:export",
    "inbox:export",
    "discussions:export",
    "following:export",
    "healthz",
    "schema",
}
ELSEWHERE = {"login", "catalog:rename", "password-choose", "api-docs", "simulations:simulation"}
ELSEWHERE |= {f"sources:enforcement-{page}" for page in ("map", "plan", "rule", "text")}


def addresses(floor, company):
    found = {name: getattr(company, name) for name in dir(Company) if f"{{{name}." in PAGES[floor]}
    more = {
        "ada": company.ada,
        "orders": company.orders,
        "role": Role.objects.get(name="administrator"),
        "source": company.source,
        "harvest": company.source.harvests.get(),
        "email": company.column("customer", "email"),
        "view": company.table("open_orders"),
        "database": type(company.orders).objects.get(name=company.scratch.name),
    }
    return PAGES[floor].format(**found, **more).split()


def seen_on(page, faults):
    """Return what is wrong with the page that is open, on a desk and on a phone."""
    expect(page.locator("main [aria-busy=true]")).to_have_count(0)
    wrong = {f"axe, {scheme}": violations(page, scheme) for scheme in ("light", "dark")}
    wrong["headings"] = page.locator("h1").all_inner_texts()[1:]
    page.set_viewport_size(PHONE)
    width = page.evaluate("document.documentElement.scrollWidth")
    wrong["phone"] = [width] if width > PHONE["width"] else []
    page.set_viewport_size(DESK)
    wrong["faults"] = list(faults)
    faults.clear()
    return [f"{name}: {each}" for name, found in wrong.items() for each in found]


@pytest.mark.parametrize("floor", PAGES)
def test_every_page_is_quiet_accessible_and_narrow(floor, live, enter, faults, company):
    page = enter("ada", "/account/password/done/")
    wrong = []
    for address in addresses(floor, company):
        assert page.goto(f"{live.url}{address}").status == 200
        wrong += [f"{address} {what}" for what in seen_on(page, faults)]

    assert wrong == [], "\n".join(wrong)


@pytest.mark.django_db
def test_no_page_is_left_out(client, django_user_model):
    """Every address that answers a GET is looked at here, or is no page."""
    client.force_login(django_user_model.objects.create(username="root", is_superuser=True))
    looked_at = {resolve(path_of(address)).view_name for text in PAGES.values() for address in text.split()}
    left_out = set()
    addresses = (path_of(route) for route, _ in routes(get_resolver().url_patterns))
    for address in addresses:
        if address.startswith(("/admin/", "/api/v1/", "/access/v1/")):
            continue
        name = resolve(address).view_name
        known = looked_at | PARTS | FILES | ELSEWHERE
        if name not in known and client.get(address).status_code != 405:
            left_out.add(name)

    assert left_out == set(), " ".join(sorted(left_out))


def path_of(pattern):
    """The address of a route or of a line above, with a code that nothing has."""
    words = pattern.partition("?")[0].lstrip("/").split("/")
    return "/" + "/".join(str(some(word)) for word in words)


def some(word):
    if word.endswith(".code}") or word.startswith("<uuid:"):
        return UUID(int=0)
    if word in {"{entry.pk}", "{role.pk}", "<int:number>"}:
        return 1
    return re.sub("<slug:[a-z]+>", "quality", word).replace("<stub:token>", f"hidden-{0:032}")
