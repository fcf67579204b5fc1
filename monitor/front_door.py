"""Where settings are read and the time is told; light, so that a short command is quick."""

import os
from datetime import UTC, datetime

from monitor.settings import Settings, SettingsError, misspelt_variables

__all__ = ["Settings", "SettingsError", "configured", "configured_alone", "utc_now"]


def utc_now() -> datetime:
    return datetime.now(UTC)


def configured(**chosen: object) -> Settings:
    """Read the settings; what the command line chose goes before the environment.

    Raises SettingsError, which tells every problem and its cure.
    """
    return Settings(**{name: value for name, value in chosen.items() if value is not None})


def configured_alone(**chosen: object) -> Settings:
    """Likewise for who reads no catalogue, and so cannot tell which variables that refers to.

    A misspelt KETENWACHT_DATABASE_URL would let it work on another database than was meant.
    """
    if misspelt := misspelt_variables(os.environ):
        raise SettingsError(misspelt)
    return configured(**chosen)
