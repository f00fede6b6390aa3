from typing import Any

from catalog.sources.models import Source
from lineage.columns import services
from stewardship.jobs.kinds import JobFailed, Work, job_kind

MOST_PUZZLES = 100  # lines of the log


@job_kind("lineage.views", "Read the lineage of views")
def read_views(work: Work, *, source_id: int) -> dict[str, Any]:
    """Draw the lineage that the view definitions of one source tell."""
    source = Source.objects.filter(pk=source_id).first()
    if source is None:
        raise JobFailed("The source is gone.")
    tally = services.draw_view_lineage(source=source, actor=work.actor, progress=work.progress)
    for puzzle, number in tally.puzzles.most_common(MOST_PUZZLES):
        work.log(f"{puzzle} ({number} {'view' if number == 1 else 'views'})")
    return {
        "views": tally.views,
        "drawn": tally.drawn,
        "closed": tally.closed,
        "message": f"{tally.views} views: {tally.drawn} new links, {tally.closed} closed.",
    }
