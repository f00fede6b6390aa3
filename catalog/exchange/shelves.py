"""The shelf of each kind, in the order in which rows are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from catalog.exchange.glossary import Relations, Terms
from catalog.exchange.shapes import KINDS
from catalog.exchange.shelf import Shelf
from catalog.exchange.things import Assets, Fields, Ports
from catalog.exchange.vocabulary import SHELVES as VOCABULARY

ALL: Iterable[Shelf] = (*VOCABULARY, Terms(), Relations(), Assets(), Fields(), Ports())
SHELVES: Mapping[str, Shelf] = {kind: next(each for each in ALL if each.kind == kind) for kind in KINDS}
