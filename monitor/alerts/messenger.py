"""Hands messages to chats through Apprise; a program of its own, run by the courier of chats.

Apprise speaks HTTP by itself: without our deadlines, and with whatever its environment says. So it
lives in a process that can be ended, that knows none of our secrets but one address at a time,
and whose memory is not ours. It reads one message a line and answers each with one line.
"""

import json
import logging
import os
import re
import select
import ssl
import sys
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from apprise import Apprise, AppriseAsset, AppriseResultStatus
from typing_extensions import override

from checks.wire.trust import BUNDLES

IDLE = 60.0  # seconds without a message; then this ends, and is started again when there is one
TOTAL = 15.0  # seconds for one message
_STATUS = re.compile(r"error=([1-5][0-9]{2})\b")


class _Ear(logging.Handler):
    """Hears the status that Apprise only logs."""

    status: str | None = None

    @override
    def emit(self, record: logging.LogRecord) -> None:
        if found := _STATUS.search(record.getMessage()):
            self.status = found[1]


def main(ca_file: str | None) -> None:
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="ascii")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a plugin that prints does no harm
    ear = _Ear()
    logger = logging.getLogger("apprise")
    logger.addHandler(ear)
    logger.setLevel(logging.WARNING)
    anchors = _anchors(ca_file)
    if anchors is not None:
        os.environ["REQUESTS_CA_BUNDLE"] = anchors
    while line := _next(sys.stdin.buffer):
        ear.status = None
        answers.write(json.dumps(_sent(json.loads(line), ear)) + "\n")
        answers.flush()


def _next(messages: BinaryIO) -> bytes:
    """One line; nothing at the end, and nothing where none came for long."""
    ready, _, _ = select.select([messages], [], [], IDLE)
    return messages.readline() if ready else b""


def _sent(message: Mapping[str, str], ear: _Ear) -> Mapping[str, str]:
    """`fate` and `status`, of which the second may be empty."""
    asset = AppriseAsset(
        app_id="Ketenwacht",
        app_desc="Ketenwacht",
        app_url=message["from"],
        image_url_mask="",  # no pictures from elsewhere in our messages
        image_url_logo="",
        http_redirects=False,
        async_mode=False,
        storage_mode="memory",
        service_timeout=TOTAL,
    )
    chat = Apprise(asset=asset)
    if not chat.add(message["to"]):
        return {"fate": "unknown", "status": ""}
    told = chat.notify(title=message["title"], body=message["text"], body_format="text")
    arrived = bool(told) and told.status is AppriseResultStatus.SUCCESS
    return {"fate": "arrived" if arrived else "again", "status": ear.status or ""}


def _anchors(ca_file: str | None) -> str | None:
    """The system's trust anchors with ours, as a file that is nowhere on disk."""
    if ca_file is None:
        return None
    places = (ssl.get_default_verify_paths().openssl_cafile, *BUNDLES)
    system = next((Path(one) for one in places if Path(one).is_file()), None)
    whole = BytesIO()
    for file in filter(None, (system, Path(ca_file))):
        whole.write(file.read_bytes() + b"\n")
    kept = os.memfd_create("anchors")
    os.write(kept, whole.getvalue())
    return f"/proc/self/fd/{kept}"


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
