from accesscontrol.identity.models import User
from stewardship.notices.models import Notice

MOST_COUNTED = 100


def unread_count(reader: User) -> int:
    """Return how many unread notices there are for `reader`, and 100 for more: every page asks."""
    return Notice.objects.visible_to(reader).unread().order_by()[:MOST_COUNTED].count()
