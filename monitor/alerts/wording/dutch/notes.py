"""Messages of our own accord, in Dutch."""

from collections.abc import Mapping

from monitor.alerts.wording.vocabulary import Note
from monitor.domain.delivery import DeliveryKind

NOTES: Mapping[DeliveryKind, Note] = {
    DeliveryKind.DIGEST: Note(
        title="Overzicht van {date}: {count}",
        opening=("Dit gebeurde er tot {now}.",),
    ),
    DeliveryKind.CONFIRMATION: Note(
        title="Bevestig uw aanmelding bij Ketenwacht",
        opening=(
            "U hebt zich aangemeld voor berichten over de koppelvlakken van DSO-LV.",
            "Klopt dat? Bevestig het dan binnen 48 uur; tot die tijd krijgt u niets.",
        ),
        button="Aanmelding bevestigen",
        closing=("Was u het niet? Doe dan niets: na 48 uur is dit adres vergeten.",),
    ),
    DeliveryKind.KNOWN: Note(
        title="U bent al aangemeld bij Ketenwacht",
        opening=(
            (
                "Iemand, waarschijnlijk u, meldde dit adres zojuist aan bij Ketenwacht. Het is al "
                "aangemeld, en er is niets gewijzigd."
            ),
        ),
        button="Bekijken of wijzigen wat u krijgt",
        closing=("Was u het niet? Doe dan niets: alles blijft zoals het is.",),
    ),
    DeliveryKind.LEFT: Note(
        title="U bent afgemeld bij Ketenwacht",
        opening=(
            (
                "U bent afgemeld. Naar dit adres wordt niets meer gestuurd, en het wordt na "
                "30 dagen gewist."
            ),
        ),
        button="Opnieuw aanmelden",
    ),
    DeliveryKind.PAUSED: Note(
        title="Uw abonnement op Ketenwacht is gepauzeerd",
        opening=(
            (
                "Berichten van uw abonnement kwamen vijf dagen lang niet aan. Het is gepauzeerd: "
                "er wordt niets gestuurd tot u het hervat."
            ),
        ),
        button="Bekijken en hervatten",
    ),
    DeliveryKind.TEST: Note(
        title="Testbericht van Ketenwacht",
        opening=("Dit is een test. Berichten van Ketenwacht bereiken u; er is niets gebeurd.",),
    ),
}
