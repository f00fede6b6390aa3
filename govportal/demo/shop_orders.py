"""Orders and what follows from them. Bad service makes customers leave, which is what the model learns."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from govportal.demo.dice import Dice, midnight
from govportal.demo.shop_goods import Product
from govportal.demo.shop_order_rows import Item, Order, Payment, Return, Review, Shipment, Ticket
from govportal.demo.shop_people import Address, Customer
from govportal.demo.tables import Table

# Planted defects, as shares.
STATUS_MISSING = 0.09  # of orders older than a year: the failed import of the old shop
AMOUNT_WRONG = 0.015  # of payments
PARCEL_LOST = 0.01  # of shipments: never delivered
UNKNOWN_SKU = 0.025  # of reviews

CARRIERS = {"Nordpost": 0.05, "Parcelo": 0.12, "Swift & Sons": 0.34}  # carrier -> share of late parcels
CARRIER_WEIGHTS = (6, 5, 2)
NEW_CARRIER = "Velocargo"  # began last week and has delivered nothing yet
NEW_CARRIER_DAYS = 5
METHODS = ("card", "paypal", "invoice", "transfer")
SUBJECT_DAYS_AGO = (410.4, 300.6, 180.2, 75.5, 12.3)  # the data subject's orders
NOTES = (
    "Bitte bei Frau Weber im Erdgeschoss abgeben, Tel. +49 30 23125 118",
    "Leave it with my neighbour Seán Byrne, please.",
    "Sonner chez M. Lefèvre, +33 1 99 00 42 17",
    "Please ring twice.",
    "Cadeau: ne pas joindre la facture.",
)
MESSAGES = {
    "delivery": "Where is my parcel? You can reach me at the number in my account.",
    "refund": "I sent it back three weeks ago and still wait for the money.",
    "product": "One part was missing in the box.",
    "account": "Please change the e-mail address of my account.",
}


@dataclass
class Service:
    """How one order went, as its customer felt it."""

    late: bool = False
    returned: bool = False
    complained: bool = False

    def leaving(self, newsletter: bool) -> float:
        """Chance that this was the customer's last order."""
        score = -1.75 + 1.9 * self.late + 1.1 * self.returned + 1.0 * self.complained - 0.8 * newsletter
        return 1 / (1 + math.exp(-score))


