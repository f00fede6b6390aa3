"""Customers of the shop: who they are, where they live, what they agreed to, when they looked."""

from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from govportal.demo.dice import Dice, midnight
from govportal.demo.names import Person, invent
from govportal.demo.words import WORDS

CUSTOMERS = 1300
SESSIONS = 1500
DEMO_SUBJECT = "mara.lindqvist@example.org"  # customer 1 and patient 1
SUBJECT_REGISTERED_DAYS_AGO = 500

# Planted defects, as shares of customers (or of addresses).
EMAIL_MISSING = 0.04
EMAIL_MALFORMED = 0.006
BIRTH_DATE_PLACEHOLDER = 0.01
POSTAL_CODE_MISSING = 0.02
WITHDRAWN_BEFORE_GIVEN = 0.004
PLACEHOLDER = date(1900, 1, 1)


class Customer(NamedTuple):
    customer_id: int
    customer_number: UUID
    first_name: str
    last_name: str
    email: str | None
    phone: str | None
    birth_date: date | None
    country_code: str
    language: str
    segment: str
    interests: list[str]
    registered_at: datetime


class Address(NamedTuple):
    address_id: int
    customer_id: int
    kind: str
    street: str
    house_number: str
    postal_code: str | None
    city: str
    country_code: str
    valid_from: date


class Consent(NamedTuple):
    consent_id: int
    customer_id: int
    purpose: str
    granted: bool
    given_at: datetime
    withdrawn_at: datetime | None
    channel: str
    wording_version: str


class WebSession(NamedTuple):
    session_id: UUID
    customer_id: int | None
    started_at: datetime
    duration: timedelta
    ip_address: str
    user_agent: str
    landing_page: str
    campaign: Jsonb


LANGUAGES = {"DE": "de", "AT": "de", "CH": "de", "FR": "fr", "SE": "sv", "DK": "da", "NL": "nl", "PL": "pl"}
INTERESTS = ("kitchen", "garden", "camping", "tea", "wine", "cycling")
BROWSERS = ("Firefox/145.0", "Chrome/143.0", "Safari/26.1", "Edge/143.0")
PAGES = ("/", "/sale", "/tea", "/garden/tools", "/outdoor/camping", "/kitchen")
DOCUMENTATION_NETS = ("192.0.2", "198.51.100", "203.0.113")  # RFC 5737: nobody's addresses


def people(day: date) -> list[Person]:
    """One person for each customer; the first is the demo's data subject."""
    dice = Dice("people")
    subject = Person(
        "Mara", "Lindqvist", DEMO_SUBJECT, "+46 8 465 004 17", date(1987, 4, 9), "SE", "Göteborg"
    )
    return [subject, *(invent(dice, number, day) for number in range(2, CUSTOMERS + 1))]


def customers(dice: Dice, day: date, persons: list[Person]) -> list[Customer]:
    return [customer(dice, day, number, person) for number, person in enumerate(persons, start=1)]


def customer(dice: Dice, day: date, number: int, person: Person) -> Customer:
    known = number == 1
    end = midnight(day)
    days_ago = SUBJECT_REGISTERED_DAYS_AGO if known else dice.triangular(35, 900, 300)
    return Customer(
        customer_id=number,
        customer_number=dice.uuid(),
        first_name=person.first_name,
        last_name=person.last_name,
        email=person.email if known else written_email(dice, person.email),
        phone=None if dice.chance(0.25) and not known else person.phone,
        birth_date=person.birth_date if known else written_birth_date(dice, person.birth_date),
        country_code=person.country,
        language=LANGUAGES.get(person.country, "en"),
        segment="business" if dice.chance(0.12) and not known else "consumer",
        interests=dice.sample(INTERESTS, dice.randint(0, 3)),
        registered_at=end - timedelta(seconds=int(days_ago * 86400)),
    )


def written_email(dice: Dice, email: str) -> str | None:
    """The address as it stands in the table, with the planted defects."""
    if dice.chance(EMAIL_MISSING):
        return None
    if dice.chance(EMAIL_MALFORMED):
        return email.replace("@", " at ")
    return email.title() if dice.chance(0.01) else email


def written_birth_date(dice: Dice, born: date) -> date | None:
    if dice.chance(BIRTH_DATE_PLACEHOLDER):
        return PLACEHOLDER
    return born if dice.chance(0.7) else None


def addresses(dice: Dice, persons: list[Person], accounts: list[Customer]) -> list[Address]:
    """A billing address for everyone, and a delivery address for some."""
    rows: list[Address] = []
    for person, account in zip(persons, accounts, strict=True):
        kinds = ["billing", "delivery"] if account.customer_id == 1 or dice.chance(0.4) else ["billing"]
        rows += [address(dice, len(rows) + n, kind, person, account) for n, kind in enumerate(kinds, start=1)]
    return rows


def address(dice: Dice, number: int, kind: str, person: Person, account: Customer) -> Address:
    return Address(
        address_id=number,
        customer_id=account.customer_id,
        kind=kind,
        street=dice.choice(WORDS["streets"]),
        house_number=f"{dice.randint(1, 140)}{dice.choice(('', '', '', 'a', 'B'))}",
        postal_code=None if dice.chance(POSTAL_CODE_MISSING) else f"{dice.randint(1000, 99999):05d}",
        city=person.city,
        country_code=person.country,
        valid_from=account.registered_at.date(),
    )


def consents(dice: Dice, day: date, accounts: list[Customer]) -> list[Consent]:
    rows: list[Consent] = []
    for account in accounts:
        for purpose, share in (("newsletter", 0.55), ("profiling", 0.4), ("sharing", 0.15)):
            if account.customer_id == 1 or dice.chance(0.75):
                rows.append(consent(dice, midnight(day), len(rows) + 1, account, purpose, share))
    return rows


def consent(dice: Dice, end: datetime, number: int, account: Customer, purpose: str, share: float) -> Consent:
    given = dice.moment(account.registered_at, account.registered_at + timedelta(days=30))
    granted = account.customer_id == 1 or dice.chance(share)
    withdrawn = dice.moment(given, end) if granted and dice.chance(0.12) else None
    if dice.chance(WITHDRAWN_BEFORE_GIVEN):
        withdrawn = given - timedelta(days=2)
    return Consent(
        consent_id=number,
        customer_id=account.customer_id,
        purpose=purpose,
        granted=granted,
        given_at=given,
        withdrawn_at=withdrawn,
        channel=dice.choice(("checkout", "account page", "telephone")),
        wording_version=dice.choice(("2024-03", "2025-01", "2026-02")),
    )


def web_sessions(dice: Dice, day: date) -> list[WebSession]:
    end = midnight(day)
    return [
        WebSession(
            session_id=dice.uuid(),
            customer_id=1 if number < 4 else dice.choice((None, dice.randint(2, CUSTOMERS))),
            started_at=dice.moment(end - timedelta(days=60), end),
            duration=timedelta(seconds=int(dice.expovariate(1 / 240))),
            ip_address=f"{dice.choice(DOCUMENTATION_NETS)}.{dice.randint(1, 254)}",
            user_agent=dice.choice(BROWSERS),
            landing_page=dice.choice(PAGES),
            campaign=Jsonb({"utm_source": "newsletter"} if dice.chance(0.3) else {}),
        )
        for number in range(1, SESSIONS + 1)
    ]
