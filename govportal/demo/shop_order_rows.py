"""Row types of everything that begins with an order."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple


class Order(NamedTuple):
    order_id: int
    customer_id: int
    delivery_address_id: int
    coupon_code: str | None
    ordered_at: datetime
    status: str | None
    currency: str
    shipping_cost: Decimal
    note: str | None


class Item(NamedTuple):
    order_id: int
    line_no: int
    product_id: int
    quantity: int
    unit_price: Decimal


class Payment(NamedTuple):
    payment_id: int
    order_id: int
    method: str
    amount: Decimal
    card_last4: str | None
    paid_at: datetime


class Shipment(NamedTuple):
    shipment_id: int
    order_id: int
    carrier: str
    tracking_code: str
    shipped_at: datetime
    promised_on: date
    delivered_at: datetime | None


class Return(NamedTuple):
    return_id: int
    order_id: int
    line_no: int
    reason_code: str
    requested_at: datetime
    refund: Decimal | None


class Review(NamedTuple):
    review_id: int
    customer_id: int
    product_sku: str
    stars: int
    body: str | None
    written_at: datetime


class Ticket(NamedTuple):
    ticket_id: int
    customer_id: int
    order_id: int
    topic: str
    message: str
    opened_at: datetime
    closed_at: datetime | None
    satisfaction: int | None
