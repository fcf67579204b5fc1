"""Times in which nothing may be rolled out."""

from dataclasses import dataclass
from typing import ClassVar

from monitor.domain.window import Timetable, WindowError

FreezeError = WindowError
"""Under the name by which the gate and its faces know it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze(Timetable):
    """The gate is closed while one covers now."""

    CALLED: ClassVar[str] = "a freeze"
