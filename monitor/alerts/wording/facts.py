"""What of an event can be filled into a sentence, or listed below it: cleaned and bounded."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from checks.clean import clean
from monitor.alerts.wording import moments
from monitor.alerts.wording.causes import cause
from monitor.alerts.wording.vocabulary import Vocabulary
from monitor.domain.event import Event, EventType, Reach, reach
from monitor.domain.finding import FindingKind
from monitor.domain.landscape import LineId, Words

LONGEST_NAME = 120
"""Characters of what stands in a title: a subject line has to stay readable."""
LONGEST_MESSAGE = 2_000  # of what an operator wrote
MOST_NAMED = 4  # interfaces in one sentence
OURSELVES = "monitor"
"""The subject of what is about the monitor itself begins with it."""

_OF_PEOPLE = frozenset(
    {
        EventType.GATE_OVERRIDDEN,
        EventType.MAINTENANCE_PLANNED,
        EventType.MAINTENANCE_CHANGED,
        EventType.MAINTENANCE_STARTED,
        EventType.MAINTENANCE_ENDED,
        EventType.CONTENT_WIPED,
    }
)
"""Events whose reason somebody wrote."""
_MOMENTS = {
    "until": "toleratedUntil",
    "from": "startsAt",
    "to": "endsAt",
    "due": "dueAt",
    "expires": "notAfter",
}
"""What a sentence calls a moment, and what the facts of an event do."""


class Facts:
    """Of one event, in one language. `titles` names the interfaces of the catalogue."""

    def __init__(self, event: Event, words: Vocabulary, titles: Mapping[str, Words]) -> None:
        self.event = event
        self._words = words
        self._phrases = words.phrases
        self._titles = titles
        self._about = Reach() if event.subject.startswith(OURSELVES) else reach(event)

    @property
    def kind(self) -> FindingKind | None:
        """Of a finding; None where we do not know it."""
        told = self.event.facts.get("kind")
        return next((kind for kind in FindingKind if kind == told), None)

    @property
    def is_automatic(self) -> bool:
        """Whether somebody wrote about an incident that the rules opened: it has no title."""
        is_update = self.event.type is EventType.INCIDENT_UPDATED
        return is_update and "title" not in self.event.facts

    @property
    def place(self) -> str:
        """Presenteren v8 on PROD; all of PROD; DSO-LV."""
        lines, where = self._lines(), self._where()
        if lines and where:
            return self._phrases.on.format(line=lines, where=where)
        if where:
            return self._phrases.whole.format(where=where)
        return lines or self._somewhere()

    @property
    def where(self) -> str:
        """LTO and PRE."""
        return self._where() or self._somewhere()

    def names(self) -> Mapping[str, str]:
        """Everything that a sentence may name."""
        event, phrases = self.event, self._phrases
        since = moments.read(event.facts.get("openedAt")) or event.at
        environments = self._about.environments or ("",)
        version = evidence(event.facts.get("version", ""), LONGEST_NAME)
        line = self._lines() or self._somewhere()
        return {
            **{name: self._moment(fact) or phrases.unknown for name, fact in _MOMENTS.items()},
            "place": self.place,
            "line": line,
            "where": self.where,
            "first": environments[0].upper() or phrases.everywhere,
            "last": environments[-1].upper() or phrases.everywhere,
            "at": moments.moment(event.at, phrases),
            "since": moments.moment(since, phrases),
            "lasted": moments.span(max(event.at - since, timedelta()), phrases),
            "arrived": self._moment("arrivedBy") or moments.moment(event.at, phrases),
            "day": self._day("supportedUntil") or phrases.unknown,
            "version": version or phrases.unknown,
            "what": phrases.versioned.format(version=version, line=line) if version else line,
            "title": evidence(event.facts.get("title", ""), LONGEST_NAME) or self.place,
            "message": clean(event.facts.get("message", ""), LONGEST_MESSAGE),
            "locations": ", ".join(self._named("locations")) or phrases.unknown,
        }

    def listed(self) -> Iterator[tuple[str, str]]:
        """What is told apart from the sentences, each with its label."""
        for name, label in self._words.labels.items():
            if told := self._listed(name):
                yield label, told

    def _listed(self, name: str) -> str:
        if name in _MOMENTS.values():
            return self._moment(name)
        made = {
            "line": self._lines,
            "environments": self._where,
            "since": self._opened,
            "arrived": self._arrived,
            "versions": self._versions,
            "rrule": self._repeats,
            "runOutUntil": self._run_out,
            "reason": self._reason,
        }
        return made[name]() if name in made else self._coded(name)

    def _coded(self, name: str) -> str:
        """A fact in words, where it is one of a few; several are joined."""
        known = self._words.values.get(name)
        if known is None:
            return evidence(self.event.facts.get(name, ""))
        return moments.joined(
            [known[one] for one in self._named(name) if one in known], self._phrases
        )

    def _opened(self) -> str:
        return self._moment("openedAt")

    def _run_out(self) -> str:
        return self._day("runOutUntil")

    def _reason(self) -> str:
        """In our words where a check gave it; what people wrote stays theirs."""
        told = evidence(self.event.facts.get("reason", ""))
        return told if self.event.type in _OF_PEOPLE else cause(told, self._words.causes)

    def _repeats(self) -> str:
        return self._phrases.repeats if self.event.facts.get("rrule") else ""

    def _arrived(self) -> str:
        after, by = self._moment("arrivedAfter"), self._moment("arrivedBy")
        return self._phrases.between.format(after=after, by=by) if after and after != by else by

    def _versions(self) -> str:
        """LTO 8.6.0, PROD not there."""
        said = {"": self._phrases.absent, "?": self._phrases.unknown}
        told = (one.partition("=") for one in self._named("versions"))
        return ", ".join(f"{place.upper()} {said.get(ran, ran)}" for place, _, ran in told)

    def _named(self, name: str) -> Sequence[str]:
        told = evidence(self.event.facts.get(name, ""))
        return [one.strip() for one in told.split(",") if one.strip()]

    def _moment(self, fact: str) -> str:
        at = moments.read(self.event.facts.get(fact))
        return moments.moment(at, self._phrases) if at else ""

    def _day(self, fact: str) -> str:
        try:
            return moments.day(date.fromisoformat(self.event.facts.get(fact, "")), self._phrases)
        except ValueError:
            return ""

    def _where(self) -> str:
        return moments.joined([one.upper() for one in self._about.environments], self._phrases)

    def _lines(self) -> str:
        named = [*map(self._line, self._about.lines), *map(self._title, self._about.interfaces)]
        if len(named) > MOST_NAMED:
            named = [*named[: MOST_NAMED - 1], self._phrases.others.of(len(named) - MOST_NAMED + 1)]
        return moments.joined(named, self._phrases)

    def _line(self, line: LineId) -> str:
        return f"{self._title(line.interface)} {line.line}"

    def _title(self, interface: str) -> str:
        title = self._titles.get(interface)
        return clean(getattr(title, self._words.code) if title else interface, LONGEST_NAME)

    def _somewhere(self) -> str:
        ours = self.event.subject.startswith(OURSELVES)
        return self._phrases.us if ours else self._phrases.everywhere


def evidence(text: str, limit: int = 200) -> str:
    """What others said, on one line, and with no address in it that a mail program would link."""
    return clean(clean(text, limit).replace("://", "[:]//").replace("www.", "www[.]"), limit)
