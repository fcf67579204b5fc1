"""One version with two contracts: what a client builds on LTO may not work on PROD."""

from collections.abc import Iterator
from datetime import datetime

from monitor.domain.finding import Finding, FindingKind, Json, Severity, finding_key
from monitor.drift.difference import Difference, Known
from monitor.drift.evidence import reading
from monitor.drift.members import Member, agree_at_last, by_version, members
from monitor.drift.picture import LinePicture

Contracts = dict[str, list[Member]]  # who serves what, by fingerprint


def found(picture: LinePicture, now: datetime, known: Known) -> Iterator[Difference]:
    if len({one.settled.seen.fingerprint for one in picture.here if one.settled}) == 1:
        return
    open_ = known.get(finding_key(picture.line.id, FindingKind.CONTRACT_DIFFERS, ()))
    all_ = tuple(one for one in members(picture, now, open_) if one.run.seen.fingerprint)
    if len({one.run.seen.fingerprint for one in all_}) > 1:
        differing = [
            contracts for group in by_version(all_) if len(contracts := _by_contract(group)) > 1
        ]
        if differing:
            yield _difference(picture, differing)


def ended(finding: Finding, picture: LinePicture, now: datetime) -> str | None:
    return agree_at_last(finding, picture, now)


def _by_contract(group: tuple[Member, ...]) -> Contracts:
    contracts: Contracts = {}
    for one in group:
        contracts.setdefault(one.run.seen.fingerprint or "", []).append(one)
    return contracts


def _difference(picture: LinePicture, differing: list[Contracts]) -> Difference:
    """Of several contracts, the first two in the order of a release tell what changed."""
    before, after, *_ = differing[0]
    concerned = {
        one.here.environment: one
        for contracts in differing
        for those in contracts.values()
        for one in those
    }
    ordered = [one.environment for one in picture.here if one.environment in concerned]
    evidence: dict[str, Json] = {
        "version": differing[0][before][0].version,
        "before": before,
        "after": after,
        "groups": [
            {
                "version": those[0].version,
                "fingerprint": fingerprint,
                "environments": [one.here.environment for one in those],
            }
            for contracts in differing
            for fingerprint, those in contracts.items()
        ],
        "readings": [reading(name, concerned[name].run) for name in ordered],
    }
    return Difference(
        line=picture.line.id,
        kind=FindingKind.CONTRACT_DIFFERS,
        severity=Severity.WARNING,
        environments=tuple(ordered),
        evidence=evidence,
    )
