"""The words that everything is joined with, in Dutch."""

from collections.abc import Mapping

from monitor.alerts.wording.vocabulary import Phrases, Unit

PHRASES = Phrases(
    unknown="onbekend",
    everywhere="DSO-LV",
    on="{line} op {where}",
    both="{many} en {last}",
    whole="de hele omgeving {where}",
    us="onze monitor",
    others=Unit("ander", "andere"),
    versioned="versie {version} van {line}",
    absent="niet aanwezig",
    between="tussen {after} en {by}",
    repeats="ja; de pagina toont wanneer",
    months=(
        *("januari", "februari", "maart", "april", "mei", "juni"),
        *("juli", "augustus", "september", "oktober", "november", "december"),
    ),
    moment="{day} {month} {year} om {time} (UTC{offset})",
    date="{day} {month} {year}",
    minute=Unit("minuut", "minuten"),
    hour=Unit("uur", "uur"),
    day=Unit("dag", "dagen"),
    shorter="minder dan een minuut",
    means="Wat dit voor u betekent",
    more="Lees meer",
    several="{where}: {count}",
    messages=Unit("bericht", "berichten"),
    rest="En nog {count}; de pagina toont ze.",
    still="Nog niet voorbij: {name}",
    open_for="Dit duurt nu {span}; sinds het vorige bericht is er niets veranderd.",
    answers="Re: ",
    because="U krijgt dit bericht omdat dit adres bij Ketenwacht is aangemeld.",
    manage="Wijzigen wat u krijgt",
    leave="Afmelden",
    sender=(
        "Ketenwacht is een onafhankelijke monitor van de koppelvlakversies van DSO-LV. "
        "Antwoorden op dit bericht worden niet gelezen."
    ),
)

LABELS: Mapping[str, str] = {
    "line": "Koppelvlak",
    "environments": "Omgeving",
    "version": "Versie",
    "versions": "Wat waar staat",
    "since": "Sinds",
    "arrived": "Aangekomen",
    "dueAt": "Uiterlijk verwacht",
    "toleratedUntil": "Geduld tot",
    "startsAt": "Van",
    "endsAt": "Tot",
    "rrule": "Herhaalt zich",
    "runOutUntil": "Uitloop tot en met",
    "phase": "Fase",
    "severity": "Ernst",
    "decision": "Berekend antwoord",
    "objections": "Niet voldaan",
    "contentWipe": "Inhoud",
    "by": "Door",
    "check": "Controle",
    "locations": "Gezien vanaf",
    "reason": "Reden",
}

VALUES: Mapping[str, Mapping[str, str]] = {
    "severity": {"critical": "ernstig", "warning": "waarschuwing", "info": "ter informatie"},
    "phase": {
        "investigating": "wordt onderzocht",
        "identified": "oorzaak bekend",
        "monitoring": "hersteld, de achterstand wordt weggewerkt",
        "resolved": "opgelost",
    },
    "decision": {"open": "open", "closed": "dicht", "unknown": "onbekend"},
    "objections": {
        "received": "LTO heeft haar ontvangen",
        "first": "LTO was eerst",
        "soaked": "zij draaide lang genoeg zonder onderbreking",
        "quiet": "er is niets mee aan de hand",
        "fresh": "zij is zojuist gemeten",
        "notFrozen": "er geldt geen wijzigingsstop",
    },
    "contentWipe": {"true": "wordt bij deze uitrol gewist"},
}
