"""What the pretend DSO-LV consists of: its lines, where they live, how they tell their version."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

Version = tuple[int, int, int]

LTO, PRE, PROD = "lto", "pre", "prod"
ENVIRONMENTS = (LTO, PRE, PROD)


class Host(StrEnum):
    PUBLIC = "public"
    RESTRICTED = "restricted"  # mutual TLS
    LOKET = "loket"


class Style(StrEnum):
    """How a line tells its version, as the real ones do (facts, "Interfaces")."""

    OPENAPI = "openapi"  # keyless /openapi.json, beside /app-info and /app-health with a key
    APP_INFO = "app-info"  # /app-info and /app-health
    INFO = "info"  # /info and /health; no document, no /app-info
    HEADER = "header"  # the API-Version header on /app-health
    SOAP = "soap"  # a WSDL, which says nothing of the version
    STAM = "stam"  # XML whose namespace holds the version
    PAGE = "page"  # a web page without a version


@dataclass(frozen=True, slots=True, kw_only=True)
class PretendLine:
    """One line of the pretend DSO-LV; `first` is the version it ran when the course begins."""

    key: str  # "presenteren/v8", as in the catalogue of the demo
    path: str  # of the base URL, the same in every environment
    style: Style
    first: Version
    host: Host = Host.PUBLIC
    environments: tuple[str, ...] = ENVIRONMENTS
    rolls: bool = True  # whether the daily rollouts touch it
    minors: bool = True  # whether its minor number ever moves
    known_on_lto: bool = True  # whether the demo's catalogue says where it is there
    keyless: bool = False  # whether nothing of it needs a key
    sunset: date | None = None  # announced in the headers of every answer
    title: str = ""
    resources: tuple[str, ...] = ()  # the nouns of its document


PLAN = ("regelingen", "regelteksten", "divisieteksten", "locaties", "activiteiten", "kaarten")
RULES = ("regels", "activiteiten", "vragenbomen", "uitvoeringsregels", "werkzaamheden", "bijlagen")

LINES = (
    PretendLine(
        key="presenteren/v7",
        path="/publiek/omgevingsdocumenten/api/presenteren/v7",
        style=Style.OPENAPI,
        first=(7, 9, 4),
        environments=(),  # retired: it is in the catalogue, and answers no more
        rolls=False,
    ),
    PretendLine(
        key="presenteren/v8",
        path="/publiek/omgevingsdocumenten/api/presenteren/v8",
        style=Style.OPENAPI,
        first=(8, 3, 1),
        title="Omgevingsdocumenten presenteren",
        resources=(*PLAN, "gebiedsaanwijzingen", "omgevingsnormen", "ponsen", "tijdelijkedelen"),
    ),
    PretendLine(
        key="presenteren/v9",
        path="/publiek/omgevingsdocumenten/api/presenteren/v9",
        style=Style.OPENAPI,
        first=(9, 0, 1),
        environments=(LTO,),  # X+1
        minors=False,
        title="Omgevingsdocumenten presenteren",
        resources=(*PLAN, "gebiedsaanwijzingen", "omgevingsnormen", "ontwerpregelingen"),
    ),
    PretendLine(
        key="toepasbaar-opvragen/v7",
        path="/publiek/omgevingsdocumenten/api/toepasbaaropvragen/v7",
        style=Style.OPENAPI,
        first=(7, 7, 2),
        title="Omgevingsdocumenten toepasbaar opvragen",
        resources=(*PLAN, "omgevingswaarden"),
    ),
    PretendLine(
        key="geometrie-opvragen/v1",
        path="/publiek/omgevingsdocumenten/api/geometrieopvragen/v1",
        style=Style.OPENAPI,
        first=(1, 2, 3),
        title="Omgevingsdocumenten geometrie opvragen",
        resources=("geometrieen", "locaties"),
    ),
    PretendLine(
        key="ontsluiten/v2",
        path="/publiek/omgevingsinformatie/api/ontsluiten/v2",
        style=Style.OPENAPI,
        first=(2, 12, 1),
        title="Omgevingsinformatie ontsluiten",
        resources=("kaartlagen", "themas", "informatieproducten"),
    ),
    PretendLine(
        key="ontsluiten/v3",
        path="/publiek/omgevingsinformatie/api/ontsluiten/v3",
        style=Style.OPENAPI,
        first=(3, 0, 1),
        environments=(LTO,),  # X+1, and it arrives within the course
        rolls=False,
        title="Omgevingsinformatie ontsluiten",
        resources=("kaartlagen", "themas", "informatieproducten", "abonnementen"),
    ),
    PretendLine(
        key="stelselcatalogus/v3",
        path="/publiek/catalogus/api/opvragen/v3",
        style=Style.OPENAPI,
        first=(3, 2, 2),
        title="Stelselcatalogus opvragen",
        resources=("concepten", "begrippenkaders", "gegevensbronnen", "waardelijsten"),
    ),
    PretendLine(
        key="ruimtelijke-plannen/v4",
        path="/ruimtelijke-plannen/api/opvragen/v4",
        style=Style.APP_INFO,
        first=(4, 5, 1),
        environments=(PROD,),
        rolls=False,
        keyless=True,
    ),
    PretendLine(
        key="stop/1.3",
        path="/overheid/omgevingsdocumenten/api/bronhouderkoppelvlak/v1/stop-1.3",
        style=Style.APP_INFO,
        first=(1, 3, 0),
        keyless=True,
        rolls=False,
    ),
    PretendLine(
        key="stop/1.4",
        path="/overheid/omgevingsdocumenten/api/bronhouderkoppelvlak/v1/stop-1.4",
        style=Style.APP_INFO,
        first=(1, 4, 1),
        keyless=True,
        environments=(LTO,),  # X+1
        minors=False,
    ),
    PretendLine(
        key="rtr-gegevens/v2",
        path="/publiek/toepasbare-regels/api/rtrgegevens/v2",
        style=Style.INFO,
        first=(2, 4, 1),
    ),
    PretendLine(
        key="rtr-zoekinterface/v2",
        path="/publiek/toepasbare-regels/api/zoekinterface/v2",
        style=Style.INFO,
        first=(2, 2, 3),
    ),
    PretendLine(
        key="uitvoeren-services/v3",
        path="/publiek/toepasbare-regels/api/toepasbareregelsuitvoerenservices/v3",
        style=Style.APP_INFO,
        first=(3, 1, 2),
    ),
    PretendLine(
        key="werkzaamheden/v1",
        path="/publiek/toepasbare-regels/api/opvragenwerkzaamheden/v1",
        style=Style.HEADER,
        first=(1, 2, 1),
        minors=False,
        known_on_lto=False,
    ),
    PretendLine(
        key="sttr/3.0",  # and 2.0: one endpoint takes both, the version is inside the file
        path="/overheid/toepasbare-regels/aanleverentoepasbareregels/v1",
        style=Style.SOAP,
        first=(1, 0, 0),
        keyless=True,
        rolls=False,
    ),
    PretendLine(
        key="verzoek-indienen/v5",
        path="/publiek/verzoeken/api/indienen/v5",
        style=Style.OPENAPI,
        first=(5, 3, 1),
        title="Verzoek indienen",
        resources=("verzoeken", "bijlagen", "projecten", "meldingen", "informatieplichten", *RULES),
    ),
    PretendLine(
        key="verzoek-indienen/v6",
        path="/publiek/verzoeken/api/indienen/v6",
        style=Style.OPENAPI,
        first=(6, 0, 0),
        environments=(),  # planned: not even on LTO yet
        rolls=False,
    ),
    PretendLine(
        key="stam/5",
        path="/overheid/verzoeken/api/afhandelen/v2/stam-5",
        style=Style.STAM,
        first=(5, 0, 1),
        keyless=True,
        rolls=False,
        sunset=date(2027, 6, 30),
    ),
    PretendLine(
        key="stam/6",
        path="/overheid/verzoeken/api/afhandelen/v2/stam-6",
        style=Style.STAM,
        first=(6, 0, 0),
        host=Host.RESTRICTED,
        rolls=False,
    ),
    PretendLine(
        key="swf/v4",
        path="/overheid/samenwerken/api/behandelen/v4",
        style=Style.APP_INFO,
        first=(4, 9, 3),
        keyless=True,
        environments=(PRE,),  # long gone by the catalogue, and forgotten here
        rolls=False,
    ),
    PretendLine(
        key="swf/v5",
        path="/overheid/samenwerken/api/behandelen/v5",
        style=Style.APP_INFO,
        first=(5, 1, 2),
        host=Host.RESTRICTED,
        minors=False,  # its one minor release is in the script
    ),
    PretendLine(
        key="loket/web",
        path="",
        style=Style.PAGE,
        first=(1, 0, 0),
        host=Host.LOKET,
        rolls=False,
    ),
)

BY_KEY = {line.key: line for line in LINES}
