"""The command `ketenwacht`, one file per group of commands."""
