"""Everything that was told, in order, to catch up on."""

from typing import Annotated

from fastapi import APIRouter, Query

from monitor.alerts.cloud_event import source_of
from monitor.storage.page import BadCursor
from monitor.storage.queries import Queries
from web.context import Watched
from web.routes.release_questions import EventsQuestion
from web.views.events import EventPage, cloud_event
from web.views.problem import Invalid, fault

router = APIRouter(tags=["events"])


@router.get("/events", operation_id="listEvents")
async def events(monitor: Watched, question: Annotated[EventsQuestion, Query()]) -> EventPage:
    """What was told after a cursor, oldest first; `next` is the cursor to go on with.

    What is for operators only is not among it.
    """
    async with monitor.database.read() as tx:
        try:
            page = await Queries(tx).public_events(question.after, question.limit)
        except BadCursor as bad:
            raise Invalid([fault("after", "unknown", f"after: {bad}.")]) from bad
    source = source_of(monitor.settings.oin, monitor.settings.address)
    return EventPage(items=tuple(cloud_event(one, source) for one in page.items), next=page.next)
