"""Puts a YAML document together, and refuses what two readers could take for two things."""

from collections.abc import Iterable
from dataclasses import replace

from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from monitor.catalogue.scalars import is_ambiguous, resolve, spoken
from monitor.catalogue.written import Key, Place, Problem, Written

MOST_VALUES = 50_000  # an alias counts for all that it repeats: that defuses a bomb
DEEPEST = 32

EMPTY = "is empty; a catalogue begins with `catalogue: 1`"
NO_VALUE = "has no value; write one, or null to take away what an earlier file says"

NO_ITEM = "is an item without a value; write one, or take the dash away"


class HopelessError(Exception):
    """Nothing can be made of the file from here on."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class Composer:
    """Turns the events of one file into values; what is merely wrong is collected in `problems`."""

    def __init__(self, file: str, events: Iterable[Event]) -> None:
        self.problems: list[Problem] = []
        self._file = file
        self._events = iter(events)
        self._anchors: dict[str, Written] = {}
        self._values = 0

    def document(self) -> Written:
        """Put the one document of the file together; HopelessError where there is none."""
        next(self._events)  # the stream starts
        begin = next(self._events)
        if isinstance(begin, StreamEndEvent):
            raise HopelessError(Problem(Place(self._file, 0), (), EMPTY))
        if isinstance(begin, DocumentStartEvent) and begin.version not in {None, (1, 2)}:
            self._object(begin, (), "asks for another YAML; this file is read as YAML 1.2")
        root = self._value(next(self._events), ())
        if root.content is None or root.content == "":
            raise HopelessError(Problem(Place(self._file, 0), (), EMPTY))
        after = next(one for one in self._events if not isinstance(one, DocumentEndEvent))
        if not isinstance(after, StreamEndEvent):
            self._object(after, (), "begins a second document; write one document per file")
        return root

    def _value(self, event: Event, key: Key) -> Written:
        self._count(1, self._place(event))
        if len(key) > DEEPEST:
            message = f"is nested deeper than {DEEPEST} levels; no catalogue needs that"
            raise HopelessError(Problem(self._place(event), key[:2], message))
        match event:
            case AliasEvent():
                return self._repeated(event, key)
            case ScalarEvent():
                found = self._scalar(event, key)
            case MappingStartEvent():
                found = self._mapping(self._place(event), key)
            case SequenceStartEvent():
                found = self._sequence(self._place(event), key)
            case _:
                raise HopelessError(Problem(self._place(event), key, "breaks off here"))
        if event.tag is not None:
            self._object(event, key, f"has the tag {event.tag}; tags mean nothing here, remove it")
        if event.anchor is not None:
            self._anchors[event.anchor] = found
        return found

    def _mapping(self, place: Place, key: Key) -> Written:
        entries: dict[str, Written] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            name = self._name(event, key)
            here = (*key, name)
            value = self._value(next(self._events), here)
            if name in entries:
                first = entries[name].place.line
                self._object(event, here, f"stands here twice, first on line {first}; keep one")
                continue
            if value.content is None and not value.text:
                self._object(event, here, NO_VALUE)
            entries[name] = replace(value, place=self._place(event))
        return Written.mapping(entries, place)

    def _name(self, event: Event, key: Key) -> str:
        if not isinstance(event, ScalarEvent):
            raise HopelessError(Problem(self._place(event), key, "has a key that is not text"))
        text: str = event.value
        meaning = resolve(text)
        if event.implicit[0] and not isinstance(meaning, str):
            message = f'as a key, {text} is read as {spoken(meaning)}; quote it: "{text}"'
            self._object(event, (*key, text), message)
        return text

    def _sequence(self, place: Place, key: Key) -> Written:
        items: list[Written] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            here = (*key, len(items))
            items.append(self._value(event, here))
            if items[-1].content is None:
                self._object(event, here, NO_ITEM)
        return Written(tuple(items), place, size=1 + sum(item.size for item in items))

    def _scalar(self, event: ScalarEvent, key: Key) -> Written:
        text: str = event.value
        place = self._place(event)
        if not event.implicit[0]:
            return Written(text, place, text)
        if not text:
            return Written(None, place)  # whoever holds it says so, at its own place
        if is_ambiguous(text):
            message = f'{text} is another number to other readers; quote it: "{text}"'
            self._object(event, key, f"{message}, or leave out the zero")
        return Written(resolve(text), place, text)

    def _repeated(self, event: AliasEvent, key: Key) -> Written:
        found = self._anchors.get(event.anchor)
        if found is None:
            message = f"*{event.anchor} repeats nothing: no &{event.anchor} is complete above it"
            raise HopelessError(Problem(self._place(event), key, message))
        self._count(found.size, self._place(event))
        return found

    def _count(self, values: int, place: Place) -> None:
        self._values += values
        if self._values > MOST_VALUES:
            message = f"more than {MOST_VALUES} values, with aliases written out; split it up"
            raise HopelessError(Problem(place, (), message))

    def _place(self, event: Event) -> Place:
        return Place(self._file, event.start_mark.line + 1)

    def _object(self, event: Event, key: Key, message: str) -> None:
        self.problems.append(Problem(self._place(event), key, message))
