"""What things are called in the reader's language."""

from monitor.domain.landscape import Landscape, LineId, Words
from web.words.language import Language


class Titles:
    """The names of a landscape in one language."""

    def __init__(self, landscape: Landscape, language: Language) -> None:
        self.language = language
        self.interfaces = {one.id: one.title for one in landscape.interfaces}  # in both
        self._locations = {id_: self.say(one) for id_, one in landscape.locations.items()}
        self._interfaces = {one.id: self.say(one.title) for one in landscape.interfaces}

    def say(self, words: Words) -> str:
        return words.nl if self.language is Language.NL else words.en

    def of_location(self, location: str) -> str:
        return self._locations.get(location, location)

    def of_line(self, line: LineId) -> str:
        """As in Omgevingsdocumenten presenteren v8; the bare id for what left the catalogue."""
        title = self._interfaces.get(line.interface)
        return f"{title} {line.line}" if title else str(line)
