"""Chance that falls the same way every time it is asked about the same thing."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeVar

Thing = TypeVar("Thing")

SIDES = 2**64


@dataclass(frozen=True, slots=True)
class Dice:
    """Draws that depend on the seed and on what they are about, never on what was drawn before."""

    seed: int

    def fraction(self, *about: object) -> float:
        """A number in [0, 1)."""
        named = "|".join(map(str, (self.seed, *about))).encode()
        return int.from_bytes(blake2b(named, digest_size=8).digest(), "big") / SIDES

    def between(self, low: float, high: float, *about: object) -> float:
        return low + (high - low) * self.fraction(*about)

    def pick(self, things: Sequence[Thing], *about: object) -> Thing:
        return things[int(self.fraction(*about) * len(things))]

    def order(self, things: Sequence[str], *about: object) -> tuple[str, ...]:
        return tuple(sorted(things, key=lambda thing: self.fraction(*about, thing)))
