"""What lines, targets and checks are called.

They are looked up more than anything else, and a tuple is hashed and compared without a step of
Python: docs/decisions, 0093.
"""

from typing import NamedTuple, Self

from typing_extensions import override

AT = "~"
"""Joins the name of a check and the location that it is asked from: `health~pkio`."""

HERE = ""
"""The location of a check that names none: wherever the monitor itself stands."""


class LineId(NamedTuple):
    """One supported interface version: `presenteren/v8`."""

    interface: str
    line: str

    @override
    def __str__(self) -> str:
        return f"{self.interface}/{self.line}"

    @classmethod
    def parse(cls, text: str) -> Self:
        interface, slash, line = text.partition("/")
        if not (interface and slash and line) or "/" in line:
            raise ValueError(f"{text!r} is no line; write interface/line, as in presenteren/v8")
        return cls(interface, line)


class TargetId(NamedTuple):
    """A line in an environment: `presenteren/v8@prod`."""

    line: LineId
    environment: str

    @override
    def __str__(self) -> str:
        return f"{self.line}@{self.environment}"

    @classmethod
    def parse(cls, text: str) -> Self:
        line, at, environment = text.rpartition("@")
        if not (at and environment):
            raise ValueError(f"{text!r} is no target; write presenteren/v8@prod")
        return cls(LineId.parse(line), environment)


class CheckId(NamedTuple):
    """One check on one target: `presenteren/v8@prod#openapi_document`.

    Asked from several locations it is one check at each: `presenteren/v8@prod#health~pkio`.
    """

    target: TargetId
    name: str

    @property
    def check(self) -> str:
        """The name that the check has at every location."""
        return self.name.partition(AT)[0]

    @property
    def location(self) -> str:
        """Whence it is asked; HERE: from no named location."""
        return self.name.partition(AT)[2]

    @override
    def __str__(self) -> str:
        return f"{self.target}#{self.name}"

    @classmethod
    def parse(cls, text: str) -> Self:
        target, hash_, name = text.partition("#")
        if not (hash_ and name):
            raise ValueError(f"{text!r} is no check; write presenteren/v8@prod#health")
        return cls(TargetId.parse(target), name)
