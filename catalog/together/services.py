from catalog.assets.facts import AssetChanged, FieldChanged
from catalog.assets.models import Asset, Field
from catalog.certification.facts import AssetCertified, CertificateEnded
from catalog.certification.models import Certificate
from catalog.tags.facts import TagsChanged
from stewardship.following.services import Event, event_of, tell, tell_followers
from stewardship.following.words import Said, changed, listed
from stewardship.subjects.reads import Subject
from stewardship.subjects.registry import KINDS


def tell_of_asset(fact: AssetChanged) -> None:
    """Tell who follows the asset, or answers for it, what people changed about it."""
    if asset := _asset(fact.subject):
        tell(subject=_subject(asset), event=_event(asset, changed(fact.after), fact.actor))


def tell_of_field(fact: FieldChanged) -> None:
    """The same of one of its columns."""
    fields = Field.objects.filter(asset__code=fact.subject, name=fact.field).select_related("asset")
    if field := fields.first():
        said = Said("metadata", f"changed: {listed(fact.after)}", "info")
        column = Subject(KINDS["field"], field)
        event = event_of(subject=column, said=said, version=field.version, actor=fact.actor)
        tell(subject=_subject(field.asset), event=event)


def tell_of_tags(fact: TagsChanged) -> None:
    if asset := _asset(fact.subject):
        words = f"changed: tags of {fact.field}" if fact.field else "changed: tags"
        tell(subject=_subject(asset), event=_event(asset, Said("metadata", words, "info"), fact.actor))


def tell_of_certificate(fact: AssetCertified) -> None:
    if asset := _asset(fact.subject):
        said = Said("certification", f"is certified: {fact.level}", "info")
        tell(subject=_subject(asset), event=_event(asset, said, fact.actor))


def tell_of_its_end(fact: CertificateEnded) -> None:
    """Who answers for the asset hears from the certificate itself that it ran out."""
    if asset := _asset(fact.subject):
        event = _event(asset, Said("certification", "is certified no longer", "warning"), fact.actor)
        told = tell_followers if fact.end == Certificate.End.EXPIRED else tell
        told(subject=_subject(asset), event=event)


def _asset(code: str) -> Asset | None:
    return Asset.objects.filter(code=code).first()


def _subject(asset: Asset) -> Subject:
    return Subject(KINDS["asset"], asset)


def _event(asset: Asset, said: Said, actor: str) -> Event:
    return event_of(subject=_subject(asset), said=said, version=asset.version, actor=actor)
