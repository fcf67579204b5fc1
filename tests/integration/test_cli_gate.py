"""The gate and its freezes by hand, each command in a process of its own."""

import json
from pathlib import Path

import pytest

from monitor.desk.signing import Signer
from monitor.desk.signing_key import kept_pem
from tests.integration.test_cli import ketenwacht
from tests.integration.test_cli_desk import said, url

__all__ = ["url"]

DAY = ("2030-01-01T00:00Z", "2030-01-02T00:00Z")


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        (("freeze", "add", "now", "later", "--reason", "x"), "offset"),
        (("freeze", "add", *DAY, "--reason", "x", "--timezone", "Mars/Olympus"), "Mars/Olympus"),
        (("gate", "presenteren/v8", "8.6.0", "--wait", "long"), "30s"),
        (("gate", "nobody", "8.6.0"), "nobody"),
        (("gate", "presenteren/v8", "<b>"), ""),
        (("gate", "verify", "missing.jws"), "missing.jws"),
    ],
)
def test_what_cannot_be_asked_is_said_with_the_cure(
    url: str, words: tuple[str, ...], cure: str
) -> None:
    told = said(*words, url=url)
    assert told.returncode == 2, told.stderr
    assert cure in told.stderr
    assert "Traceback" not in told.stderr


def test_a_freeze_closes_the_gate_until_it_is_ended(url: str) -> None:
    added = said(
        *("freeze", "add", "2020-01-01T00:00Z", "2090-01-01T00:00Z", "-e", "prod"),
        *("--reason", "year end", "--json"),
        url=url,
    )
    assert added.returncode == 0, added.stderr
    freeze = json.loads(added.stdout)
    assert freeze["active"] is True
    assert criterion(url, "notFrozen")["outcome"] == "notMet"
    assert "year end" in said("freeze", "list", url=url).stdout
    assert said("freeze", "end", freeze["id"], url=url).returncode == 0
    assert said("freeze", "end", freeze["id"], url=url).returncode == 1
    assert criterion(url, "notFrozen")["outcome"] == "met"


def criterion(url: str, name: str) -> dict[str, str]:
    told = said("gate", "presenteren/v8", "8.6.0", "--json", url=url)
    found: dict[str, str] = next(
        one for one in json.loads(told.stdout)["criteria"] if one["name"] == name
    )
    return found


def test_a_gate_of_which_nothing_is_known_is_not_open(url: str) -> None:
    told = said("gate", "presenteren", "8.6.0", "--json", url=url)
    assert told.returncode == 3, told.stderr
    answer = json.loads(told.stdout)
    assert answer["decision"] == "unknown"
    assert answer["line"] == "presenteren/v8"
    assert [one["name"] for one in answer["criteria"]] == [
        *("received", "first", "soaked", "quiet", "fresh", "notFrozen")
    ]
    assert "unknown" in said("gate", "presenteren", "8.6.0", url=url).stdout


def test_waiting_ends_when_the_time_is_up(url: str) -> None:
    told = said("gate", "presenteren/v8", "8.6.0", "--wait", "1s", "--json", url=url)
    assert told.returncode == 3
    assert told.stderr.startswith("unknown: ")


def test_an_override_is_recorded_and_changes_no_answer(url: str) -> None:
    words = ("gate", "override", "presenteren", "8.6.0", "--reason", "agreed in the board")
    assert said(*words, url=url).returncode == 0
    told = said("gate", "presenteren", "8.6.0", "--json", url=url)
    assert told.returncode == 3
    assert json.loads(told.stdout)["override"]["reason"] == "agreed in the board"
    assert "agreed in the board" in said("gate", "presenteren", "8.6.0", url=url).stdout


def test_an_address_that_does_not_answer_leaves_the_gate_unknown(url: str) -> None:
    told = said("gate", "presenteren/v8", "8.6.0", "--url", "http://127.0.0.1:9", url=url)
    assert told.returncode == 3
    assert said("gate", "presenteren/v8", "8", "--url", "nonsense", url=url).returncode == 2


def test_the_commands_stand_in_the_help() -> None:
    told = ketenwacht("--help").stdout
    for command in ("gate", "rollout", "drift", "freeze", "token"):
        assert command in told
    assert "ketenwacht gate presenteren 8.6.0" in ketenwacht("gate", "ask", "--help").stdout
    for command in ("ask", "verify", "override"):
        assert command in ketenwacht("gate", "--help").stdout


def test_evidence_is_verified_off_line(tmp_path: Path, url: str) -> None:
    signer = Signer.of(kept_pem(tmp_path / "ketenwacht.db.signing-key.pem"), "here")
    answer = json.loads(said("gate", "presenteren", "8.6.0", "--json", url=url).stdout)
    evidence, keys = tmp_path / "gate.jws", tmp_path / "keys.json"
    evidence.write_text(signer.sign(answer))
    keys.write_text(json.dumps({"keys": [signer.public]}))
    told = said("gate", "verify", str(evidence), "--key", str(keys), "--json", url=url)
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout) == answer
    assert said("gate", "verify", str(evidence), url=url).returncode == 0  # by our own key
    evidence.write_text(evidence.read_text()[:-4] + "AAAA")
    assert said("gate", "verify", str(evidence), "--key", str(keys), url=url).returncode == 1
