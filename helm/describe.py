"""Writes the chart's README from the remarks in its values: `python helm/describe.py`."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

Leaf = tuple[str, Any]

CHART = Path(__file__).parent / "ketenwacht"
TITLE = """# Ketenwacht on Kubernetes

    helm install ketenwacht ./helm/ketenwacht --set database.existingSecret=ketenwacht-database

Watchers, of which one leads, web processes, a worker deployment for each vantage point, and a
job that brings the schema up to date, over your PostgreSQL. With `database.kind=sqlite`,
`watcher.replicas=1` and `web.replicas=1` it is one pod with a file instead. Secrets are yours to
make; the chart only names them. How to run it all: [operating](../../docs/operating/README.md).

## Values

Made by `python helm/describe.py` from values.yaml; values.schema.json refuses all else.

| value | default | what |
|---|---|---|
"""

KEY = re.compile(r"(?P<indent> *)(?P<key>[A-Za-z]+):")


def described() -> str:
    text = (CHART / "values.yaml").read_text()
    said = dict(remarks(text.splitlines()))
    values = YAML(typ="safe").load(text)
    return TITLE + "".join(
        f"| `{at}` | `{json.dumps(value)}` | {_about(at, said)} |\n"
        for at, value in leaves(values, said)
    )


def remarks(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Where a value stands, and the lines of remark right above it."""
    path: list[tuple[int, str]] = []
    remark: list[str] = []
    for line in lines:
        if line.lstrip().startswith("#"):
            remark.append(line.strip().lstrip("# "))
            continue
        if found := KEY.match(line):
            depth = len(found["indent"])
            path = [(above, key) for above, key in path if above < depth]
            path.append((depth, found["key"]))
            yield ".".join(key for _, key in path), " ".join(remark).replace("|", "\\|")
        remark = []


def leaves(values: dict[str, Any], said: Mapping[str, str], above: str = "") -> Iterator[Leaf]:
    """A group is opened where its members stand on lines of their own."""
    for key, value in values.items():
        at = f"{above}{key}"
        if isinstance(value, dict) and any(one.startswith(f"{at}.") for one in said):
            yield from leaves(value, said, f"{at}.")
        else:
            yield at, value


def _about(at: str, said: Mapping[str, str]) -> str:
    """Its own remark, else that of the group that it is in."""
    while at:
        if said.get(at):
            return said[at]
        at = at.rpartition(".")[0]
    return ""


if __name__ == "__main__":
    (CHART / "README.md").write_text(described())
