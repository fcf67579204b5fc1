"""Tokens, findings and rollouts by hand, each command in a process of its own."""

import asyncio
import json
from subprocess import CompletedProcess

import pytest

from monitor.storage.engine import Database
from tests.integration.test_cli import ketenwacht


@pytest.fixture
def url(sqlite_url: str) -> str:
    """Of a database as a serving process would have left it."""

    async def make() -> None:
        await (await Database.open(sqlite_url)).close()

    asyncio.run(make())
    return sqlite_url


def said(*words: str, url: str) -> CompletedProcess[str]:
    return ketenwacht(*words, KETENWACHT_DATABASE_URL=url)


def test_a_token_is_given_out_once_and_taken_back(url: str) -> None:
    created = said("token", "create", "KATO pipeline", "--scope", "rollouts:write", url=url)
    assert created.returncode == 0, created.stderr
    text = created.stdout.strip()
    assert text.startswith("kw_")
    listed = said("token", "list", "--json", url=url)
    assert text not in listed.stdout
    (token,) = json.loads(listed.stdout)["items"]
    assert token["name"] == "KATO pipeline"
    assert token["scopes"] == ["rollouts:write"]
    assert token["inForce"]
    assert token["expiresAt"] > token["createdAt"]
    assert said("token", "revoke", token["id"], url=url).returncode == 0
    assert "revoked" in said("token", "list", url=url).stdout
    assert said("token", "revoke", token["id"], url=url).returncode == 1


def test_a_token_can_be_given_out_as_json(url: str) -> None:
    created = said(
        *("token", "create", "x", "--scope", "rollouts:write", "--scope", "gates:override"),
        *("--expires", "1h", "--json"),
        url=url,
    )
    told = json.loads(created.stdout)
    assert told["token"].startswith(f"kw_{told['id']}_")
    assert told["scopes"] == ["gates:override", "rollouts:write"]


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        (("token", "create", "x", "--scope", "everything"), "rollouts:write"),
        (("token", "create", "x\ny", "--scope", "operate"), "one line"),
        (("token", "create", "x", "--scope", "operate", "--expires", "soon"), "30s"),
        (("token", "create", "x", "--scope", "operate", "--expires", "0s"), "--expires"),
        (("rollout", "announce", "presenteren", "8.6.0"), "presenteren/v8"),
        (("rollout", "announce", "nobody/v1", "8.6.0"), "nobody/v1"),
        (("rollout", "announce", "presenteren/v8", "8.6.0", "--planned", "lto=now"), "offset"),
    ],
)
def test_what_cannot_be_done_is_said_with_the_cure(
    url: str, words: tuple[str, ...], cure: str
) -> None:
    told = said(*words, url=url)
    assert told.returncode == 2, told.stderr
    assert cure in told.stderr
    assert "Traceback" not in told.stderr


def test_drift_is_calm_where_nothing_differs(url: str) -> None:
    told = said("drift", url=url)
    assert told.returncode == 0
    assert "Nothing differs" in told.stdout
    assert json.loads(said("drift", "--json", url=url).stdout) == {"items": []}


def test_a_rollout_is_announced_once_however_often_it_is_told(url: str) -> None:
    words = (
        *("rollout", "announce", "presenteren/v8", "8.6.0", "--content-wipe", "--json"),
        *("--planned", "prod=2030-07-01T20:00+02:00"),
    )
    first, again = said(*words, url=url), said(*words, url=url)
    assert first.returncode == again.returncode == 0, first.stderr
    told = json.loads(first.stdout)
    assert told == json.loads(again.stdout)
    assert told["announcement"]["contentWipe"] is True
    prod = next(one for one in told["stages"] if one["environment"] == "prod")
    assert prod["planned"] == "2030-07-01T18:00:00Z"
    (listed,) = json.loads(said("rollout", "list", "--json", url=url).stdout)["items"]
    assert listed == told
    assert json.loads(said("rollout", "show", told["id"], "--json", url=url).stdout) == told
    assert "8.6.0" in said("rollout", "list", url=url).stdout
    assert said("rollout", "show", "nothing", url=url).returncode == 1


def test_one_key_is_for_one_announcement(url: str) -> None:
    words = ("rollout", "announce", "presenteren/v8")
    assert said(*words, "8.6.0", "--key", "k", url=url).returncode == 0
    reused = said(*words, "8.7.0", "--key", "k", url=url)
    assert reused.returncode == 2
    assert "key" in reused.stderr
