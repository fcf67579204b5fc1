"""The command `ketenwacht`."""

from monitor.cli.app import app


def main() -> None:
    app(prog_name="ketenwacht")


if __name__ == "__main__":
    main()
