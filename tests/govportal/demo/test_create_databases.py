import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from govportal.demo.company import READER, READER_PASSWORD, NotOurs, create_databases
from govportal.demo.server import CLINIC, DATABASES, SHOP, connect
from govportal.demo.shop_people import DEMO_SUBJECT
from tests.govportal.demo.built import TODAY, Company

HAPPENED = {  # columns that say when something happened
    SHOP: {
        "consents": ("given_at", "withdrawn_at"),
        "customers": ("registered_at",),
        "orders": ("ordered_at",),
        "payments": ("paid_at",),
        "returns": ("requested_at",),
        "reviews": ("written_at",),
        "shipments": ("shipped_at", "delivered_at"),
        "stock_levels": ("counted_at",),
        "support_tickets": ("opened_at", "closed_at"),
        "web_sessions": ("started_at",),
    },
    CLINIC: {
        "diagnoses": ("noted_at",),
        "lab_results": ("measured_at",),
        "visits": ("arrived_at", "left_at"),
    },
}


def test_the_same_day_gives_the_same_rows(company: Company) -> None:
    first, second = company.checksums

    assert first == second


def test_the_company_has_sixty_assets_and_its_promised_rows(company: Company) -> None:
    rows = sum(int(line.split()[-2]) for text in company.checksums[0].values() for line in text.splitlines())

    assert (len(company.relations("r")), len(company.relations("vm"))) == (49, 9)
    assert 30_000 < rows < 100_000


@pytest.mark.parametrize("database", [SHOP, CLINIC])
def test_nothing_happened_after_midnight(company: Company, database: str) -> None:
    late = {
        (table, column): found
        for table, columns in HAPPENED[database].items()
        for column in columns
        if (found := company.ask(database, f"SELECT count(*) FROM {table} WHERE {column} >= %s", TODAY)[0][0])
    }

    assert late == {}


def test_every_relation_says_what_it_is(company: Company) -> None:
    silent = [
        (database, *row)
        for database in DATABASES
        for row in company.ask(
            database,
            "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind IN ('r', 'v', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
            " AND n.nspname NOT LIKE 'pg_toast%' AND obj_description(c.oid, 'pg_class') IS NULL",
        )
    ]

    assert silent == []


DEFECTS = {
    SHOP: {
        "customers without an e-mail address": "SELECT count(*) FROM customers WHERE email IS NULL",
        "addresses that are no addresses": "SELECT count(*) FROM customers WHERE email NOT LIKE '%@%'",
        "placeholder birth dates": "SELECT count(*) FROM customers WHERE birth_date = '1900-01-01'",
        "addresses without a postal code": "SELECT count(*) FROM addresses WHERE postal_code IS NULL",
        "consents withdrawn before given": "SELECT count(*) FROM consents WHERE withdrawn_at < given_at",
        "orders without a status": "SELECT count(*) FROM orders WHERE status IS NULL",
        "late parcels": "SELECT count(*) FROM v_late_shipments",
        "products without a weight": "SELECT count(*) FROM products WHERE weight_grams IS NULL",
        "reviews of unknown products": (
            "SELECT count(*) FROM reviews r LEFT JOIN products p ON p.sku = r.product_sku WHERE p.sku IS NULL"
        ),
        "wrong payments": (
            "SELECT count(*) FROM (SELECT 1 FROM payments p JOIN orders o USING (order_id)"
            " JOIN order_items i USING (order_id) GROUP BY p.payment_id, o.order_id"
            " HAVING p.amount <> o.shipping_cost + sum(i.line_total)) wrong"
        ),
    },
    CLINIC: {
        "patients without an e-mail address": "SELECT count(*) FROM patients WHERE email IS NULL",
        "patients without a telephone": "SELECT count(*) FROM patients WHERE phone IS NULL",
        "visits that end before they begin": "SELECT count(*) FROM visits WHERE left_at < arrived_at",
        "diagnoses with an unknown code": (
            "SELECT count(*) FROM diagnoses d LEFT JOIN diagnosis_codes c USING (code) WHERE c.code IS NULL"
        ),
        "policies without a number": "SELECT count(*) FROM insurance_policies WHERE policy_number IS NULL",
        "results without a value": "SELECT count(*) FROM lab_results WHERE value IS NULL",
        "people entered twice": (
            "SELECT count(*) FROM patients a JOIN patients b USING (first_name, birth_date, city)"
            " WHERE a.patient_id < b.patient_id AND a.last_name <> b.last_name"
        ),
    },
}
PLANTED = {
    SHOP: {
        "customers without an e-mail address": 55,
        "addresses that are no addresses": 7,
        "placeholder birth dates": 12,
        "addresses without a postal code": 31,
        "consents withdrawn before given": 8,
        "orders without a status": 160,
        "late parcels": 680,
        "products without a weight": 44,
        "reviews of unknown products": 27,
        "wrong payments": 86,
    },
    CLINIC: {
        "patients without an e-mail address": 121,
        "patients without a telephone": 373,
        "visits that end before they begin": 28,
        "diagnoses with an unknown code": 17,
        "policies without a number": 36,
        "results without a value": 61,
        "people entered twice": 15,
    },
}


