"""What we say in Dutch of each type of event."""

from collections.abc import Mapping

from monitor.alerts.wording.vocabulary import Told
from monitor.domain.event import EventType

_OUTAGE = "Storing: {place}"
_UNSTABLE = "Wisselvallig: {place}"
_ROLLOUT = "Uitrol: {line} {version}"
_GATE = "Vrijgave voor {where}: {line} {version}"
_INCIDENT = "Storingsmelding: {title}"
_MAINTENANCE = "Onderhoud: {place}"
_SUPPORT = "Einde ondersteuning: {line}"
_CALM = "U hoeft niets te doen."

EVENTS: Mapping[EventType, Told] = {
    EventType.OUTAGE_OPENED: Told(
        name=_OUTAGE,
        headline=_OUTAGE,
        says="{place} is niet beschikbaar sinds {since}.",
        means=(
            "Aanroepen mislukken op dit moment. Het ligt niet aan uw software: ook onze eigen "
            "metingen mislukken. U hoort het als de storing voorbij is."
        ),
    ),
    EventType.OUTAGE_RESOLVED: Told(
        name=_OUTAGE,
        headline="Voorbij: storing van {place}",
        says="{place} is weer beschikbaar sinds {at}. De storing duurde {lasted}.",
        means="Alles kan weer worden gebruikt. Wat intussen mislukte, moet misschien opnieuw.",
    ),
    EventType.UNSTABLE_STARTED: Told(
        name=_UNSTABLE,
        headline=_UNSTABLE,
        says="{place} valt sinds {since} steeds kort uit en herstelt weer.",
        means=(
            "Een aanroep kan nu lukken en het volgende moment mislukken. U krijgt één bericht "
            "als het rustig is geworden, niet een voor elke wisseling."
        ),
    ),
    EventType.UNSTABLE_ENDED: Told(
        name=_UNSTABLE,
        headline="Weer rustig: {place}",
        says="{place} wisselt sinds {at} niet meer steeds van toestand.",
        means="De pagina toont hoe het nu is.",
    ),
    EventType.DRIFT_OPENED: Told(
        name="{name}", headline="{name}", says="{found}", means="{meaning}"
    ),
    EventType.DRIFT_OVERDUE: Told(
        name="{name}",
        headline="{name} (te laat)",
        says="{found} Daarvoor was geduld tot {until}, en dat is voorbij.",
        means="{meaning}",
    ),
    EventType.DRIFT_RESOLVED: Told(
        name="{name}",
        headline="{name} (voorbij)",
        says="Wat op {since} is gevonden, is voorbij sinds {at}. Het duurde {lasted}.",
        means="U hoeft niets te doen. Het blijft terug te vinden.",
    ),
    EventType.ROLLOUT_ANNOUNCED: Told(
        name=_ROLLOUT,
        headline="Aangekondigd: {line} {version}",
        says="Versie {version} van {line} is aangekondigd.",
        means="De pagina toont wanneer zij waar wordt verwacht, en hoe ver zij is.",
    ),
    EventType.ROLLOUT_ARRIVED: Told(
        name=_ROLLOUT,
        headline="Aangekomen op {where}: {line} {version}",
        says="{where} draait versie {version} van {line}, voor het eerst gezien {arrived}.",
        means="Wie {place} aanroept, heeft vanaf nu met deze versie te maken.",
    ),
    EventType.ROLLOUT_VERIFIED: Told(
        name=_ROLLOUT,
        headline="Bewezen op {where}: {line} {version}",
        says="Versie {version} van {line} draaide op {where} lang genoeg zonder onderbreking.",
        means=_CALM,
    ),
    EventType.ROLLOUT_OVERDUE: Told(
        name=_ROLLOUT,
        headline="Te laat op {where}: {line} {version}",
        says="Versie {version} van {line} is nog niet op {where}; verwacht uiterlijk {due}.",
        means="Tot die tijd draait {where} iets ouders.",
    ),
    EventType.ROLLOUT_ROLLED_BACK: Told(
        name=_ROLLOUT,
        headline="Teruggezet op {where}: {line} {version}",
        says="{where} had versie {version} van {line} en is teruggezet.",
        means="Wat deze versie bracht, is er op {where} voorlopig niet.",
    ),
    EventType.GATE_OPENED: Told(
        name=_GATE,
        headline="Vrijgegeven voor {where}: {line} {version}",
        says="Aan alle criteria is voldaan: {what} mag sinds {at} naar {where}.",
        means="Zij mag vanaf nu op {where} worden uitgerold. Bereid u erop voor.",
    ),
    EventType.GATE_CLOSED: Told(
        name=_GATE,
        headline="Niet vrijgegeven voor {where}: {line} {version}",
        says="Versie {version} van {line} is sinds {at} niet meer vrijgegeven voor {where}.",
        means="Zij hoort niet op {where} te komen zolang zij niet opnieuw is vrijgegeven.",
    ),
    EventType.GATE_OVERRIDDEN: Told(
        name=_GATE,
        headline="Anders besloten voor {where}: {line} {version}",
        says="Een releasemanager liet versie {version} van {line} op {at} door naar {where}.",
        means="Zij mag op {where} worden uitgerold; het berekende antwoord blijft wat het was.",
    ),
    EventType.INCIDENT_OPENED: Told(
        name=_INCIDENT,
        headline=_INCIDENT,
        says="{message}",
        means="U hoort het als er nieuws is, en als het voorbij is.",
    ),
    EventType.INCIDENT_UPDATED: Told(
        name=_INCIDENT, headline="Nieuws: {title}", says="{message}", means=""
    ),
    EventType.INCIDENT_RESOLVED: Told(
        name=_INCIDENT, headline="Opgelost: {title}", says="{message}", means=""
    ),
    EventType.MAINTENANCE_PLANNED: Told(
        name=_MAINTENANCE,
        headline="Gepland onderhoud: {place}",
        says="Onderhoud aan {place} is gepland van {from} tot {to}.",
        means="In die tijd kan het weg zijn. Wat dan mislukt, is geen storing.",
    ),
    EventType.MAINTENANCE_CHANGED: Told(
        name=_MAINTENANCE,
        headline="Onderhoud gewijzigd: {place}",
        says="Onderhoud aan {place} is nu gepland van {from} tot {to}.",
        means="In die tijd kan het weg zijn. Wat dan mislukt, is geen storing.",
    ),
    EventType.MAINTENANCE_STARTED: Told(
        name=_MAINTENANCE,
        headline="Onderhoud begonnen: {place}",
        says="Het onderhoud aan {place} is begonnen en duurt tot {to}.",
        means="In die tijd kan het weg zijn. Wat nu mislukt, is geen storing.",
    ),
    EventType.MAINTENANCE_ENDED: Told(
        name=_MAINTENANCE,
        headline="Onderhoud voorbij: {place}",
        says="Het onderhoud aan {place} is voorbij sinds {at}.",
        means="Alles kan weer worden gebruikt. Wat vanaf nu mislukt, is weer een storing.",
    ),
    EventType.SUPPORT_ENDING: Told(
        name=_SUPPORT,
        headline="Ondersteuning eindigt {day}: {line}",
        says="{line} wordt ondersteund tot en met {day}.",
        means="Stap voor die tijd over op een nieuwere versie.",
    ),
    EventType.SUPPORT_ENDED: Told(
        name=_SUPPORT,
        headline="Niet meer ondersteund: {line}",
        says="{line} werd ondersteund tot en met {day}, en nu niet meer.",
        means="Het koppelvlak antwoordt misschien nog. Stap over op een nieuwere versie.",
    ),
    EventType.CERTIFICATE_EXPIRING: Told(
        name="Certificaat verloopt: {place}",
        headline="Certificaat verloopt {expires}: {place}",
        says="Het certificaat van {place} is geldig tot {expires}.",
        means="Zonder een nieuw mislukken aanroepen daarna; de beheerder moet het vernieuwen.",
    ),
    EventType.CONTENT_WIPED: Told(
        name="Inhoud gewist: {where}",
        headline="Inhoud gewist: {where}",
        says="De inhoud van {where} is gewist met versie {version} van {line}.",
        means="Wat u daar had aangeleverd is weg; lever opnieuw aan wat u nodig hebt.",
    ),
    EventType.NOTICE_REFUSED: Told(
        name="Geweigerd: {place}",
        headline="Onze sleutel is geweigerd: {place}",
        says="{place} weigert sinds {at} onze sleutel of ons certificaat.",
        means="De toestand blijft onbekend tot de sleutel is vernieuwd: dit heet geen storing.",
    ),
    EventType.NOTICE_ISOLATED: Told(
        name="Monitor geïsoleerd",
        headline="Monitor geïsoleerd: ons eigen netwerk hapert",
        says="Ons eigen netwerk hapert sinds {since}: er kan niets worden gemeten.",
        means="Alles is onbekend tot het terug is: er worden geen storingen gemeld.",
    ),
    EventType.NOTICE_DELIVERY_FAILING: Told(
        name="Afleveren mislukt",
        headline="Afleveren bij een abonnement mislukt",
        says="Berichten aan een abonnement komen al lange tijd niet aan; het is gepauzeerd.",
        means="Bekijk de afleveringen ervan, en vertel het de eigenaar als dat kan.",
    ),
    EventType.NOTICE_LOCATION_DOWN: Told(
        name="Faalt vanaf enkele locaties: {place}",
        headline="Faalt vanaf enkele locaties: {place}",
        says="{place} faalt sinds {at}, en alleen vanaf {locations}.",
        means="Te weinig locaties om een storing te heten: de oorzaak kan dicht bij ons zijn.",
    ),
    EventType.NOTICE_LOCATION_SILENT: Told(
        name="Locatie stil: {locations}",
        headline="Locatie stil: {locations}",
        says="Van onze locatie {locations} is niets gehoord sinds {since}.",
        means="Wat zij hoort te meten, wordt niet gemeten; kijk naar haar worker.",
    ),
    EventType.NOTICE_LOCATION_HEARD: Told(
        name="Locatie stil: {locations}",
        headline="Locatie weer gehoord: {locations}",
        says="Onze locatie {locations} is weer gehoord sinds {at}.",
        means=_CALM,
    ),
}

WITHDRAWN = Told(
    name=_MAINTENANCE,
    headline="Onderhoud ingetrokken: {place}",
    says="Het onderhoud aan {place} dat vanaf {from} was gepland, gaat niet door.",
    means=_CALM,
)
