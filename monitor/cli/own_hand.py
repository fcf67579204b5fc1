"""The command line acts in its own name, now."""

from monitor.cli.beside import whoever_runs_this
from monitor.desk.hand import Hand
from monitor.front_door import utc_now


def own_hand() -> Hand:
    return Hand(whoever_runs_this(), utc_now(), "the command line")
