"""Runs the checks, remembers the answers, concludes, and tells who asked to be told."""
