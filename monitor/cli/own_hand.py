"""The command line acts in its own name, now."""

from monitor.bootstrap import utc_now
from monitor.cli.beside import whoever_runs_this
from monitor.desk.hand import Hand


def own_hand() -> Hand:
    return Hand(whoever_runs_this(), utc_now(), "the command line")
