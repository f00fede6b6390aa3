"""A lineage graph as warehouses have it: layers, hubs, and some cycles. Knows no Django."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random

LAYERS = 12  # more than the ten steps of the walk
LANES = 10  # domains; most of what a dataset is made from stands in its own
FAN_IN = (1, 2, 3, 4, 5, 6)
FAN_IN_WEIGHTS = (30, 25, 20, 12, 8, 5)
BACK = (1, 2, 3)  # layers back to what a dataset is made from
BACK_WEIGHTS = (75, 17, 8)
SAME_LANE = 0.85
MADE_FROM_HUB = 0.2  # of all datasets, like a calendar or a table of customers
CYCLES_PER_THOUSAND = 0.5
DATASETS_PER_EDGE = 0.45


@dataclass(frozen=True)
class Graph:
    """Datasets are numbered; `layers` holds them from sources to reports, `edges` are (source, target)."""

    layers: Sequence[Sequence[int]]
    edges: Sequence[tuple[int, int]]
    hub: int

    @property
    def datasets(self) -> int:
        return sum(map(len, self.layers))

    @cached_property
    def targets(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for each, target in self.edges:
            found[each].append(target)
        return found

    def below(self, start: int, steps: int) -> set[tuple[int, int]]:
        """Return the edges within `steps` steps down from `start`."""
        found: set[tuple[int, int]] = set()
        seen, front = {start}, {start}
        for _ in range(steps):
            new = {(each, target) for each in front for target in self.targets.get(each, ())}
            found |= new
            front = {target for _, target in new} - seen
            seen |= front
        return found


def layered(edges: int, dice: Random) -> Graph:
    """Return a graph of exactly `edges` edges."""
    per_layer = max(LANES, int(edges * DATASETS_PER_EDGE) // LAYERS)
    layers = [list(range(at * per_layer, (at + 1) * per_layer)) for at in range(LAYERS)]
    hub = layers[0][0]
    found = cycles(layers, max(2, int(edges * CYCLES_PER_THOUSAND / 1000)), dice)
    targets = [(layer, place) for layer in range(1, LAYERS) for place in range(per_layer)]
    dice.shuffle(targets)
    while len(found) < edges:
        layer, place = targets.pop() if targets else (dice.randrange(1, LAYERS), dice.randrange(per_layer))
        made_from = {source(layers, layer, place, dice) for _ in range(fan_in(dice))}
        if dice.random() < MADE_FROM_HUB:
            made_from.add(hub)
        found |= {(each, layers[layer][place]) for each in sorted(made_from)[: edges - len(found)]}
    return Graph(layers, sorted(found), hub)


def fan_in(dice: Random) -> int:
    return dice.choices(FAN_IN, FAN_IN_WEIGHTS)[0]


def source(layers: Sequence[Sequence[int]], layer: int, place: int, dice: Random) -> int:
    """Pick what a dataset is made from; some are picked far more often than others."""
    above = layers[max(0, layer - dice.choices(BACK, BACK_WEIGHTS)[0])]
    lane = place % LANES if dice.random() < SAME_LANE else dice.randrange(LANES)
    in_lane = above[lane::LANES]
    return in_lane[int(len(in_lane) * dice.random() ** 2)]


def cycles(layers: Sequence[Sequence[int]], count: int, dice: Random) -> set[tuple[int, int]]:
    """Edges back from a late layer to an early one."""
    found: set[tuple[int, int]] = set()
    while len(found) < count:
        late, early = dice.randrange(LAYERS // 2, LAYERS), dice.randrange(1, LAYERS // 2)
        found.add((dice.choice(layers[late]), dice.choice(layers[early])))
    return found
