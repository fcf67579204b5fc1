"""Bars of what a probe costs, drawn by hand: a picture needs no library for that."""

from collections.abc import Mapping
from pathlib import Path

PARTS = ("leader", "queue", "ask", "record", "db")
SHADES = ("#0b3d91", "#2a7de1", "#8ab8f0", "#d98e04", "#7a4b00")
PLOT = Path(__file__).parent.parent / "docs" / "scaling.svg"
HEIGHT, LEFT, TOP = 220, 60, 30


def plot(costs: Mapping[int, Mapping[str, float]]) -> str:
    """Bars of CPU per probe by number of checks, what it is spent on laid on top of each other."""
    most = max(whole(one) for one in costs.values())
    marks = []
    for column, (size, told) in enumerate(costs.items()):
        x, y = LEFT + 30 + 130 * column, float(TOP + HEIGHT)
        for part, shade in zip(PARTS, SHADES, strict=True):
            tall = HEIGHT * told[part] / most
            y -= tall
            marks.append(
                f'<rect x="{x}" y="{y:.1f}" width="70" height="{tall:.1f}" fill="{shade}"/>'
            )
        total = f"{1000 * whole(told):.2f} ms"
        marks.append(f'<text x="{x + 35}" y="{y - 6:.1f}" text-anchor="middle">{total}</text>')
        marks.append(
            f'<text x="{x + 35}" y="{TOP + HEIGHT + 20}" text-anchor="middle">{size:,}</text>'
        )
    for row, (part, shade) in enumerate(zip(PARTS, SHADES, strict=True)):
        y = TOP + 10 + 22 * row
        marks.append(f'<rect x="480" y="{y}" width="14" height="14" fill="{shade}"/>')
        marks.append(f'<text x="502" y="{y + 12}">{LEGEND[part]}</text>')
    label = (
        f'<text x="{LEFT + 30}" y="{TOP + HEIGHT + 44}">checks asked from another location</text>'
    )
    body = "\n".join([*marks, label])
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="700" height="310" '
        'font-family="sans-serif" font-size="13" role="img">\n'
        "<title>CPU per probe by number of checks</title>\n"
        f'<rect width="700" height="310" fill="white"/>\n{body}\n</svg>\n'
    )


LEGEND = {
    "leader": "leader: hand out",
    "queue": "worker: take from the queue",
    "ask": "worker: ask",
    "record": "worker: record and conclude",
    "db": "PostgreSQL",
}


def whole(costs: Mapping[str, float]) -> float:
    return sum(costs[name] for name in PARTS)
