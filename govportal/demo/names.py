"""Invented people. Telephone numbers come from ranges reserved for fiction, mail domains from RFC 2606."""

from datetime import date, timedelta
from typing import NamedTuple

from govportal.demo.dice import Dice
from govportal.demo.words import WORDS

FIRST_NAMES = tuple(WORDS["first_names"].items())  # as written, and as in a mail address
LAST_NAMES = tuple(WORDS["last_names"].items())
CITIES = {country: tuple(entry["names"]) for country, entry in WORDS["cities"].items()}
COUNTRY_WEIGHTS = tuple(entry["share"] for entry in WORDS["cities"].values())
FICTIONAL_NUMBERS = {
    "FR": "+33 1 99 00 {0:02d} {1:02d}",
    "SE": "+46 8 465 004 {1:02d}",
    "GB": "+44 7700 900{2:03d}",
}
BERLIN_NUMBER = "+49 30 23125 {2:03d}"


class Person(NamedTuple):
    """One human being, known to the shop, to the clinic or to both."""

    first_name: str
    last_name: str
    email: str
    phone: str
    birth_date: date
    country: str
    city: str


def invent(dice: Dice, number: int, day: date) -> Person:
    """Person with an address that no other number gets; between 18 and 90 years old on `day`."""
    first, first_mail = dice.choice(FIRST_NAMES)
    last, last_mail = dice.choice(LAST_NAMES)
    country = dice.choices(tuple(CITIES), COUNTRY_WEIGHTS)[0]
    domain = dice.choice(("example.org", "example.com", "example.net"))
    return Person(
        first_name=first,
        last_name=last,
        email=f"{first_mail}.{last_mail}{number}@{domain}",
        phone=telephone(dice, country),
        birth_date=day - timedelta(days=int(dice.triangular(18, 90, 41) * 365.25)),
        country=country,
        city=dice.choice(CITIES[country]),
    )


def telephone(dice: Dice, country: str) -> str:
    form = FICTIONAL_NUMBERS.get(country, BERLIN_NUMBER)
    return form.format(dice.randrange(100), dice.randrange(100), dice.randrange(1000))
