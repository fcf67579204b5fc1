"""What a line serves under its base URL, as bytes that are made once."""

import json
from datetime import UTC, datetime, time
from email.utils import format_datetime
from functools import lru_cache
from http import HTTPStatus

from checks.simulator.course import text
from checks.simulator.documents import document
from checks.simulator.lines import BY_KEY, PretendLine, Style, Version
from checks.simulator.wire import HAL, XML, answer

REMEMBERED = 512

NATIONAL_RULES = (
    ("/akn/nl/act/mnre1034/2021/BWBR0041278", "Besluit activiteiten leefomgeving"),
    ("/akn/nl/act/mnre1034/2021/BWBR0041297", "Besluit bouwwerken leefomgeving"),
    ("/akn/nl/act/mnre1034/2021/BWBR0041313", "Besluit kwaliteit leefomgeving"),
    ("/akn/nl/act/mnre1034/2021/BWBR0041330", "Omgevingsbesluit"),
)
LOCAL_RULES = (("/akn/nl/act/gm9999/2026/omgevingsplan", "Omgevingsplan Voorbeeldstad"),)


@lru_cache(maxsize=REMEMBERED)
def resource(
    key: str, path: str, version: Version, contract: str, environment: str
) -> bytes | None:
    """The answer under `path` ("/app-info"); None: there is no such thing here."""
    line = BY_KEY[key]
    if line.style is Style.OPENAPI and path == "/openapi.json":
        server = f"https://{environment}.dso.example{line.path}"
        return _ok(line, document(key, version, contract, server))
    if line.style in {Style.SOAP, Style.STAM}:
        return _xml(line, version) if path in {"", "/"} else None
    content = _told(line, path, text(version))
    if content is None:
        return None
    return _ok(line, json.dumps(content).encode(), version=version)


def keyless(line: PretendLine, path: str) -> bool:
    return line.keyless or path == "/openapi.json"


def regulations(*, wiped: bool) -> bytes:
    """What `/regelingen` answers: the national rules, unless they were wiped."""
    rules = LOCAL_RULES if wiped else NATIONAL_RULES + LOCAL_RULES
    listed = [{"identificatie": name, "officieleTitel": title} for name, title in rules]
    content = {"_embedded": {"regelingen": listed}, "page": {"totalElements": len(listed)}}
    return answer(HTTPStatus.OK, json.dumps(content).encode(), HAL)


def _told(line: PretendLine, path: str, version: str) -> object | None:
    match line.style, path:
        case ((Style.OPENAPI | Style.APP_INFO), "/app-info"):
            return {"app-info": {"name": line.key, "version": version, "status": "UP"}}
        case ((Style.OPENAPI | Style.APP_INFO | Style.HEADER), "/app-health"):
            return {"status": "UP"}
        case Style.INFO, "/info":
            return {"name": line.key, "version": version}
        case Style.INFO, "/health":
            return {"status": "UP"}
        case _:
            return None


def _ok(
    line: PretendLine, body: bytes, media: str = "application/json", version: Version | None = None
) -> bytes:
    headers = _farewell(line)
    if version and line.style is Style.HEADER:
        headers["api-version"] = text(version)
    return answer(HTTPStatus.OK, body, media, headers)


def _xml(line: PretendLine, version: Version) -> bytes:
    if line.style is Style.STAM:
        space = f"http://www.omgevingswet.nl/koppelvlak/stam-v{version[0]}/"
        body = f'<verzoeken xmlns="{space}IMAM"><aantal>0</aantal></verzoeken>'
    else:
        body = (
            '<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" name="aanleveren">'
            '<service name="AanleverenToepasbareRegels"/></definitions>'
        )
    declaration = '<?xml version="1.0" encoding="UTF-8"?>'
    return _ok(line, (declaration + body).encode(), XML)


def _farewell(line: PretendLine) -> dict[str, str]:
    """The headers by which a line says that its end is near."""
    if line.sunset is None:
        return {}
    last = datetime.combine(line.sunset, time(23, 59, 59), UTC)
    return {
        "deprecation": "true",
        "sunset": format_datetime(last, usegmt=True),
        "warning": f'299 - "{line.key} wordt uitgefaseerd op {line.sunset:%d-%m-%Y}"',
    }
