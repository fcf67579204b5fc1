"""A whole message in words, before it is given a form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from monitor.alerts.links import Links
from monitor.alerts.parcel import Parcel
from monitor.alerts.wording import moments
from monitor.alerts.wording.facts import Facts
from monitor.alerts.wording.telling import SAME, Passage, Tone, name_of, passage, vocabulary
from monitor.alerts.wording.vocabulary import Note, Vocabulary
from monitor.domain.delivery import DeliveryKind
from monitor.domain.event import Event
from monitor.domain.landscape import Words

MOST_TOLD = 40
"""Events in one message: the rest is counted, and stands on the page."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What opens a subscription to its owner, and what ends it."""

    manage: str = field(repr=False)
    leave: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Section:
    """One event. In a message about several, only what happened is told of each."""

    passage: Passage
    more: Link
    brief: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """`title` says what it is about now; a subject line stays the same for a whole story."""

    words: Vocabulary
    title: str
    tone: Tone
    opening: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    button: Link | None = None
    closing: tuple[str, ...] = ()
    because: str = ""
    foot: tuple[Link, ...] = ()


def subject_line(events: Sequence[Event], language: str, titles: Mapping[str, Words] = SAME) -> str:
    """Short, and the same for all that is told of one story. `events`: at least one."""
    words = vocabulary(language)
    first, *others = events
    if all(one.story == first.story for one in others):
        return name_of(first, words, titles)
    places = {Facts(one, words, titles).where for one in events}
    where = places.pop() if len(places) == 1 else words.phrases.everywhere
    return words.phrases.several.format(where=where, count=words.phrases.messages.of(len(events)))


def subject_of(parcel: Parcel, titles: Mapping[str, Words] = SAME) -> str:
    """The subject line of a mail; what follows an opening answers it."""
    words = vocabulary(parcel.subscription.language)
    match parcel.delivery.kind:
        case DeliveryKind.EVENT | DeliveryKind.REMINDER:
            if parcel.opened_by is None:
                return subject_line(parcel.events, words.code, titles)
            answered = [one for one in parcel.events if one.story == parcel.delivery.story]
            line = subject_line(answered or parcel.events, words.code, titles)
            return f"{words.phrases.answers}{line}"
        case (
            DeliveryKind.DIGEST
            | DeliveryKind.CONFIRMATION
            | DeliveryKind.KNOWN
            | DeliveryKind.LEFT
            | DeliveryKind.PAUSED
            | DeliveryKind.TEST
        ):
            return _title(words, parcel)


def compose(
    parcel: Parcel, links: Links, keys: Keys | None = None, titles: Mapping[str, Words] = SAME
) -> Letter:
    """Without `keys` nothing in it leads to the subscription: so for a room that many read."""
    words, kind = vocabulary(parcel.subscription.language), parcel.delivery.kind
    if kind in {DeliveryKind.EVENT, DeliveryKind.REMINDER, DeliveryKind.DIGEST}:
        return _of_events(parcel, links, keys, titles)
    note = words.notes[kind]
    is_stranger = kind in {DeliveryKind.CONFIRMATION, DeliveryKind.LEFT}
    return Letter(
        words=words,
        title=_title(words, parcel),
        tone=Tone.NEWS,
        opening=note.opening,
        button=_button(note, parcel, links, keys),
        closing=note.closing,
        because="" if is_stranger else words.phrases.because,
        foot=() if is_stranger else _foot(words, parcel, links, keys),
    )


def _of_events(
    parcel: Parcel, links: Links, keys: Keys | None, titles: Mapping[str, Words]
) -> Letter:
    words = vocabulary(parcel.subscription.language)
    is_brief = len(parcel.events) > 1 or parcel.delivery.kind is DeliveryKind.DIGEST
    told = [passage(one, words, titles) for one in parcel.events[:MOST_TOLD]]
    more = [Link(words.phrases.more, links.of(one)) for one in parcel.events]
    rest = len(parcel.events) - len(told)
    return Letter(
        words=words,
        title=_headline(parcel, words, titles),
        tone=told[0].tone if len(told) == 1 else Tone.NEWS,
        opening=_opening(parcel, words),
        sections=tuple(Section(one, link, is_brief) for one, link in zip(told, more, strict=False)),
        closing=(words.phrases.rest.format(count=rest),) if rest else (),
        because=words.phrases.because if keys else "",
        foot=_foot(words, parcel, links, keys),
    )


def _headline(parcel: Parcel, words: Vocabulary, titles: Mapping[str, Words]) -> str:
    if parcel.delivery.kind is DeliveryKind.DIGEST:
        return _title(words, parcel)
    if parcel.delivery.kind is DeliveryKind.REMINDER:
        name = subject_line(parcel.events, words.code, titles)
        return words.phrases.still.format(name=name)
    if len(parcel.events) == 1:
        return passage(parcel.events[0], words, titles).headline
    return subject_line(parcel.events, words.code, titles)


def _opening(parcel: Parcel, words: Vocabulary) -> tuple[str, ...]:
    if parcel.delivery.kind is DeliveryKind.REMINDER:
        first = parcel.events[0]
        since = moments.read(first.facts.get("openedAt")) or first.at
        return (
            words.phrases.open_for.format(span=moments.span(parcel.now - since, words.phrases)),
        )
    if parcel.delivery.kind is DeliveryKind.DIGEST:
        now = moments.moment(parcel.now, words.phrases)
        return tuple(one.format(now=now) for one in words.notes[DeliveryKind.DIGEST].opening)
    return ()


def _title(words: Vocabulary, parcel: Parcel) -> str:
    return words.notes[parcel.delivery.kind].title.format(
        date=moments.day(parcel.now, words.phrases),
        count=words.phrases.messages.of(len(parcel.events)),
    )


def _button(note: Note, parcel: Parcel, links: Links, keys: Keys | None) -> Link | None:
    subscription = parcel.subscription.id
    if parcel.delivery.kind is DeliveryKind.CONFIRMATION:
        found = links.confirm(subscription, parcel.token) if parcel.token else None
    elif parcel.delivery.kind is DeliveryKind.LEFT:
        found = links.subscribe
    else:
        found = links.manage(subscription, keys.manage) if keys else None
    return Link(note.button, found) if note.button and found else None


def _foot(words: Vocabulary, parcel: Parcel, links: Links, keys: Keys | None) -> tuple[Link, ...]:
    if keys is None:
        return ()
    subscription = parcel.subscription.id
    return (
        Link(words.phrases.manage, links.manage(subscription, keys.manage)),
        Link(words.phrases.leave, links.leave(subscription, keys.leave)),
    )
