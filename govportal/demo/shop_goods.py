"""What the shop sells, from whom, and how it is advertised."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from psycopg.types.json import Jsonb
from psycopg.types.range import DateRange

from govportal.demo.dice import Dice, midnight
from govportal.demo.words import WORDS

PRODUCTS = 240
WEIGHT_MISSING = 0.15  # planted defect: suppliers leave the weight out


class Country(NamedTuple):
    code: str
    name: str
    in_eu: bool
    currency: str


class Category(NamedTuple):
    category_id: int
    parent_id: int | None
    name: str


class Supplier(NamedTuple):
    supplier_id: int
    name: str
    country_code: str
    contact_email: str
    rating: Decimal | None


class Product(NamedTuple):
    product_id: int
    sku: str
    name: str
    category_id: int
    supplier_id: int
    list_price: Decimal
    weight_grams: int | None
    tags: list[str]
    attributes: Jsonb
    launched_on: date
    discontinued: bool


class StockLevel(NamedTuple):
    product_id: int
    site: str
    quantity: int
    counted_at: datetime


class Campaign(NamedTuple):
    campaign_id: int
    name: str
    channel: str
    runs: DateRange
    budget: Decimal


class Coupon(NamedTuple):
    code: str
    campaign_id: int
    discount_percent: int
    valid_until: date


class ReturnReason(NamedTuple):
    code: str
    german: str
    printed: str


COUNTRIES = (
    Country("DE", "Deutschland", True, "EUR"),
    Country("FR", "France", True, "EUR"),
    Country("SE", "Sverige", True, "SEK"),
    Country("DK", "Danmark", True, "DKK"),
    Country("NL", "Nederland", True, "EUR"),
    Country("PL", "Polska", True, "PLN"),
    Country("AT", "Österreich", True, "EUR"),
    Country("IE", "Éire", True, "EUR"),
    Country("ES", "España", True, "EUR"),
    Country("IT", "Italia", True, "EUR"),
    Country("CH", "Schweiz", False, "CHF"),
    Country("GB", "United Kingdom", False, "GBP"),
)
GOODS: dict[str, dict[str, list[str]]] = WORDS["goods"]
MAKES: list[str] = WORDS["makes"]
SUPPLIERS: list[str] = WORDS["suppliers"]
REASONS = tuple(ReturnReason(*entry) for entry in WORDS["return_reasons"])
REASON_COLUMNS = ("code", "Grund (deutsch)", 'reason "as printed"')


def categories() -> list[Category]:
    rows: list[Category] = []
    for name, shelves in GOODS.items():
        top = Category(len(rows) + 1, None, name)
        rows.append(top)
        rows += [
            Category(top.category_id + n, top.category_id, shelf) for n, shelf in enumerate(shelves, start=1)
        ]
    return rows


def suppliers(dice: Dice) -> list[Supplier]:
    return [
        Supplier(
            n, name, country.code, f"sales{n}@supplier.example", Decimal(dice.randint(28, 50)).scaleb(-1)
        )
        for n, (name, country) in enumerate(zip(SUPPLIERS, COUNTRIES, strict=True), start=1)
    ]


def products(dice: Dice, day: date, shelves: list[Category]) -> list[Product]:
    words = {shelf: things for group in GOODS.values() for shelf, things in group.items()}
    leaves = [shelf for shelf in shelves if shelf.parent_id]
    return [
        product(dice, day, number, leaves[number % len(leaves)], words) for number in range(1, PRODUCTS + 1)
    ]


def product(dice: Dice, day: date, number: int, shelf: Category, words: dict[str, list[str]]) -> Product:
    make = dice.choice(MAKES)
    return Product(
        product_id=number,
        sku=f"{shelf.name[:3].upper()}-{1000 + number}",
        name=f"{make} {dice.choice(words[shelf.name])} {dice.randint(1, 9)}00",
        category_id=shelf.category_id,
        supplier_id=dice.randint(1, len(SUPPLIERS)),
        list_price=dice.money(4, 90) + Decimal("0.09"),
        weight_grams=None if dice.chance(WEIGHT_MISSING) else dice.randint(80, 9000),
        tags=dice.sample(["new", "organic", "handmade", "repairable", "gift"], dice.randint(0, 3)),
        attributes=Jsonb({"make": make, "colour": dice.choice(["blue", "grün", "écru", "black"])}),
        launched_on=day - timedelta(days=dice.randint(30, 1500)),
        discontinued=dice.chance(0.08),
    )


def stock_levels(dice: Dice, day: date) -> list[StockLevel]:
    counted = dice.moment(midnight(day) - timedelta(days=6), midnight(day))
    return [
        StockLevel(number, site, dice.randint(-2, 180), counted)
        for number in range(1, PRODUCTS + 1)
        for site in ("Hamburg", "Lyon")
    ]


def campaigns(dice: Dice, day: date) -> list[Campaign]:
    names = ("Spring fair", "Summer sale", "Back home", "Black week", "Gift guide", "New year")
    starts = [day - timedelta(days=60 * n + 20) for n in range(len(names) * 2, 0, -1)]
    return [
        Campaign(
            campaign_id=n,
            name=names[n % len(names)],
            channel=dice.choice(("newsletter", "search", "social")),
            runs=DateRange(start, start + timedelta(days=dice.randint(10, 40))),
            budget=dice.money(500, 9000),
        )
        for n, start in enumerate(starts, start=1)
    ]


def coupons(dice: Dice, day: date) -> list[Coupon]:
    return [
        Coupon(
            code=f"{dice.choice(MAKES).upper()}{n}",
            campaign_id=dice.randint(1, 12),
            discount_percent=dice.choice((5, 10, 15, 20)),
            valid_until=day + timedelta(days=dice.randint(-300, 60)),
        )
        for n in range(1, 31)
    ]
