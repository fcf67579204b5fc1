"""A good catalogue to spoil, and what is said about the spoiled one."""

from pathlib import Path

from monitor.catalogue.loader import Catalogue, CatalogueError, load

GOOD = """\
catalogue: 1
environments:
  lto:
    name: {nl: Leveranciers Test Omgeving, en: Supplier test environment}
    headers: {x-api-key: "env:LTO_KEY"}
  pre:
    name: {nl: Pre-productie, en: Pre-production}
  prod:
    name: {nl: Productie, en: Production}
    maintenance_text: werkzaamheden
    headers: {x-api-key: "env:PROD_KEY"}
must_precede: [[lto, prod]]
references: ["https://reference.example/"]
policy:
  interval: 60s
  grace: {minor: 4d}
  per_host: 3
interfaces:
  presenteren:
    title: {nl: Presenteren, en: Present}
    chain: plan
    policy: {interval: 30s, timeout: 5s}
    lines:
      v8:
        life_cycle:
          lto: 2024-06-01
          prod: 2024-06-15
          until: 2026-12-31
          gone: 2027-03-31
        policy: {timeout: 2s}
        targets:
          lto: {base_url: "https://lto.example/v8"}
          prod: {base_url: "https://prod.example:8443/v8"}
        checks:
          - {kind: openapi_document, path: /openapi.json}
          - {kind: health, path: /app-health}
      v9:
        life_cycle: {lto: 2026-10-01}
        targets: {lto: {base_url: "https://lto.example/v9", declared: "9.0"}}
    checks:
      - {kind: health, path: /app-health}
  stop:
    title: {nl: STOP, en: STOP}
    chain: plan
    standard: STOP
    lines:
      "1.4":
        environments: [lto]
        targets: {lto: {}}
        checks: [{kind: reported, expect_every: 1d}]
"""


def written(folder: Path, *texts: str) -> list[Path]:
    paths = [folder / f"{number}.yaml" for number in range(1, len(texts) + 1)]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def loaded(folder: Path, *texts: str) -> Catalogue:
    return load(written(folder, *texts))


def refused(folder: Path, *texts: str | bytes) -> str:
    """What is said about catalogue files that must be refused; the folder is left out of it."""
    paths = [folder / f"{number}.yaml" for number in range(1, len(texts) + 1)]
    for path, text in zip(paths, texts, strict=True):
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    try:
        load(paths)
    except CatalogueError as error:
        return str(error).replace(f"{folder}/", "")
    raise AssertionError("a catalogue that must be refused was taken")


def spoiled(right: str, wrong: str) -> str:
    """The good catalogue with one thing changed, which must be in it."""
    assert right in GOOD
    return GOOD.replace(right, wrong)
