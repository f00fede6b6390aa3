import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from django.db import OperationalError, transaction
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.refusal import Refused
from lineage.ingest import payload
from lineage.ingest.conformance import warnings
from lineage.ingest.drawing import draw
from lineage.ingest.facts import EventReplayed
from lineage.ingest.models import Event
from lineage.ingest.openlineage import BadEvent, read_event
from lineage.ingest.payload import Unreadable

MOST_OF_UNREADABLE = 64 * 1024  # letters of a refused body that are kept, to find its producer
BATCH = 300
BATCH_BYTES = 16 * 1024 * 1024

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Refusal:
    """Why an event was refused; `at` is its place in a batch, `field` what it lacks."""

    at: int
    field: str
    reason: str


@dataclass
class Receipt:
    received: int = 0
    refusals: list[Refusal] = field(default_factory=list)


def receive_event(*, body: bytes, sender: str) -> Receipt:
    """Keep one event as it came, before anybody acts on it.

    A body that is no event is kept too, as rejected. Events are their own record: the audit log
    does not repeat them.
    """
    try:
        text = payload.text_of(body)
    except Unreadable as error:
        return refuse_body(reason=str(error), text=error.text, sender=sender)
    return _receive([text], sender)


def receive_batch(*, body: bytes, sender: str) -> Receipt:
    """Keep each event of a JSON array as it stands there; a bad one does not stop the others.

    Raises `Unreadable`, after keeping the body as rejected, when there is no array.
    """
    try:
        texts = payload.items_of(payload.text_of(body))
    except Unreadable as error:
        refuse_body(reason=str(error), text=error.text, sender=sender)
        raise
    return _receive(texts, sender)


def refuse_body(*, reason: str, text: str, sender: str) -> Receipt:
    """Keep the beginning of what is no JSON, with the reason."""
    Event.objects.keep([_rejected(text, sender, reason)])
    return Receipt(1, [Refusal(0, "", reason)])


def _receive(texts: Sequence[str], sender: str) -> Receipt:
    receipt, rows = Receipt(len(texts)), []
    for at, text in enumerate(texts):
        try:
            rows.append(_event(text, sender))
        except BadEvent as error:
            receipt.refusals.append(Refusal(at, error.field, error.reason))
            rows.append(_rejected(text, sender, str(error)))
        except Unreadable as error:
            receipt.refusals.append(Refusal(at, "", str(error)))
            rows.append(_rejected(text, sender, str(error)))
    Event.objects.keep(rows)
    return receipt


def _event(text: str, sender: str) -> Event:
    found = payload.json_of(text)
    said = read_event(found)
    return Event(
        digest=payload.digest(found),
        body=text,
        size=len(text.encode()),
        kind=said.kind,
        namespace=said.subject.namespace,
        name=said.subject.name,
        event_type=said.state[:40],
        run_id=said.run_id,
        producer=said.producer,
        sender=sender,
        event_time=said.at,
        warnings=warnings(found),
    )


def _rejected(text: str, sender: str, reason: str) -> Event:
    return Event(
        digest=sha256(f"unreadable\n{text}".encode()).hexdigest(),
        body=text[:MOST_OF_UNREADABLE].replace("\x00", "�"),
        size=len(text.encode()),
        kind=Event.Kind.UNREADABLE,
        sender=sender,
        state=Event.State.REJECTED,
        error=reason[:500],
    )


@transaction.atomic
def apply_batch() -> int:
    """Draw the oldest pending events that no other worker holds; return how many were looked at.

    They are drawn together. Where that fails each is tried alone, and the bad ones are rejected
    with the reason; what was wrong with the moment, not the event (a deadlock), is tried again later.
    """
    events = _claimed()
    try:
        with transaction.atomic():
            draw(events)
    except OperationalError:
        raise
    except Exception:  # the edge: one bad event must not hold up the others
        logger.info("A batch of %s lineage events is applied one by one.", len(events), exc_info=True)
        events = [event for event in events if _draw_alone(event)]
    _mark_applied(events)
    return len(events)


def _claimed() -> list[Event]:
    """Lock the next events; as many as fit into memory, and at least one."""
    rows = Event.objects.pending().order_by("id").select_for_update(skip_locked=True)
    taken: list[int] = []
    total = 0
    for pk, size in rows.values_list("pk", "size")[:BATCH]:
        total += size
        if taken and total > BATCH_BYTES:
            break
        taken.append(pk)
    return list(Event.objects.filter(pk__in=taken).order_by("id"))


def _draw_alone(event: Event) -> bool:
    try:
        with transaction.atomic():
            draw([event])
    except OperationalError:
        raise
    except Exception as error:  # the edge: whatever an event breaks is its own rejection
        logger.warning("Lineage event %s is rejected.", event.code, exc_info=True)
        Event.objects.filter(pk=event.pk).update(state=Event.State.REJECTED, error=_reason(error))
        return False
    return True


def _reason(error: Exception) -> str:
    """Return the first line only: PostgreSQL tells values in the lines after it."""
    lines = str(error).splitlines() or [""]
    return f"{type(error).__name__}: {lines[0]}"[:500]


def _mark_applied(events: Sequence[Event]) -> None:
    Event.objects.filter(pk__in=[event.pk for event in events]).update(
        state=Event.State.APPLIED, applied_at=timezone.now()
    )


@transaction.atomic
def replay_event(*, event: Event, actor: str) -> None:
    """Put an event that was rejected while it was applied into the queue again."""
    if event.kind == Event.Kind.UNREADABLE:
        raise Refused("This body is no event; its producer has to send a better one.")
    again = Event.objects.filter(pk=event.pk, state=Event.State.REJECTED)
    if not again.update(state=Event.State.PENDING, error=""):
        raise Refused("Only rejected events are replayed.")
    record(EventReplayed(subject=str(event.code), actor=actor, reason=event.error))
