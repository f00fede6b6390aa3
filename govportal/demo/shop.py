"""All rows of the shop's database."""

from datetime import date

from govportal.demo import shop_goods, shop_people
from govportal.demo.dice import Dice
from govportal.demo.names import Person
from govportal.demo.shop_orders import OrderDesk
from govportal.demo.tables import Table


def tables(day: date, persons: list[Person]) -> list[Table]:
    """Tables in an order that satisfies the foreign keys; the same rows for the same day."""
    dice = Dice("goods")
    shelves = shop_goods.categories()
    products = shop_goods.products(dice, day, shelves)
    coupons = shop_goods.coupons(dice, day)
    desk = OrderDesk(Dice("orders"), day, products, [coupon.code for coupon in coupons])
    return [
        Table("countries", shop_goods.COUNTRIES),
        Table("categories", shelves),
        Table("suppliers", shop_goods.suppliers(dice)),
        Table("products", products),
        Table("stock_levels", shop_goods.stock_levels(dice, day)),
        Table("campaigns", shop_goods.campaigns(dice, day)),
        Table("coupons", coupons),
        Table("Rückgabegründe", shop_goods.REASONS, shop_goods.REASON_COLUMNS),
        *customer_tables(day, persons, desk),
    ]


def customer_tables(day: date, persons: list[Person], desk: OrderDesk) -> list[Table]:
    dice = Dice("customers")
    accounts = shop_people.customers(dice, day, persons)
    homes = shop_people.addresses(dice, persons, accounts)
    consents = shop_people.consents(dice, day, accounts)
    home_of = {home.customer_id: home for home in homes}
    readers = {row.customer_id for row in consents if row.purpose == "newsletter" and row.granted}
    for account in accounts:
        desk.serve(account, home_of[account.customer_id], account.customer_id in readers)
    return [
        Table("customers", accounts),
        Table("addresses", homes),
        Table("consents", consents),
        Table("web_sessions", shop_people.web_sessions(dice, day)),
        *desk.tables(),
    ]
