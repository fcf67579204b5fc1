"""Where the pretend DSO-LV listens, and what one needs to be let in."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from checks.simulator.lines import ENVIRONMENTS, Host

LOOPBACK = "127.0.0.1"
FIRST_PORT = 8411
"""The public host of the first environment, as demo.yaml has it."""

STEPS = {Host.PUBLIC: 0, Host.RESTRICTED: 10, Host.LOKET: 20}


@dataclass(frozen=True, slots=True)
class Ports:
    """One port per host and environment, and one for the control; 0: any that is free."""

    control: int = 0
    listeners: Mapping[tuple[Host, str], int] | None = None

    @classmethod
    def following(cls, first: int) -> "Ports":
        """The ports of demo.yaml, moved so that its first becomes `first`."""
        return cls(
            first - 1,
            {
                (host, where): first + STEPS[host] + nth
                for host in Host
                for nth, where in enumerate(ENVIRONMENTS)
            },
        )

    def of(self, host: Host, environment: str) -> int:
        return self.listeners[host, environment] if self.listeners else 0


ANY_FREE = Ports()


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """What the process prints as one line of JSON when it is ready. Paths are files."""

    control: str
    public: Mapping[str, str]  # by environment
    restricted: Mapping[str, str]
    loket: Mapping[str, str]
    ca: str
    client_certificate: str
    client_key: str
    key: str  # the x-api-key that is let in

    @property
    def environ(self) -> dict[str, str]:
        """What demo.yaml refers to as `env:`."""
        return {
            "DEMO_KEY": self.key,
            "DEMO_CLIENT_CERT": self.client_certificate,
            "DEMO_CLIENT_KEY": self.client_key,
        }

    def url(self, host: Host, environment: str) -> str:
        by_host = {
            Host.PUBLIC: self.public,
            Host.RESTRICTED: self.restricted,
            Host.LOKET: self.loket,
        }
        return by_host[host][environment]

    def rewritten(self, catalogue: str) -> str:
        """The text of demo.yaml with these addresses instead of its fixed ones."""
        fixed = Ports.following(FIRST_PORT)
        for host in Host:
            for where in ENVIRONMENTS:
                old = f"{scheme(host)}://{LOOPBACK}:{fixed.of(host, where)}"
                catalogue = catalogue.replace(old, self.url(host, where))
        return catalogue

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "environ": self.environ}


def scheme(host: Host) -> str:
    return "https" if host is Host.RESTRICTED else "http"
