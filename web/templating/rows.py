"""One row of the wall as HTML, drawn once for what it shows."""

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from monitor.domain.landscape import Interface
from monitor.domain.life_cycle import Phase
from web.templating.cells import Cell, cell
from web.templating.environment import environment
from web.views.line import Conclusion, LineView
from web.words.language import Language


@dataclass(frozen=True, slots=True)
class Shown:
    """All that can be seen of a row: two rows that show the same are drawn the same."""

    title: str
    phase: Phase
    conclusion: Conclusion
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Row:
    id: str  # of the HTML element
    shown: Shown
    html: Markup


def row_id(line: str) -> str:
    """The id of a row, as in line-presenteren-v8."""
    return f"line-{line.replace('/', '-')}"


def draw(
    interface: Interface, line: LineView, now: datetime, language: Language, before: Row | None
) -> Row:
    """The row of a line; `before` itself where nothing that shows has changed."""
    title = interface.title.nl if language is Language.NL else interface.title.en
    cells = tuple(cell(target, now, language) for target in line.targets)
    shown = Shown(line.title or title, line.phase, line.conclusion, cells)
    if before is not None and before.shown == shown:
        return before
    html = (
        environment(language)
        .get_template("row.html")
        .render(
            row_id=row_id(line.id),
            interface=interface.id,
            line=line,
            title=shown.title,
            cells=cells,
            is_next=line.phase is Phase.NEXT,
        )
    )
    return Row(row_id(line.id), shown, Markup(html))  # noqa: S704  our own template, escaped