@pytest.mark.parametrize("database", [SHOP, CLINIC])
def test_planted_defects_are_there(company: Company, database: str) -> None:
    found = {name: company.ask(database, query)[0][0] for name, query in DEFECTS[database].items()}

    assert found == PLANTED[database]


CHILDREN = """
SELECT quote_ident(c.relname), string_agg(quote_ident(a.attname), ', ' ORDER BY k.at),
       string_agg(quote_ident(b.attname), ', ' ORDER BY k.at)
FROM pg_constraint f
JOIN pg_class c ON c.oid = f.conrelid
CROSS JOIN unnest(f.conkey, f.confkey) WITH ORDINALITY k (child, parent, at)
JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.child
JOIN pg_attribute b ON b.attrelid = f.confrelid AND b.attnum = k.parent
WHERE f.contype = 'f' AND f.confrelid = %s::regclass AND f.conrelid <> f.confrelid
GROUP BY f.oid, c.relname ORDER BY c.relname
"""


def reached(company: Company, database: str, table: str, condition: str) -> dict[str, int]:
    """Rows of a person: those that fulfil the condition, and all that refer to them by foreign keys."""
    (count,) = company.ask(database, f"SELECT count(*) FROM {table} WHERE {condition}")[0]
    found = {table: count}
    for child, columns, parents in company.ask(database, CHILDREN, table):
        inner = f"({columns}) IN (SELECT {parents} FROM {table} WHERE {condition})"
        for name, rows in reached(company, database, child, inner).items():
            found[name] = max(found.get(name, 0), rows)
    return found


def test_one_address_leads_through_the_foreign_keys_of_both_sources(company: Company) -> None:
    person = f"email = '{DEMO_SUBJECT}'"

    assert reached(company, SHOP, "customers", person) == {
        "customers": 1,
        "addresses": 2,
        "consents": 3,
        "orders": 5,
        "order_items": 7,
        "payments": 5,
        "returns": 3,
        "reviews": 4,
        "shipments": 5,
        "support_tickets": 4,
        "web_sessions": 3,
    }
    assert reached(company, CLINIC, "patients", person) == {
        "patients": 1,
        "insurance_policies": 1,
        "treatment_consents": 2,
        "visits": 4,
        "diagnoses": 5,
        "lab_results": 8,
        "prescriptions": 4,
    }


def test_hundreds_of_people_are_known_to_both(company: Company) -> None:
    customers = {row[0] for row in company.ask(SHOP, "SELECT email FROM customers WHERE email IS NOT NULL")}
    patients = {row[0] for row in company.ask(CLINIC, "SELECT email FROM patients WHERE email IS NOT NULL")}

    assert len(customers & patients) == 330


def test_names_that_need_quotes_are_there(company: Company) -> None:
    columns = company.ask(
        SHOP,
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 ORDER BY attnum",
        '"Rückgabegründe"',
    )

    assert columns == [("code",), ("Grund (deutsch)",), ('reason "as printed"',)]


def test_the_reader_reads_everything_and_writes_nothing(company: Company) -> None:
    where = make_conninfo(company.server_url, dbname=SHOP, user=READER, password=READER_PASSWORD)
    with psycopg.connect(where, autocommit=True) as reader:
        assert reader.execute('SELECT count(*) FROM "Rückgabegründe"').fetchone() == (5,)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            reader.execute("DELETE FROM reviews")
        reader.execute("SET default_transaction_read_only = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute("DELETE FROM reviews")


def test_the_reader_reads_what_the_pipeline_wrote(company: Company) -> None:
    where = make_conninfo(company.server_url, dbname="warehouse", user=READER, password=READER_PASSWORD)
    with psycopg.connect(where) as reader:
        assert reader.execute("SELECT count(*) FROM mart.v_company_overview").fetchone() == (30,)


def test_sources_take_new_rows(company: Company) -> None:
    with connect(company.server_url, SHOP) as shop, shop.transaction(force_rollback=True):
        (last,) = shop.execute("SELECT max(address_id) FROM addresses").fetchall()[0]
        (new,) = shop.execute(
            "INSERT INTO addresses (customer_id, kind, street, house_number, city, country_code, valid_from)"
            " VALUES (1, 'billing', 'Gartenweg', '1', 'Köln', 'DE', '2026-11-20') RETURNING address_id"
        ).fetchall()[0]

    assert new == last + 1


def test_a_database_of_somebody_else_is_left_alone(company: Company) -> None:
    before = company.ask(SHOP, "SELECT oid FROM pg_database WHERE datname = 'shop'")
    mark = company.ask(
        CLINIC, "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = 'clinic'"
    )
    with connect(company.server_url, CLINIC) as clinic:
        clinic.execute("COMMENT ON DATABASE clinic IS 'The real clinic'")
        try:
            with pytest.raises(NotOurs, match=r"that the demo did not make: clinic\.$"):
                create_databases(company.server_url, print, TODAY)
        finally:
            clinic.execute(f"COMMENT ON DATABASE clinic IS '{mark[0][0]}'".encode())

    assert company.ask(SHOP, "SELECT oid FROM pg_database WHERE datname = 'shop'") == before
