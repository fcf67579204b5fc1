"""What a process loads: nothing that it may never need, for all of that is held for ever."""

import json
import subprocess
import sys

LATER = {
    "alembic": "the tables are of an older form",
    "apprise": "never: it has a process of its own",
    "asyncpg": "the database is PostgreSQL",
    "icalendar": "somebody asks for a calendar",
    "opentelemetry.sdk": "traces are wanted",
    "procrastinate": "other locations ask",
    "psycopg": "other locations ask",
    "requests": "traces are wanted",
    "sqlalchemy.ext.asyncio": "the database is PostgreSQL",
    "sqlalchemy.orm": "the database is PostgreSQL",
}
"""When it is loaded."""

LOADED = "import json, sys, monitor.cli.run, web.app; print(json.dumps([*sys.modules]))"


def test_what_serves_an_sqlite_file_loads_nothing_for_what_it_does_not_do() -> None:
    told = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, check=True)
    loaded = set(json.loads(told.stdout))
    assert {"monitor.bootstrap", "web.app"} <= loaded
    assert not {name: when for name, when in LATER.items() if name in loaded}
