"""How we speak to the operator: coloured lines on a terminal, JSON elsewhere, never a secret."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.typing import Processor

SECRETS = frozenset(
    {"authorization", "cookie", "headers", "password", "secret", "token", "x-api-key"}
)
PASSWORD_IN_URL = re.compile(r"(://[^:/@\s]{0,100}):[^@/\s]{1,200}@")
QUIET = (
    "httpx2",
    "httpcore2",
    "httpx",
    "httpcore",
    "apscheduler",
    "alembic",
    "asyncio",
)
"""Libraries that tell too much below WARNING: at INFO some print tokens in URLs."""


def configure(level: str = "INFO") -> None:
    """Send our own and the libraries' log lines to stderr in one form."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
        hush,
    ]
    terminal = sys.stderr.isatty()
    closing: list[Processor] = (
        [structlog.dev.ConsoleRenderer()]
        if terminal
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *closing],
        )
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def hush(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take out what may hold a secret: by its name, and passwords in URLs by their form."""
    for key, value in event.items():
        if key.lower() in SECRETS:
            event[key] = "(secret)"
        elif isinstance(value, str) and "://" in value:
            event[key] = PASSWORD_IN_URL.sub(r"\1:(secret)@", value)
    return event
