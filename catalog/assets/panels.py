"""Pages of upper floors that show themselves on the asset page, by URL only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Panel:
    """A tab of the asset page: `url_name` takes the asset's code; `kinds` empty means every kind.

    It names the fragment that fills the tab, or, where it `is_page`, the whole page behind the tab.
    """

    title: str
    slug: str
    url_name: str
    permission: str
    order: int = 50
    kinds: tuple[str, ...] = ()
    is_page: bool = False


WITH_KEYS = ("table", "view", "file")
PANELS: list[Panel] = []


def add_panel(panel: Panel) -> None:
    """Register once; registering the same panel again changes nothing."""
    if panel not in PANELS:
        PANELS.append(panel)
        PANELS.sort(key=lambda one: one.order)
