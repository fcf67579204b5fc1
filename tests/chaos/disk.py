"""What a disk holds after a power cut, from what strace saw a process write and sync.

The disk may have kept or lost, in any order, whatever was written to a file after its last
sync, and torn it at a sector. What was synced is there: that is all a disk promises. That
a file exists is taken for granted; nothing is cut before the files were made.
"""

import os
import random
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512
CALLS = "pwrite64,write,fsync,fdatasync,ftruncate"
_LINE = re.compile(r"^\d+ +(\w+)\(\d+<([^>]*)>(?:, (.*))?\) += (\d+)$")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done to a file."""

    call: str
    file: str
    data: bytes = b""
    offset: int = 0


@dataclass
class Disk:
    """By name of a file: what is safe, and what may be lost."""

    safe: dict[str, bytearray] = field(default_factory=lambda: defaultdict(bytearray))
    loose: dict[str, list[Step]] = field(default_factory=lambda: defaultdict(list))

    def take(self, step: Step) -> None:
        self.loose[step.file].append(step)
        if step.call in ("fsync", "fdatasync"):
            for one in self.loose.pop(step.file):
                apply(self.safe[step.file], one)

    def after_a_cut(self, folder: Path, chance: random.Random) -> None:
        """Make the files as they may be found: `safe`, and some of what was not."""
        kept = chance.choice((0.0, 0.5, 0.9, 1.0))
        for name in {*self.safe, *self.loose}:
            content = bytearray(self.safe.get(name, b""))
            for step in self.loose.get(name, ()):
                if chance.random() < kept:
                    apply(content, torn(step, chance))
            (folder / name).write_bytes(content)


def apply(content: bytearray, step: Step) -> None:
    if step.call == "ftruncate":
        del content[step.offset :]
        content.extend(bytes(step.offset - len(content)))
    elif step.call == "pwrite64":
        content.extend(bytes(max(0, step.offset - len(content))))
        content[step.offset : step.offset + len(step.data)] = step.data


def torn(step: Step, chance: random.Random) -> Step:
    """One write in ten reaches the disk only up to some sector."""
    if step.call != "pwrite64" or chance.random() > 0.1:
        return step
    sectors = len(step.data) // SECTOR
    return Step(step.call, step.file, step.data[: chance.randint(0, sectors) * SECTOR], step.offset)


def traced(folder: Path, *command: str) -> list[Step] | None:
    """Everything that Python does to files while it runs `command`; None: not to be had here."""
    if not shutil.which("strace"):
        return None
    log = folder / "strace.log"
    tracing = ("strace", "-f", "-y", "-xx", "-s", "16777216", "-o", str(log), "-e", CALLS)
    done = subprocess.run(
        (*tracing, sys.executable, *command), check=False, capture_output=True, text=True
    )
    if "ptrace" in done.stderr.lower():  # a container may forbid it
        return None
    assert done.returncode == 0, done.stderr
    with log.open("rb") as lines:
        return [*_steps(lines)]


def _steps(lines: Iterator[bytes] | Sequence[bytes]) -> Iterator[Step]:
    for line in lines:
        text = line.decode("ascii").rstrip()
        found = _LINE.match(text)
        if found is None:
            assert "unfinished" not in text, "two threads wrote at once; the order is not known"
            continue
        call, path, rest, result = found.groups()
        name = os.fsdecode(_bytes(path))
        if call in ("pwrite64", "write"):
            written, _, numbers = (rest or "").partition('", ')
            data = _bytes(written.removeprefix('"'))
            assert len(data) == int(result), "a write that was cut short, by strace or the disk"
            offset = int(numbers.split(", ")[1]) if call == "pwrite64" else 0
            yield Step(call, name, data, offset)
        else:
            yield Step(call, name, offset=int(rest or 0))


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))
