"""The recipes of docs/webhooks.md do what they say."""

import json
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.alerts.signature import signed
from tests.unit.parcels import OLDER, SECRET

PAGE = Path(__file__).parents[2] / "docs" / "webhooks.md"
BODY = '{"data": "één"}'
NODE = shutil.which("node")
OPENSSL = shutil.which("openssl")

PYTHON_ASKS = """
import json, sys
secret, headers, body = json.load(sys.stdin)
print(is_genuine(secret, headers, body.encode()))
"""
NODE_ASKS = """
const [secret, headers, body] = JSON.parse(require("fs").readFileSync(0));
console.log(isGenuine(secret, headers, Buffer.from(body)) ? "True" : "False");
"""


def recipe(language: str) -> str:
    found = re.findall(
        rf"^```{language}\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    assert len(found) == 1
    return str(found[0])


def verdict(command: list[str], secret: str, headers: dict[str, str], body: str = BODY) -> str:
    asked = json.dumps([secret, headers, body])
    return subprocess.run(
        command, input=asked, capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.mark.parametrize("language", ["python", "js"])
def test_the_recipe_tells_ours_from_what_is_not(language: str) -> None:
    if language == "js" and NODE is None:
        pytest.skip("there is no Node.js on this machine")
    command = (
        [sys.executable, "-c", recipe("python") + PYTHON_ASKS]
        if language == "python"
        else [str(NODE), "-e", recipe("js") + NODE_ASKS]
    )
    now = datetime.now(UTC)
    headers = signed((OLDER, SECRET), "m-1", now, BODY)
    assert verdict(command, SECRET, headers) == "True"
    assert verdict(command, SECRET, headers, BODY + " ") == "False"
    assert verdict(command, SECRET, {**headers, "webhook-id": "m-2"}) == "False"
    old = signed((SECRET,), "m-1", now - timedelta(minutes=6), BODY)
    assert verdict(command, SECRET, old) == "False"


@pytest.mark.skipif(OPENSSL is None, reason="there is no openssl on this machine")
def test_openssl_prints_the_signature(tmp_path: Path) -> None:
    (tmp_path / "body.json").write_text(BODY, "utf-8")
    headers = signed((SECRET,), "m-1", datetime.now(UTC), BODY)
    told = {
        "PATH": "/usr/bin:/bin",
        "SECRET": SECRET,
        "WEBHOOK_ID": "m-1",
        "WEBHOOK_TIMESTAMP": headers["webhook-timestamp"],
    }
    printed = subprocess.run(
        ["sh", "-c", recipe("sh")],
        cwd=tmp_path,
        env=told,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert printed.strip() == headers["webhook-signature"]
