"""What operators often have to say, in both languages: to choose from and fill in."""

from dataclasses import dataclass

from monitor.domain.bulletin import Phase
from monitor.domain.landscape import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """Blanks stand in braces. `phase` None: for maintenance, whose reason it is."""

    id: str
    phase: Phase | None
    title: Words | None
    message: Words


TEMPLATES = (
    Template(
        id="outage",
        phase=Phase.INVESTIGATING,
        title=Words(nl="Storing {what}", en="Outage of {what}"),
        message=Words(
            nl="{what} is niet of niet goed bereikbaar. Wij zoeken de oorzaak.",
            en="{what} cannot be reached, or not well. We are looking for the cause.",
        ),
    ),
    Template(
        id="slow",
        phase=Phase.INVESTIGATING,
        title=Words(nl="{what} is traag", en="{what} is slow"),
        message=Words(
            nl="{what} antwoordt trager dan gewoonlijk. Wij zoeken de oorzaak.",
            en="{what} answers more slowly than usual. We are looking for the cause.",
        ),
    ),
    Template(
        id="cause",
        phase=Phase.IDENTIFIED,
        title=None,
        message=Words(
            nl="De oorzaak is gevonden: {what}. Wij werken aan herstel.",
            en="The cause is found: {what}. We are working on it.",
        ),
    ),
    Template(
        id="backlog",
        phase=Phase.MONITORING,
        title=None,
        message=Words(
            nl="De storing is verholpen. Berichten die bleven liggen worden verwerkt; "
            "dat duurt naar verwachting tot {until}.",
            en="The outage is mended. Messages that were left waiting are worked off; "
            "that is expected to take until {until}.",
        ),
    ),
    Template(
        id="over",
        phase=Phase.RESOLVED,
        title=None,
        message=Words(
            nl="De storing is voorbij: alles werkt weer en er ligt niets meer te wachten.",
            en="The outage is over: everything works again and nothing is left waiting.",
        ),
    ),
    Template(
        id="maintenance",
        phase=None,
        title=None,
        message=Words(
            nl="Gepland onderhoud: {what} kan weg zijn of traag antwoorden.",
            en="Planned maintenance: {what} may be away or answer slowly.",
        ),
    ),
    Template(
        id="release",
        phase=None,
        title=None,
        message=Words(
            nl="Een nieuwe versie wordt geplaatst: {what} kan kort weg zijn.",
            en="A new version is put in place: {what} may be away for a short time.",
        ),
    ),
)
