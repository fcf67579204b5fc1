"""What checks and monitor.domain say in English of why, in Dutch."""

from collections.abc import Mapping

CAUSES: Mapping[str, str] = {
    # what came back
    "answered {status} where {other} is expected": (
        "antwoordde {status}, terwijl {other} wordt verwacht"
    ),
    "answered {status} without the text {quote}": "antwoordde {status} zonder de tekst {quote}",
    "answered {status} with JSON that is no OpenAPI document": (
        "antwoordde {status} met JSON die geen OpenAPI-document is"
    ),
    "answered {told}": "antwoordde {told}",
    "{told}: the question is not understood; check the parameters of this check": (
        "{told}: de vraag wordt niet begrepen; kijk de parameters van deze controle na"
    ),
    "{told}: the parameters are not accepted; check the parameters of this check": (
        "{told}: de parameters worden niet aanvaard; kijk de parameters van deze controle na"
    ),
    "{told}: this method is not allowed here; check the path of this check": (
        "{told}: deze methode is hier niet toegestaan; kijk het pad van deze controle na"
    ),
    "{told}: this media type is not offered; check the Accept that this check sends": (
        "{told}: dit mediatype wordt niet geleverd; kijk de Accept van deze controle na"
    ),
    "{told}: not available, and nothing in it speaks of maintenance": (
        "{told}: niet beschikbaar, en er staat niets over onderhoud bij"
    ),
    "{status}: redirects to {where}; redirects are recorded, not followed": (
        "{status}: verwijst door naar {where}; doorverwijzingen worden vastgelegd, niet gevolgd"
    ),
    "not served here, as configured: {cause}": "hier niet aanwezig, volgens de inrichting: {cause}",
    "not served here: {told}": "hier niet aanwezig: {told}",
    "our credential is refused: {told}": "onze sleutel wordt geweigerd: {told}",
    "reachable, but it asks for a credential and none is configured: {told}": (
        "bereikbaar, maar er wordt een sleutel gevraagd en er is er geen ingericht: {told}"
    ),
    "429: we ask too much; we wait before asking on": "429: wij vragen te veel; wij wachten even",
    "503 with the text of planned maintenance": "503 met de tekst van gepland onderhoud",
    "another page is shown: the text {quote} is not on it": (
        "er verschijnt een andere pagina: de tekst {quote} staat er niet op"
    ),
    "runs {version}, where {other} is expected": "draait {version}, terwijl {other} wordt verwacht",
    "the certificate expires in {days} days, on {date}": (
        "het certificaat verloopt over {days} dagen, op {date}"
    ),
    "the national rules (rijksregels) are not loaded here: {told}": (
        "de rijksregels zijn hier niet geladen: {told}"
    ),
    "no version is given at {where}": "op {where} staat geen versie",
    "{where} holds no readable version; it is kept as a hash only": (
        "op {where} staat geen leesbare versie; alleen een hash wordt bewaard"
    ),
    # what did not come
    "nothing answers at that address": "op dat adres antwoordt niets",
    "there is no way to that address ({told})": "er is geen weg naar dat adres ({told})",
    "the server refuses the connection": "de server weigert de verbinding",
    "the server reset the connection": "de server verbrak de verbinding",
    "no connection came about within {limit}": "binnen {limit} kwam er geen verbinding",
    "the TLS handshake did not end within {limit}": "de TLS-handshake was na {limit} niet klaar",
    "no answer began within {limit}": "binnen {limit} begon er geen antwoord",
    "the answer did not end within {limit}": "het antwoord was na {limit} niet compleet",
    "closed the connection in the middle of its answer": (
        "verbrak de verbinding midden in het antwoord"
    ),
    "closed the connection without an answer": "verbrak de verbinding zonder antwoord",
    "the name {host} is not known": "de naam {host} is niet bekend",
    "the name {host} has no address": "de naam {host} heeft geen adres",
    "the name {host} could not be looked up": "de naam {host} kon niet worden opgezocht",
    "the name server gave no answer within {limit}": (
        "de naamserver gaf binnen {limit} geen antwoord"
    ),
    "the name server gave no answer about {host}": "de naamserver gaf geen antwoord over {host}",
    # trust
    "the server's certificate is not valid yet": "het certificaat van de server is nog niet geldig",
    "the server's certificate has expired": "het certificaat van de server is verlopen",
    "the server's certificate is signed by itself": (
        "het certificaat van de server is door hemzelf ondertekend"
    ),
    "the server's certificate has an issuer unknown to us": (
        "de uitgever van het certificaat van de server is ons onbekend"
    ),
    "the server's certificate is for another host": (
        "het certificaat van de server is voor een andere host"
    ),
    "the server's certificate is for another address": (
        "het certificaat van de server is voor een ander adres"
    ),
    "the server's certificate is not trusted ({told})": (
        "het certificaat van de server wordt niet vertrouwd ({told})"
    ),
    "the server speaks no TLS of version 1.2 or later": "de server kent geen TLS vanaf versie 1.2",
    "the server does not speak TLS here": "de server spreekt hier geen TLS",
    "the server asks for a client certificate and got none": (
        "de server vraagt om een clientcertificaat en kreeg er geen"
    ),
    "the server does not accept our client certificate": (
        "de server aanvaardt ons clientcertificaat niet"
    ),
    "the server says that our client certificate is revoked": (
        "de server meldt dat ons clientcertificaat is ingetrokken"
    ),
    "the server says that our client certificate has expired": (
        "de server meldt dat ons clientcertificaat is verlopen"
    ),
    "the server does not know the issuer of our client certificate": (
        "de server kent de uitgever van ons clientcertificaat niet"
    ),
    "the server knows our client certificate and does not let us in": (
        "de server kent ons clientcertificaat en laat ons niet toe"
    ),
    # of several together
    "from {where} only: {cause}": "alleen vanaf {where}: {cause}",
    "from {where}: {cause}": "vanaf {where}: {cause}",
    "{count} targets went down together; the last: {cause}": (
        "{count} doelen vielen tegelijk uit; het laatste: {cause}"
    ),
    "planned maintenance: {told}": "gepland onderhoud: {told}",
    # of ourselves
    "the monitor is isolated: none of the targets and references could be reached": (
        "de monitor is geïsoleerd: geen van de doelen en ijkpunten was te bereiken"
    ),
    "the monitor is isolated at {where}: none of the targets and references could be reached": (
        "de monitor is geïsoleerd op {where}: geen van de doelen en ijkpunten was te bereiken"
    ),
    "the worker stood still while it was asked": "onze eigen werker stond stil tijdens de vraag",
}
"""The first that fits counts; what fits none stays English."""
