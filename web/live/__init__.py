"""The wall in memory, and the stream of what changes on it."""
