"""`python -m monitor.storage.migrations`: exit 1 when the migrations and the tables differ."""

import sys

from sqlalchemy import create_engine

from monitor.storage.climb import differences
from monitor.storage.schema import upgrade


def main() -> int:
    with create_engine("sqlite://").begin() as connection:
        upgrade(connection, "in memory")
        found = differences(connection)
    for difference in found:
        sys.stderr.write(f"no migration makes this difference: {difference}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
