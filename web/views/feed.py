"""What was told lately, for readers of feeds: newest first, each entry with an id for ever."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice

from monitor.alerts.cloud_event import cloud_event
from monitor.alerts.links import Links
from monitor.alerts.wording.telling import passage, vocabulary
from monitor.domain.event import Event, Reach, reach
from web.views.model import View
from web.views.titles import Titles
from web.words.language import Language

ENTRIES = 50
NEVER = datetime(2000, 1, 1, tzinfo=UTC)
"""When a feed changed that nothing was ever told in."""
UNWRITABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot say, not even as an entity (section 2.2)."""
BEGUN = "2026"
"""Of a tag: a year in which the name of the host was ours (RFC 4151)."""


class Entry(View):
    id: str
    url: str
    title: str
    text: str
    at: datetime
    tags: tuple[str, ...]


class FeedView(View):
    id: str
    url: str
    query: str  # what was asked of the language: the feed of another one is another feed
    home: str
    title: str
    language: Language
    updated: datetime
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a feed is about: nothing named is all of it."""

    path: str  # as all, or environments/prod
    home: str  # the page that shows the same
    reach: Reach = field(default_factory=Reach)

    def takes(self, event: Event) -> bool:
        """What is about everything is in every feed."""
        about, own = reach(event), self.reach
        places = {*own.environments}
        if places and about.environments and not places & {*about.environments}:
            return False
        if not (own.interfaces or own.lines) or not (about.interfaces or about.lines):
            return True
        interfaces = {*about.interfaces, *(line.interface for line in about.lines)}
        whole = {line.interface for line in own.lines} & {*about.interfaces}
        return bool({*own.lines} & {*about.lines} or {*own.interfaces} & interfaces or whole)


def feed_view(
    subject: Subject,
    events: Iterable[Event],
    titles: Titles,
    links: Links,
    title: str,
    *,
    asked: Language | None = None,
) -> FeedView:
    """`events` newest first; the feed takes as many of its own as a feed has.

    `asked` is the language that the address names: a reader that follows the feed's own
    address keeps it.
    """
    taken = islice(filter(subject.takes, events), ENTRIES)
    entries = tuple(_entries(taken, titles, links))
    return FeedView(
        id=f"tag:{links.host},{BEGUN}:feeds/{subject.path}",
        url=f"{links.address}/feeds/{subject.path}",
        query=f"?lang={asked.value}" if asked else "",
        home=links.address + subject.home,
        title=title,
        language=titles.language,
        updated=max((one.at for one in entries), default=NEVER),
        entries=entries,
    )


def _entries(events: Iterable[Event], titles: Titles, links: Links) -> Iterator[Entry]:
    words = vocabulary(titles.language.value)
    for event in events:
        said = passage(event, words, titles.interfaces)
        details = (f"{label}: {text}" for label, text in said.details)
        paragraphs = (said.says, said.means, "\n".join(details))
        text = "\n\n".join(one for one in paragraphs if one)
        yield Entry(
            id=f"tag:{links.host},{BEGUN}:events/{cloud_event(event, '').id}",
            url=links.of(event),
            title=UNWRITABLE.sub("", said.headline),
            text=UNWRITABLE.sub("", text),
            at=event.at,
            tags=(event.type.value, event.subject),
        )


def json_feed(view: FeedView) -> dict[str, object]:
    """JSON Feed 1.1."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": view.title,
        "home_page_url": view.home,
        "feed_url": f"{view.url}.json{view.query}",
        "language": view.language.value,
        "items": [
            {
                "id": one.id,
                "url": one.url,
                "title": one.title,
                "content_text": one.text,
                "date_published": zulu(one.at),
                "date_modified": zulu(one.at),
                "tags": list(one.tags),
            }
            for one in view.entries
        ],
    }


def zulu(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
