"""The catalogue in force: what is promised, and how each promise is watched."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from checks.check import Check
from checks.outcome import Target, Trust
from monitor.catalogue.drawing import Sketch, draw, sketches
from monitor.catalogue.models import Document
from monitor.catalogue.references import (
    Reference,
    Shelf,
    Unresolved,
    file_path,
    header_value,
)
from monitor.catalogue.written import Written, plain
from monitor.domain.landscape import CheckId, Landscape, Probe, TargetId


@dataclass(frozen=True, slots=True)
class Bound:
    """A probe, made concrete: which check to ask of which target."""

    probe: Probe
    check: Check
    target: Target


@dataclass(frozen=True)
class Catalogue:
    document: Document
    written: Written  # the same, as it stands in the files
    files: tuple[Path, ...]

    @cached_property
    def landscape(self) -> Landscape:
        return draw(self.document, self._sketches)

    @cached_property
    def digest(self) -> str:
        """The same for the same content, whatever its comments, order and files."""
        content = json.dumps(plain(self.written), sort_keys=True, default=str)
        return sha256(content.encode()).hexdigest()[:16]

    @cached_property
    def referred(self) -> frozenset[str]:
        """The names of the variables that env: references lead to."""
        return frozenset(one.name for one in self._references() if one.shelf is Shelf.ENV)

    def bound(self, secrets: Mapping[str, str], ca_file: str | None) -> Mapping[CheckId, Bound]:
        """Every check with the target it asks; what `secrets` does not hold is left out."""
        return {
            probe.id: Bound(probe, check, target)
            for sketch in self._sketches.values()
            for target in [_target(sketch, secrets, ca_file)]
            for probe, check in sketch.watch
        }

    def warnings(self, secrets: Mapping[str, str]) -> tuple[str, ...]:
        """What an operator should know but nothing stops for: sentences, never a secret."""
        return (*self._unresolved(secrets), *self._unwatched(), *self._open_secrets())

    @cached_property
    def _sketches(self) -> Mapping[TargetId, Sketch]:
        return {sketch.id: sketch for sketch in sketches(self.document)}

    def _references(self) -> Iterator[Reference]:
        for environment in self.document.environments.values():
            yield from environment.references
        for interface in self.document.interfaces.values():
            for line in interface.lines.values():
                for target in line.targets.values():
                    yield from target.references

    def _unresolved(self, secrets: Mapping[str, str]) -> Iterator[str]:
        left_out = Counter(
            (found.reason, name)
            for sketch in self._sketches.values()
            for name, found in _resolved(sketch, secrets)
            if isinstance(found, Unresolved)
        )
        for (reason, name), count in left_out.items():
            yield f"{reason}; {count} targets are asked without {name}"

    def _unwatched(self) -> Iterator[str]:
        for name, interface in self.document.interfaces.items():
            for number, line in interface.lines.items():
                for environment, target in line.targets.items():
                    if not interface.checks_of(line, target):
                        yield (
                            f"{name}/{number}@{environment}: has an address but no check, "
                            "so it is shown as not configured"
                        )

    def _open_secrets(self) -> Iterator[str]:
        for sketch in self._sketches.values():
            if sketch.base_url.startswith("http://") and _headers(sketch) and not _local(sketch):
                yield f"{sketch.id}: its headers travel unencrypted; ask it by https:"


def _target(sketch: Sketch, secrets: Mapping[str, str], ca_file: str | None) -> Target:
    found = {name: header_value(one, secrets) for name, one in _headers(sketch).items()}
    place = sketch.environment
    return Target(
        id=str(sketch.id),
        base_url=sketch.base_url,
        headers={name: value for name, value in found.items() if isinstance(value, str)},
        timeout=sketch.policy.timeout.total_seconds(),
        declared=sketch.written.declared,
        trust=_trust(sketch, secrets, ca_file),
        **({"maintenance_text": place.maintenance_text} if place else {}),
    )


def _trust(sketch: Sketch, secrets: Mapping[str, str], ca_file: str | None) -> Trust:
    """All of a client certificate, or nothing of it: half of one cannot shake hands."""
    paths = [file_path(reference, secrets) for reference in _certificate(sketch)]
    known = [path for path in paths if isinstance(path, str)]
    if not known or len(known) < len(paths):
        return Trust(ca_file)
    return Trust(ca_file, known[0], known[1] if known[1:] else None)


def _resolved(sketch: Sketch, secrets: Mapping[str, str]) -> Iterator[tuple[str, str | Unresolved]]:
    for name, reference in _headers(sketch).items():
        yield f"the header {name}", header_value(reference, secrets)
    for reference in _certificate(sketch):
        yield "a client certificate", file_path(reference, secrets)


def _headers(sketch: Sketch) -> Mapping[str, Reference]:
    if not sketch.base_url:
        return {}
    own = sketch.written.headers
    if own is None and sketch.environment:
        own = sketch.environment.headers
    return own or {}


def _certificate(sketch: Sketch) -> tuple[Reference, ...]:
    """The certificate and its key: the target's own, else its environment's; only TLS has any."""
    if not sketch.base_url.startswith("https:"):
        return ()
    for access in (sketch.written, sketch.environment):
        if access and access.client_certificate:
            return tuple(filter(None, (access.client_certificate, access.client_key)))
    return ()


def _local(sketch: Sketch) -> bool:
    host = sketch.watch[0][0].host.rpartition(":")[0]
    return host in {"localhost", "::1"} or host.startswith("127.")
