"""One row of the wall as HTML, drawn once for what it shows."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache

from markupsafe import Markup, escape

from monitor.domain.landscape import Interface
from monitor.domain.life_cycle import Phase
from web.templating.cells import Cell, cell
from web.templating.comparisons import remark
from web.templating.environment import environment
from web.templating.terms import DOWN_FROM, LOOK
from web.views.comparison import Comparison, ComparisonKind
from web.views.line import Conclusion, LineView
from web.views.target import Look
from web.words.language import Language
from web.words.moments import exact, stamp
from web.words.translation import translations

_OF_THE_LIFE_CYCLE = frozenset(
    {ComparisonKind.AS_MEANT, ComparisonKind.PLANNED, ComparisonKind.RETIRED}
)


@dataclass(frozen=True, slots=True)
class Shown:
    """All that can be seen of a row: two rows that show the same are drawn the same."""

    title: str
    phase: Phase
    conclusion: Conclusion
    comparison: Comparison
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
    shown = Shown(line.title or title, line.phase, line.conclusion, line.comparison, cells)
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
            cells=Markup("\n".join(_cell(one, language) for one in cells)),  # noqa: S704  escaped there
            conclusion=_conclusion(line.conclusion, language) if _tells_life(line) else "",
            comparison=_comparison(line.comparison, language),
            is_next=line.phase is Phase.NEXT,
        )
    )
    return Row(row_id(line.id), shown, Markup(html))  # noqa: S704  our own template, escaped


def _cell(one: Cell, language: Language) -> str:
    """In one string: through the template engine, cells were most of the cost of a wall."""
    version = f' <span class="v">{escape(one.version)}</span>' if one.version else ""
    age = ""
    if one.age and one.since:
        least = ' class="least"' if one.at_least else ""
        title = exact(one.since, language)
        age = f' <time datetime="{stamp(one.since)}" title="{title}"{least}>{one.age}</time>'
    return (
        f'<td role="cell" class="s-{one.look}" data-env="{_upper(one.environment)}">'
        f'<svg class="i" aria-hidden="true"><use href="#i-{one.look}"/></svg>{version}'
        f' <span class="{"w" if one.word_shown else "vh"}">{_said(one, language)}</span>'
        f"{age}</td>"
    )


def _said(one: Cell, language: Language) -> Markup:
    if not one.down_from:
        return _word(one.look, language)
    said = translations(language).gettext(DOWN_FROM)
    return escape(said % {"places": ", ".join(one.down_from)})


@cache
def _word(look: Look, language: Language) -> Markup:
    return escape(translations(language).gettext(LOOK[look]))


@lru_cache(maxsize=100)
def _upper(environment_id: str) -> Markup:
    return escape(environment_id.upper())


def _tells_life(line: LineView) -> bool:
    """Whether the life cycle says more than that the line is supported."""
    return (
        line.comparison.kind in _OF_THE_LIFE_CYCLE
        or line.conclusion.day is not None
        or line.phase in {Phase.PREVIOUS, Phase.UNSUPPORTED}
    )


@lru_cache(maxsize=1_000)
def _comparison(comparison: Comparison, language: Language) -> Markup:
    """What the rules of drift say; nothing where the life cycle says it all."""
    if comparison.kind in _OF_THE_LIFE_CYCLE:
        return Markup()
    template = environment(language).get_template("remark.html")
    html = template.render(remark=remark(comparison, language))
    return Markup(html.strip())  # noqa: S704  our own template, escaped


@lru_cache(maxsize=1_000)
def _conclusion(conclusion: Conclusion, language: Language) -> Markup:
    """Many lines are concluded the same."""
    template = environment(language).get_template("conclusion.html")
    html = template.render(line={"conclusion": conclusion})
    return Markup(html.strip())  # noqa: S704  our own template, escaped
