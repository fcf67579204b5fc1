"""Where settings are read and the time is told; light, so that a short command is quick."""

from datetime import UTC, datetime

from monitor.settings import Settings, SettingsError

__all__ = ["Settings", "SettingsError", "configured", "utc_now"]


def utc_now() -> datetime:
    return datetime.now(UTC)


def configured(**chosen: object) -> Settings:
    """Read the settings; what the command line chose goes before the environment.

    Raises SettingsError, which tells every problem and its cure.
    """
    return Settings(**{name: value for name, value in chosen.items() if value is not None})