@dataclass
class OrderDesk:
    """Writes the rows of all orders, customer by customer."""

    dice: Dice
    day: date
    products: list[Product]
    coupons: list[str]
    orders: list[Order] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    shipments: list[Shipment] = field(default_factory=list)
    returns: list[Return] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)

    def serve(self, account: Customer, address: Address, newsletter: bool) -> None:
        """All orders of one customer until the end of the data, or until the customer leaves."""
        for at in self.order_times(account):
            service = self.place(account, address, at)
            if account.customer_id != 1 and self.dice.chance(service.leaving(newsletter)):
                return

    def order_times(self, account: Customer) -> Iterator[datetime]:
        end = midnight(self.day)
        if account.customer_id == 1:
            yield from (end - timedelta(days=days) for days in SUBJECT_DAYS_AGO)
            return
        pace = 15 + self.dice.gammavariate(2, 16)  # mean days between two orders of this customer
        at = self.dice.later(account.registered_at, 0.1, 48)
        while at < end:
            yield at
            at += timedelta(seconds=int(self.dice.gammavariate(3, pace / 3) * 86400) + 3600)

    def place(self, account: Customer, address: Address, at: datetime) -> Service:
        number = len(self.orders) + 1
        lines = self.fill_basket(number, at)
        status, parcel = self.send(number, at)
        shipping = Decimal("0.00") if sum(map(value, lines)) > 60 else Decimal("4.90")
        order = Order(
            order_id=number,
            customer_id=account.customer_id,
            delivery_address_id=address.address_id,
            coupon_code=self.dice.choice(self.coupons) if self.dice.chance(0.06) else None,
            ordered_at=at,
            status=status,
            currency="EUR",
            shipping_cost=shipping,
            note=self.dice.choice(NOTES) if self.dice.chance(0.05) else None,
        )
        self.orders.append(order)
        if status not in ("open", "cancelled"):
            self.pay(order, sum(map(value, lines), shipping))
        return self.follow_up(order, lines, parcel)

    def fill_basket(self, number: int, at: datetime) -> list[Item]:
        chosen = self.dice.sample(self.products, 1 + min(4, int(self.dice.expovariate(0.9))))
        lines = [
            Item(number, line, product.product_id, self.dice.choice((1, 1, 1, 2, 3)), product.list_price)
            for line, product in enumerate(chosen, start=1)
        ]
        self.items.extend(lines)
        return lines

    def send(self, number: int, at: datetime) -> tuple[str | None, Shipment | None]:
        """Status of the order, and its parcel if one has left."""
        end = midnight(self.day)
        shipped = self.dice.later(at, 4, 40)
        if self.dice.chance(0.03):
            return "cancelled", None
        if shipped > end:
            return self.dice.choice(("open", "paid")), None
        parcel = self.parcel(number, shipped, end)
        self.shipments.append(parcel)
        if end - at > timedelta(days=365) and self.dice.chance(STATUS_MISSING):
            return None, parcel
        return "delivered" if parcel.delivered_at else "shipped", parcel

    def parcel(self, order: int, shipped: datetime, end: datetime) -> Shipment:
        new = end - shipped < timedelta(days=NEW_CARRIER_DAYS) and self.dice.chance(0.3)
        carrier = NEW_CARRIER if new else self.dice.choices(tuple(CARRIERS), CARRIER_WEIGHTS)[0]
        late = self.dice.chance(CARRIERS.get(carrier, 0))
        delivered = self.dice.later(shipped, 100, 300) if late else self.dice.later(shipped, 14, 70)
        lost = new or delivered >= end or self.dice.chance(PARCEL_LOST)
        return Shipment(
            shipment_id=len(self.shipments) + 1,
            order_id=order,
            carrier=carrier,
            tracking_code=f"{carrier[:2].upper()}{self.dice.getrandbits(40):013d}",
            shipped_at=shipped,
            promised_on=(shipped + timedelta(days=3)).date(),
            delivered_at=None if lost else delivered,
        )

    def pay(self, order: Order, amount: Decimal) -> None:
        method = self.dice.choices(METHODS, (5, 4, 2, 1))[0]
        wrong = self.dice.money(0.5, 9) if self.dice.chance(AMOUNT_WRONG) else Decimal(0)
        self.payments.append(
            Payment(
                payment_id=len(self.payments) + 1,
                order_id=order.order_id,
                method=method,
                amount=amount - wrong,
                card_last4=f"{self.dice.randrange(10000):04d}" if method == "card" else None,
                paid_at=self.before_end(order.ordered_at, 0.1),
            )
        )

    def follow_up(self, order: Order, lines: list[Item], parcel: Shipment | None) -> Service:
        """Returns, reviews and complaints, each after the parcel came."""
        if parcel is None or parcel.delivered_at is None:
            return Service()
        came = parcel.delivered_at
        known = order.customer_id == 1
        service = Service(late=came.date() > parcel.promised_on)
        service.returned = self.dice.chance(0.07) or (known and len(lines) > 1)
        service.complained = self.dice.chance(0.35 if service.late else 0.05) or known
        if service.returned:
            self.take_back(order, lines[0], came)
        if service.complained:
            self.complain(order, service, came)
        if self.dice.chance(0.2) or known:
            self.review(order, lines[0], service, came)
        return service

    def take_back(self, order: Order, line: Item, came: datetime) -> None:
        refunded = self.dice.chance(0.9)
        self.returns.append(
            Return(
                return_id=len(self.returns) + 1,
                order_id=order.order_id,
                line_no=line.line_no,
                reason_code=self.dice.choice("ABCDE"),
                requested_at=self.before_end(came, 14),
                refund=value(line) if refunded else None,
            )
        )

    def complain(self, order: Order, service: Service, came: datetime) -> None:
        topic = "delivery" if service.late else self.dice.choice(("refund", "product", "account"))
        opened = self.before_end(came, 7)
        closed = self.before_end(opened, 5) if self.dice.chance(0.92) else None
        self.tickets.append(
            Ticket(
                ticket_id=len(self.tickets) + 1,
                customer_id=order.customer_id,
                order_id=order.order_id,
                topic=topic,
                message=MESSAGES[topic],
                opened_at=opened,
                closed_at=closed,
                satisfaction=self.dice.randint(1, 5) if closed and self.dice.chance(0.6) else None,
            )
        )

    def review(self, order: Order, line: Item, service: Service, came: datetime) -> None:
        unknown = self.dice.chance(UNKNOWN_SKU)
        self.reviews.append(
            Review(
                review_id=len(self.reviews) + 1,
                customer_id=order.customer_id,
                product_sku=f"OLD-{order.order_id}" if unknown else self.products[line.product_id - 1].sku,
                stars=self.dice.randint(1, 3) if service.late else self.dice.randint(3, 5),
                body=self.dice.choice(("Gerne wieder!", "Très bien 👍", "Kam zu spät.", None)),
                written_at=self.before_end(came, 20),
            )
        )

    def before_end(self, start: datetime, days: float) -> datetime:
        return min(self.dice.later(start, 1, days * 24), midnight(self.day) - timedelta(seconds=1))

    def tables(self) -> list[Table]:
        return [
            Table("orders", self.orders),
            Table("order_items", self.items),
            Table("payments", self.payments),
            Table("shipments", self.shipments),
            Table("returns", self.returns),
            Table("reviews", self.reviews),
            Table("support_tickets", self.tickets),
        ]


def value(line: Item) -> Decimal:
    """What one line costs."""
    return line.quantity * line.unit_price
