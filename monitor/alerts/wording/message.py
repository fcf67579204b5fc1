"""A message as it is sent: plain text first, and the same in HTML."""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.alerts.links import Links
from monitor.alerts.parcel import Parcel
from monitor.alerts.wording.hypertext import hypertext
from monitor.alerts.wording.letter import Keys, compose
from monitor.alerts.wording.plain import plain
from monitor.alerts.wording.telling import SAME
from monitor.domain.landscape import Words


@dataclass(frozen=True, slots=True)
class Message:
    """`title` is what the message says in one line, without markup."""

    title: str
    text: str
    html: str | None


def story_text(
    parcel: Parcel, links: Links, keys: Keys | None = None, titles: Mapping[str, Words] = SAME
) -> Message:
    """In the language of the parcel's subscription; `titles` names interfaces by their id."""
    letter = compose(parcel, links, keys, titles)
    return Message(title=letter.title, text=plain(letter), html=hypertext(letter))
