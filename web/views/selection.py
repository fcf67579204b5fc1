"""Which part of the wall is asked for."""

from dataclasses import dataclass

from monitor.domain.landscape import Chain, Interface
from web.views.line import LineView, wants_a_look


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Nothing chosen is all of it."""

    chain: Chain | None = None
    environment: str | None = None
    only_trouble: bool = False
    text: str = ""

    @property
    def everything(self) -> bool:
        return self == EVERYTHING

    def shows(self, environment: str) -> bool:
        return self.environment in {None, environment}

    def takes(self, interface: Interface, line: LineView) -> bool:
        return (
            self.chain in {None, interface.chain}
            and self._has_text(interface, line)
            and self._has_trouble(line)
        )

    def _has_text(self, interface: Interface, line: LineView) -> bool:
        """Whether every word that was typed occurs somewhere in what names the line."""
        title = interface.title
        named = f"{title.nl} {title.en} {interface.standard} {line.id} {line.title or ''}"
        return all(word in named.casefold() for word in self.text.casefold().split())

    def _has_trouble(self, line: LineView) -> bool:
        return not self.only_trouble or wants_a_look(line, self.environment)


EVERYTHING = Selection()
