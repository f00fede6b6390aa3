"""A catalog of any size, made inside the database: names of a Zipf vocabulary, domains, owners, certificates.

The triggers of the search write its index, as they do for every other row.
"""

from random import Random
from typing import Any

from django.db import connection

from accesscontrol.identity.models import Clearance, User
from accesscontrol.identity.services import save_user
from accesscontrol.policysets.reads import documents_in_force
from accesscontrol.policysets.services import install
from catalog.domains.services import save_domain

SEED, WORDS, DOMAINS, BATCH = 31, 20_000, 20, 20_000
SYLLABLES = ("ba", "ce", "do", "fu", "gi", "ha", "ke", "lo", "mu", "ni", "pa", "re", "so", "tu", "vi", "cro")
ASSETS = """
INSERT INTO catalog_asset (code, kind, namespace, name, description, harvested_description, status, domain_id,
    owner_id, sensitivity, has_personal_data, location, tier, certification, properties, facts, fingerprint,
    version, field_names, gdpr_category, created_at, updated_at, modified_at)
SELECT gen_random_uuid(),
    (ARRAY['table', 'table', 'table', 'view', 'file', 'topic', 'dashboard', 'job'])[1 + n %% 8],
    'bench://catalog', 's' || n %% 50 || '.' || w[1] || '_' || w[2] || '_' || n,
    CASE WHEN n %% 3 = 0 THEN '' ELSE array_to_string(w[3:], ' ') END, '',
    CASE WHEN n %% 20 = 0 THEN 'deprecated' ELSE 'active' END,
    (%(domains)s::bigint[])[1 + floor(20 * random())::int], CASE WHEN n %% 2 = 0 THEN %(owner)s END,
    floor(4 * power(random(), 2))::int, random() < 0.1, '', CASE WHEN n %% 50 = 0 THEN 1 + n %% 5 END,
    CASE WHEN n %% 30 = 0 THEN 'gold' ELSE '' END, '{}', '{}', '', 1, w[4] || ' id ' || w[5], '',
    now(), now() - n %% 900 * interval '1 day', now() - n %% 400 * interval '1 day'
FROM bench_drawn WHERE n BETWEEN %(first)s AND %(last)s
"""
FIELDS = """
INSERT INTO catalog_field (code, asset_id, name, data_type, position, nullable, required, "default",
    description, harvested_description, is_key, sensitive, gdpr_sensitivity, identity, validation_rules,
    version)
SELECT gen_random_uuid(), %(base)s + 1 + (n - 1) %% %(assets)s, w[1] || '_' || w[2] || '_' || n / %(assets)s,
    'text', 1 + n / %(assets)s, true, false, '', '', '', false, false, '', '', '[]', 1
FROM bench_drawn WHERE n BETWEEN %(first)s AND %(last)s
"""
USAGE = """
UPDATE catalog_assetdocument SET usage = floor(1 / (0.00001 + random()))::bigint WHERE asset_id %% 10 = 0;
SELECT count(*) FROM (SELECT catalog_document_assets(ids) FROM (
    SELECT array_agg(asset_id) AS ids FROM catalog_assetdocument
    WHERE asset_id %% 10 = 0 GROUP BY asset_id / 50000
) AS batches) AS written
"""


def load(*, assets: int, fields: int) -> list[str]:
    """Fill the catalog, and return the words that its names are made of, the most frequent first."""
    dice = Random(SEED)
    words = list(dict.fromkeys("".join(dice.choices(SYLLABLES, k=4)) for _ in range(WORDS * 2)))[:WORDS]
    domains = [save_domain(actor="bench", slug=f"d{at}", name=f"D {at}").pk for at in range(DOMAINS)]
    owner = save_user(username="bench-owner", actor="bench", roles=["viewer"]).pk
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.31)")
        draw(cursor, words, max(assets, fields), dice)
        given: dict[str, Any] = {"domains": domains, "owner": owner}
        for first in range(1, assets + 1, BATCH):
            cursor.execute(ASSETS, {**given, "first": first, "last": min(assets, first + BATCH - 1)})
        cursor.execute("SELECT min(id) - 1 FROM catalog_asset")
        base = cursor.fetchone()[0]
        for first in range(1, fields + 1, BATCH):
            last = min(fields, first + BATCH - 1)
            cursor.execute(FIELDS, {**given, "base": base, "assets": assets, "first": first, "last": last})
        cursor.execute(USAGE.replace("%%", "%"))
        cursor.execute("VACUUM ANALYZE")
    return words


def draw(cursor: Any, words: list[str], number: int, dice: Random) -> None:
    """Eight to fifteen words for each of so many things, the first words of the list much more often."""
    cursor.execute("CREATE TEMPORARY TABLE bench_drawn (n int PRIMARY KEY, w text[])")
    with cursor.copy("COPY bench_drawn FROM STDIN") as copy:
        for n in range(1, number + 1):
            copy.write_row((n, [words[int(WORDS * dice.random() ** 3)] for _ in range(8 + n % 8)]))


def readers() -> dict[str, User]:
    """Somebody who sees nineteen of twenty domains, and somebody who sees one; by what they see."""
    seen = {"most": [f"d{at}" for at in range(DOMAINS - 1)], "5 %": ["d7"]}
    documents = list(documents_in_force())
    for name, domains in seen.items():
        department = {"attribute": "user.department", "operator": "==", "value": f"bench {name}"}
        within = {"attribute": "resource.domain", "operator": "in", "value": domains}
        documents.append({"name": f"bench: {name}", "actions": ["view"], "conditions": [department, within]})
    install(documents=documents, summary="For the benchmark", actor="bench")
    return {
        name: save_user(
            username=f"bench-{at}",
            actor="bench",
            roles=["viewer"],
            department=f"bench {name}",
            clearance=Clearance.RESTRICTED,
        )
        for at, name in enumerate(seen)
    }
