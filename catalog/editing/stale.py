from typing import Any

from accesscontrol.refusal import Refused


class Stale(Refused):
    """Somebody else was faster; `current` is the row as it is now."""

    def __init__(self, current: Any) -> None:
        super().__init__("Somebody changed this meanwhile; look at the new state and try again.")
        self.current = current
