"""Where to tell of a hole in us (RFC 9116)."""

from datetime import datetime, timedelta

GOOD_FOR = timedelta(days=180)
"""RFC 9116 advises less than a year."""


def security_txt(contact: str, base: str | None, now: datetime) -> str:
    at = f"mailto:{contact}" if "@" in contact and ":" not in contact else contact
    lines = [f"Contact: {at}", f"Expires: {now + GOOD_FOR:%Y-%m-%dT00:00:00Z}"]
    lines.append("Preferred-Languages: nl, en")
    if base:
        lines.append(f"Canonical: {base.rstrip('/')}/.well-known/security.txt")
    return "\n".join(lines) + "\n"
